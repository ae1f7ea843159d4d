using PSContainer.Containers.Options;
using PSContainer.Machine;
using PSContainer.Rooted;
using PSContainer.Words;

namespace PSContainer.Containers.Compose;

/// <summary>What all parts of one composition share.</summary>
/// <param name="Options">What is asked.</param>
/// <param name="Id">The container's id.</param>
/// <param name="Facts">The host.</param>
/// <param name="Root">The root filesystem, open.</param>
/// <param name="PidOf">Finds the pid of a running container for a <c>container:</c> mode.</param>
internal sealed record Composition(
    ContainerOptions Options, string Id, HostFacts Facts, RootedDirectory Root, Func<string, int> PidOf)
{
    /// <summary>
    /// Whether the container gets a user namespace, new or another's. Without one only root can make any other.
    /// </summary>
    internal bool HasUserNamespace => UserMode.Kind != NamespaceModeKind.Host;

    /// <summary>Whether the host's own namespaces belong to another user namespace than the one the container is in.</summary>
    internal bool IsBelowHost => HasUserNamespace || Facts.CallerUidMap is not null;

    /// <summary>The user namespace.</summary>
    internal NamespaceMode UserMode => Options.UserMode ?? (
        Options.UidMap.Count > 0 || Options.MapRootUser ? NamespaceMode.Private
        : Facts.UserId == 0 ? NamespaceMode.Host
        : SharedContainer ?? NamespaceMode.Private);

    // A user may join another container's namespace only where its user namespace is his too.
    private NamespaceMode? SharedContainer =>
        new[] { Network, Options.PidMode, Options.IpcMode, Options.UtsMode, Options.CgroupMode }
            .FirstOrDefault(mode => mode.Kind == NamespaceModeKind.Container);

    /// <summary>The network namespace.</summary>
    internal NamespaceMode Network => (Options.Network ?? NetworkMode.None).Namespace;

    /// <summary>Whether something of the caller's is mounted over or above a path inside, so that the root cannot tell.</summary>
    internal bool IsMountedOver(string path) =>
        Options.Mounts.Any(mount => PathWord.IsBelow(path, mount.Destination) || PathWord.IsBelow(mount.Destination, path));
}
