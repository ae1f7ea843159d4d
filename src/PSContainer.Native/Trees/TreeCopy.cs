using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Trees;

/// <summary>Copies files between the host and a container.</summary>
/// <remarks>
/// All by descriptors: a container's paths are resolved beneath its root, its links are copied and not followed, nothing of it is
/// executed and it may change whatever it likes meanwhile. What the paths mean is as with <c>docker cp</c>: a destination that is
/// a directory receives the source under its own name, else the destination is the copy; a source that ends with <c>/.</c> stands
/// for what is in the directory. A copy that fails removes what it made; files that it replaced stay replaced.
/// </remarks>
public static class TreeCopy
{
    /// <summary>Copies into a container.</summary>
    /// <param name="source">A path on the host.</param>
    /// <param name="container">The container's root.</param>
    /// <param name="destination">A path inside.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ContainerException">
    /// A path does not exist, is of the wrong kind, or the kernel refused something.
    /// </exception>
    public static TreeCopyResult Into(
        string source, RootedDirectory container, string destination, TreeCopyOptions? options = null,
        CancellationToken cancellation = default) =>
        Copy(new CopySide(null), source, new CopySide(container), destination, options ?? new TreeCopyOptions(), cancellation);

    /// <summary>Copies out of a container.</summary>
    /// <param name="container">The container's root.</param>
    /// <param name="source">A path inside.</param>
    /// <param name="destination">A path on the host.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ContainerException">As for <see cref="Into"/>.</exception>
    public static TreeCopyResult OutOf(
        RootedDirectory container, string source, string destination, TreeCopyOptions? options = null,
        CancellationToken cancellation = default) =>
        Copy(new CopySide(container), source, new CopySide(null), destination, options ?? new TreeCopyOptions(), cancellation);

    private static TreeCopyResult Copy(
        CopySide from, string source, CopySide to, string destination, TreeCopyOptions options, CancellationToken cancellation)
    {
        string name = source.TrimEnd('/');
        name = name[(name.LastIndexOf('/') + 1)..];
        bool contents = name is "" or "." or "..";
        bool follow = options.FollowLink || contents || source.EndsWith('/');
        nint opened = from.TryOpen(PathBytes.From(source), O_PATH | (follow ? 0 : O_NOFOLLOW));
        if (opened < 0)
            throw from.Failure((int)-opened, source);
        using var place = new FileHandle((int)opened);
        statx_data data = FileStatus.Of(place.Fd, from.Describe(source));
        bool isDirectory = (data.stx_mode & S_IFMT) == S_IFDIR;
        if (isDirectory && !options.Recurse)
            throw new ContainerException(
                $"'{from.Describe(source)}' is a directory.", "Use -Recurse to copy it with all that is in it.");
        using CopyTarget target = FindTarget(to, destination, contents ? null : name, isDirectory);
        if (options.KeepReplaced && target.IsThere)
        {
            throw new ContainerException($"'{to.Describe(destination)}' is a directory, which has no content.", "Give the path of a file.")
            { Errno = Errno.EISDIR, Target = to.Describe(destination) };
        }
        if (KernelFilesystem.Is(target.Directory.Fd))
        {
            throw new ContainerException(
                $"Nothing can be copied to '{to.Describe(target.Path)}': the kernel makes up the files there.",
                "Write into the file instead, as the shell does with >; parameters of a container are for its configuration to set.")
            { Target = to.Describe(target.Path) };
        }
        var copier = new TreeCopier(options, toHost: to.IsHost, cancellation);
        string path = target.Path.Length > 1 ? target.Path.TrimEnd('/') : target.Path;
        var names = new CopyName(from.Describe(source), to.Describe(path));
        try
        {
            if (target.Name is null)
                copier.CopyContents(place, data, target.Directory, names);
            else
                copier.Copy(place, data, target.Directory.Fd, target.Name, names);
        }
        catch (ContainerPermissionException failure)
            when (to.IsHost && failure.Errno == Errno.EACCES && WriteAccess.IsRefused(target.Directory.Fd))
        {
            throw WriteAccess.Refusal(target.Name is null ? target.Path : DirectoryOf(target.Path));
        }
        return new TreeCopyResult
        {
            Path = target.Path, EntryCount = copier.Entries, Length = copier.Bytes, Warnings = copier.Warnings,
        };
    }

    private static string DirectoryOf(string path) =>
        Path.GetDirectoryName(path.TrimEnd('/')) is { Length: > 0 } above ? above : ".";

    /// <summary>
    /// Where the copy goes: into <paramref name="Directory"/> as <paramref name="Name"/>, or, without, what is in the source.
    /// </summary>
    private sealed record CopyTarget(FileHandle Directory, byte[]? Name, string Path) : IDisposable
    {
        /// <summary>Whether the destination is a directory that is there.</summary>
        public bool IsThere { get; init; }

        public void Dispose() => Directory.Dispose();
    }

    private static CopyTarget FindTarget(CopySide to, string destination, string? name, bool isDirectory)
    {
        string described = to.Describe(destination);
        nint fd = to.TryOpen(PathBytes.From(destination), O_PATH);
        if (-fd == Errno.EACCES && to.IsHost)
            throw WriteAccess.Refusal(DirectoryOf(destination));
        if (fd < 0 && -fd != Errno.ENOENT)
            throw to.Failure((int)-fd, destination);
        using var found = new FileHandle((int)fd);
        if (fd >= 0 && (FileStatus.Of(found.Fd, described).stx_mode & S_IFMT) == S_IFDIR)
        {
            string path = name is null ? destination : $"{destination.TrimEnd('/')}/{name}";
            return new CopyTarget(new FileHandle(found.Release()), name is null ? null : PathBytes.From(name), path) { IsThere = true };
        }
        if (fd >= 0 && isDirectory)
            throw new ContainerException(
                $"'{described}' is not a directory, so that a directory cannot be copied there.") { Target = described };
        if (destination.EndsWith('/') && !isDirectory)
            throw new ContainerException($"The directory '{described}' does not exist.", "Make it first.") { Target = described };
        (FileHandle parent, byte[] leaf) = to.OpenParent(destination);
        return new CopyTarget(parent, leaf, destination);
    }
}
