using PSContainer.Containers;
using PSContainer.Kernel;
using PSContainer.Mapped;
using PSContainer.Rooted;

namespace PSContainer;

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
            UidMappings = Spec?.Linux?.UidMappings,
            GidMappings = Spec?.Linux?.GidMappings,
        };
    }
}
