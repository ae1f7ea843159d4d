using PSContainer.Containers;
using PSContainer.Kernel;
using PSContainer.Mounts;

namespace PSContainer.FileSystems;

/// <summary>umount2(2), and who is in the way.</summary>
internal static class MountRemoval
{
    /// <summary>Unmounts.</summary>
    /// <param name="mount">A mount of this mount namespace.</param>
    /// <param name="lazy">Out of sight at once, whoever uses it.</param>
    /// <param name="force">A server that does not answer is not waited for.</param>
    /// <param name="engine">Knows which container a process is in.</param>
    /// <exception cref="MountBusyException">Something uses it.</exception>
    internal static void Unmount(MountInfo mount, bool lazy, bool force, ContainerEngine engine)
    {
        string path = mount.MountPoint;
        int flags = MountApi.UmountNofollow | (lazy ? MountApi.MntDetach : 0) | (force ? MountApi.MntForce : 0);
        nint result = MountCalls.umount2(path, flags);
        if (result >= 0)
            return;
        switch ((int)-result)
        {
            case Errno.EBUSY:
                IReadOnlyList<MountHolder> holders = MountHolder.Of(mount, engine);
                string who = holders.Count > 0 ? MountHolder.Describe(holders) : "by whom cannot be seen from here";
                throw new MountBusyException(
                    $"'{path}' is in use: {who}.", "End what uses it, or take it out of sight only, with -Lazy.", holders)
                { Step = "Dismount", Call = "umount2", Errno = Errno.EBUSY, Target = path };
            case Errno.EPERM:
                throw OverlayFeatures.MayNotMount("umount2", path);
            case Errno.EINVAL:
                throw new ContainerException(
                    $"umount2 '{path}': EINVAL: it is no mount point of this namespace, "
                    + "or one that came with a user namespace's and is locked.",
                    "Unmount it where it was mounted.")
                { Step = "Dismount", Call = "umount2", Errno = Errno.EINVAL, Target = path };
            default:
                throw Syscall.Failure((int)-result, "umount2", path);
        }
    }
}
