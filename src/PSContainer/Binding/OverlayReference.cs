using System.Management.Automation;
using PSContainer.Overlays;

namespace PSContainer.Binding;

/// <summary>An overlay as it was named: by its object, or by the path it is mounted on, or by a pattern of such paths.</summary>
public sealed class OverlayReference
{
    /// <summary>Refers to an overlay by path or pattern.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="path">The path of the host that is meant.</param>
    public OverlayReference(string text, string path) => (Text, Path) = (text, path);

    /// <summary>Refers to an overlay by its object.</summary>
    public OverlayReference(Overlay overlay)
    {
        Overlay = overlay;
        Text = Path = overlay.Path;
    }

    /// <summary>What was written; of an object its path.</summary>
    public string Text { get; }

    /// <summary>The path, absolute.</summary>
    public string Path { get; }

    /// <summary>The object, or <see langword="null"/>.</summary>
    public Overlay? Overlay { get; }

    /// <summary>Whether the path stands for itself, as that of an object does.</summary>
    public bool IsLiteral { get; init; }

    /// <summary>Whether the text is a pattern, which need not match anything.</summary>
    public bool IsPattern => Overlay is null && !IsLiteral && WildcardPattern.ContainsWildcardCharacters(Text) && !Directory.Exists(Path);

    /// <summary><see cref="Text"/>.</summary>
    public override string ToString() => Text;
}
