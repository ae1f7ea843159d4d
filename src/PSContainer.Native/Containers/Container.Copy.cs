using PSContainer.Kernel;
using PSContainer.Mapped;
using PSContainer.Rooted;
using PSContainer.Spec;
using PSContainer.Trees;
using PSContainer.Users;

namespace PSContainer.Containers;

public sealed partial class Container
{
    /// <summary>Copies a file or tree of the host into it. Links of the container are resolved inside its root.</summary>
    /// <param name="source">A path on the host.</param>
    /// <param name="destination">A path inside; a directory that exists receives the source under its own name.</param>
    /// <param name="copy">Owner and mode of what is copied.</param>
    /// <param name="cancellation">Ends it; what it made is removed.</param>
    /// <exception cref="ContainerException">
    /// A path does not exist, is of the wrong kind, or the kernel refused something.
    /// </exception>
    public TreeCopyResult CopyTo(
        string source, string destination, CopyOptions? copy = null, CancellationToken cancellation = default)
    {
        using RootedDirectory root = OpenRoot();
        return new MappedFiles(engine.Runtime, root).Into(source, destination, OptionsFor(copy ?? new(), root), cancellation);
    }

    /// <summary>
    /// Writes a file inside. Links of the container are resolved inside its root, so that the file is never one of the host.
    /// </summary>
    /// <param name="path">A path inside; its directory has to exist. A file that is there is replaced, and gives its owner and mode.</param>
    /// <param name="content">What it holds then.</param>
    /// <param name="copy">Owner and mode of the file; without, a new one is root's with 0644.</param>
    /// <param name="cancellation">Ends it; what it made is removed.</param>
    /// <exception cref="ContainerException">
    /// The path is a directory or its directory does not exist, or the kernel refused something.
    /// </exception>
    public TreeCopyResult SetContent(
        string path, ReadOnlySpan<byte> content, CopyOptions? copy = null, CancellationToken cancellation = default)
    {
        using RootedDirectory root = OpenRoot();
        TreeCopyOptions options = OptionsFor((copy ?? new()) with { FollowLink = true, KeepReplaced = true }, root);
        using FileHandle file = MemoryFile.Make("content", content);
        const uint NewFile = 0x1a4;
        Syscall.Check(Kernel.Files.fchmod(file.Fd, NewFile), "fchmod", path);
        return new MappedFiles(engine.Runtime, root).Into(file, path, options, cancellation);
    }

    /// <summary>Whether a path inside is a directory, or a link to one, or lies where the caller himself may not look.</summary>
    /// <exception cref="ContainerException">The container has ended, and nothing of it is left.</exception>
    public bool HasDirectory(string path)
    {
        using RootedDirectory root = OpenRoot();
        nint fd = root.TryOpen(PathBytes.From(path), Kernel.Files.O_PATH | Kernel.Files.O_DIRECTORY);
        if (fd >= 0)
            new FileHandle((int)fd).Dispose();
        return fd >= 0 || -fd == Errno.EACCES;
    }

    /// <summary>Copies a file or tree out of it. Links of the container are resolved inside its root.</summary>
    /// <param name="source">A path inside.</param>
    /// <param name="destination">A path on the host; a directory that exists receives the source under its own name.</param>
    /// <param name="copy">Owner and mode of what is copied.</param>
    /// <param name="cancellation">Ends it; what it made is removed.</param>
    /// <exception cref="ContainerException">
    /// A path does not exist, is of the wrong kind, or the kernel refused something.
    /// </exception>
    public TreeCopyResult CopyFrom(
        string source, string destination, CopyOptions? copy = null, CancellationToken cancellation = default)
    {
        using RootedDirectory root = OpenRoot();
        using RootedDirectory host = RootedDirectory.OpenHost("/");
        return new MappedFiles(engine.Runtime, root).OutOf(source, destination, OptionsFor(copy ?? new(), host), cancellation);
    }

    // While it lives its root is what it sees, mounts included; later only a directory that was used as it is remains.
    private RootedDirectory OpenRoot()
    {
        using LiveProcess? process = LiveProcess.Open(Current);
        if (process is not null)
            return process.OpenRoot(Name);
        if (OverlayLayers.LowerOf(Spec) is null && Spec?.Root?.Path is { Length: > 0 } path && engine.Store.Exists(Id))
            return RootedDirectory.OpenHost(HostPath.Full(path, StateDirectory));
        throw new ContainerStateException(
            $"The container '{this}' has ended, and its own layer with it: there is nothing left to copy.",
            "Copy while it lives; between New-Container and Start-Container too.")
        { Target = Name };
    }

    private TreeCopyOptions OptionsFor(CopyOptions copy, RootedDirectory users)
    {
        (uint, uint)? owner = copy.Owner is { } word && PasswdFile.Resolve(users, word) is { } user ? (user.Uid, user.Gid) : null;
        return new()
        {
            Recurse = copy.Recurse,
            FollowLink = copy.FollowLink,
            Owner = owner,
            Mode = (uint?)copy.Mode,
            KeepReplaced = copy.KeepReplaced,
            Progress = copy.Progress,
            UidMappings = Spec?.Linux?.UidMappings,
            GidMappings = Spec?.Linux?.GidMappings,
        };
    }
}
