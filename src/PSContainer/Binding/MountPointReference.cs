using System.Management.Automation;
using PSContainer.FileSystems;

namespace PSContainer.Binding;

/// <summary>A mount as it was named: by its object, or by the path it is mounted on, or by a pattern of such paths.</summary>
public sealed class MountPointReference
{
    /// <summary>Refers to a mount by path or pattern.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="path">The path of the host that is meant.</param>
    public MountPointReference(string text, string path) => (Text, Path) = (text, path);

    /// <summary>Refers to a mount by its object.</summary>
    public MountPointReference(MountPoint mount)
    {
        MountPoint = mount;
        Text = Path = mount.Path;
    }

    /// <summary>What was written; of an object its path.</summary>
    public string Text { get; }

    /// <summary>The path, absolute.</summary>
    public string Path { get; }

    /// <summary>The object, or <see langword="null"/>.</summary>
    public MountPoint? MountPoint { get; }

    /// <summary>Whether the path stands for itself, as that of an object does.</summary>
    public bool IsLiteral { get; init; }

    /// <summary>Whether the text is a pattern, which need not match anything.</summary>
    public bool IsPattern => MountPoint is null && !IsLiteral && WildcardPattern.ContainsWildcardCharacters(Text)
        && !System.IO.Path.Exists(Path);

    /// <summary><see cref="Text"/>.</summary>
    public override string ToString() => Text;
}
