using System.Text.Json;

namespace PSContainer.Spec;

/// <summary>The layers of an overlay root, as annotations say them.</summary>
internal static class OverlayLayers
{
    /// <summary>Lower directories, top first; <see langword="null"/> when the root is no overlay.</summary>
    internal static IReadOnlyList<string>? LowerOf(ContainerSpec? spec)
    {
        if (spec?.Annotations is not { } annotations || !annotations.TryGetValue(Annotation.OverlayLower, out string? json))
            return null;
        try
        {
            return SpecReader.ParseTexts(json, Annotation.OverlayLower);
        }
        catch (InvalidSpecException)
        {
            return null;
        }
    }

    /// <summary>The topmost lower directory.</summary>
    internal static string? TopOf(ContainerSpec? spec) => LowerOf(spec) is [string top, ..] ? top : null;

    /// <summary>The annotation's text.</summary>
    internal static string Format(params string[] lower) => JsonSerializer.Serialize(lower, SpecJson.Default.StringArray);
}
