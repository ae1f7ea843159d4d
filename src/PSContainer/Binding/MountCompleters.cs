using System.Collections;
using PSContainer.FileSystems;
using PSContainer.Overlays;

namespace PSContainer.Binding;

/// <summary>Completes overlays by the path they are mounted on.</summary>
public sealed class OverlayCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
        OverlayEngine.Default.List().Select(overlay => new Candidate(overlay.Path, About(overlay)));

    private static string About(Overlay overlay) => string.Join(", ", overlay.Lower) + " below " + (overlay.Upper ?? "nothing");
}

/// <summary>Completes mounts by the path they are mounted on.</summary>
public sealed class MountPointCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
        MountPoint.List().Select(mount => new Candidate(mount.Path, $"{mount.Type} {mount.Source}"));
}

/// <summary>Completes types of filesystems that the kernel has.</summary>
public sealed class FileSystemTypeCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
    [
        new("bind", "a directory or file, seen at another place too"),
        new("rbind", "a directory with all that is mounted in it"),
        .. File.ReadLines("/proc/filesystems").Select(line => new Candidate(line.Split('\t')[^1], "a filesystem of the kernel")),
    ];
}

/// <summary>Completes options of mounts; those of a filesystem's own are its manual's.</summary>
public sealed class MountOptionCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
        Spec.MountOptionWords.All.Select(option => new Candidate(option));
}
