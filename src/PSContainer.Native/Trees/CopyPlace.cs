using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Trees;

/// <summary>
/// Where a copy gets its name. It is made under a temporary one and renamed when it is whole: a link that lies under the name is
/// replaced and never written through, and no reader sees a half of a file.
/// </summary>
internal static class CopyPlace
{
    /// <summary>A name that nothing else has, with a NUL.</summary>
    internal static byte[] TemporaryName() => PathBytes.From($".psc-copy-{Guid.NewGuid():n}");

    /// <summary>Refuses a name that leads to what a copy may not take the place of.</summary>
    /// <param name="directoryFd">The directory that receives the copy.</param>
    /// <param name="leaf">Its name there, with a NUL.</param>
    /// <param name="source">What is copied.</param>
    /// <param name="name">For messages.</param>
    internal static void RequireReplaceable(int directoryFd, byte[] leaf, statx_data source, CopyName name)
    {
        if (statx(directoryFd, leaf, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, out statx_data there) < 0)
            return;
        RequireNoSpecial(there, source, name);

        // From the host's mount namespace the kernel lets a file be renamed over a container's mount point: the mount would be
        // gone, and with it what it covers or keeps from being written. A link of the container may have led here.
        if ((there.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0)
        {
            throw new ContainerException(
                $"Nothing can be copied over '{name.Target}', on which something is mounted.",
                "Change what is mounted there, at its source.")
            { Errno = Errno.EBUSY, Target = name.Target };
        }
    }

    /// <summary>Completes a copy and gives it its name, or removes it.</summary>
    /// <param name="directoryFd">The directory it is in.</param>
    /// <param name="temporary">Its name so far.</param>
    /// <param name="leaf">The name that it gets.</param>
    /// <param name="source">What is copied.</param>
    /// <param name="name">For messages.</param>
    /// <param name="complete">What is still to be done before.</param>
    /// <returns>Whether nothing had the name.</returns>
    internal static bool Finish(
        int directoryFd, byte[] temporary, byte[] leaf, statx_data source, CopyName name, Action complete)
    {
        try
        {
            complete();
            nint renamed = renameat2(directoryFd, temporary, directoryFd, leaf, RENAME_NOREPLACE);
            bool isNew = renamed == 0;
            if (!isNew)
            {
                RequireReplaceable(directoryFd, leaf, source, name);
                renamed = renameat2(directoryFd, temporary, directoryFd, leaf);
            }
            if (-renamed == Errno.EISDIR)
                throw new ContainerException(
                    $"'{name.Source}' is no directory, but one is in its place at the destination.") { Target = name.Target };
            Syscall.Check(renamed, "renameat2", name.Target);
            return isNew;
        }
        catch
        {
            unlinkat(directoryFd, temporary);
            throw;
        }
    }

    // Whoever has /dev/null or a FIFO open means that very one. A copy of the same kind and number takes nothing from anybody.
    private static void RequireNoSpecial(statx_data there, statx_data source, CopyName name)
    {
        uint type = there.stx_mode & S_IFMT;
        bool isSame = (source.stx_mode & S_IFMT) == type
            && (source.stx_rdev_major, source.stx_rdev_minor) == (there.stx_rdev_major, there.stx_rdev_minor);
        if (type is S_IFREG or S_IFLNK or S_IFDIR || isSame)
            return;
        throw new ContainerException(
            $"'{name.Target}' is a {FileStatus.KindOf(type)}, which no copy takes the place of.",
            "Write into it by a command instead, as the shell does with >; or remove it first.")
        { Errno = Errno.EEXIST, Target = name.Target };
    }
}
