using System.Collections;
using PSContainer.Containers;
using PSContainer.Kernel;
using PSContainer.Rooted;

namespace PSContainer.Binding;

/// <summary>
/// Completes paths inside a container, for the side of a copy that is inside; the other side is completed as ever.
/// </summary>
public sealed class CopyPathCompleter : Completer
{
    private const int Most = 200;

    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound)
    {
        string? text = SourceText.Bare(bound["Container"])?.ToString();
        if (!IsInside(parameter, bound) || !word.StartsWith('/') || text is null || ContainerEngine.Default.Find(text) is not { } container)
            return [];
        // A container that does not run has only its lower layer or its directory to look at.
        return (container.RootPath ?? container.Rootfs) is { } root ? Entries(root, word[..(word.LastIndexOf('/') + 1)]) : [];
    }

    /// <inheritdoc/>
    protected override PathKind PathKindOf(string parameter, IDictionary bound) =>
        IsInside(parameter, bound) ? PathKind.None : PathKind.Any;

    private static bool IsInside(string parameter, IDictionary bound) =>
        bound.Contains(parameter == "Destination" ? "ToContainer" : "FromContainer");

    private static List<Candidate> Entries(string rootPath, string directory)
    {
        using var root = RootedDirectory.OpenHost(rootPath);
        using FileHandle opened = root.Open(directory, Files.O_RDONLY | Files.O_DIRECTORY);
        // The descriptor was opened inside the root; a name is only listed, never followed.
        return Directory.EnumerateFileSystemEntries($"/proc/self/fd/{opened.Fd}/")
            .Take(Most)
            .Select(entry => new Candidate(directory + Path.GetFileName(entry)))
            .ToList();
    }
}
