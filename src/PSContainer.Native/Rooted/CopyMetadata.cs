using PSContainer.Kernel;
using static PSContainer.Kernel.Files;

namespace PSContainer.Rooted;

/// <summary>Owner, mode and times of copies.</summary>
internal sealed class CopyMetadata
{
    private readonly TreeCopyOptions options;
    private readonly uint dropped;
    private readonly uint uid;
    private readonly uint gid;

    internal CopyMetadata(TreeCopyOptions options, bool toHost)
    {
        this.options = options;
        dropped = toHost && !options.KeepPrivileges ? S_ISUID | S_ISGID : 0;
        bool hostIds = toHost || (options.Owner is null && options.UidMappings is null && geteuid() != 0);
        if (hostIds)
        {
            (uid, gid) = options.Owner ?? (geteuid(), getegid());
            return;
        }
        (uint containerUid, uint containerGid) = options.Owner ?? (0, 0);
        const string Advice = "Give it to one of them with -Owner.";
        uid = new IdMap(options.UidMappings, "user", Advice).ToHost(containerUid, []);
        gid = new IdMap(options.GidMappings, "group", Advice).ToHost(containerGid, []);
    }

    /// <summary>Of an open file or directory.</summary>
    internal void ApplyTo(int fd, statx_data data, string name, List<string>? warnings = null)
    {
        (uint user, uint group) = OwnerOf(data);
        Syscall.Check(fchown(fd, user, group), "fchown", name);
        bool isFile = (data.stx_mode & S_IFMT) == S_IFREG;
        uint mode = isFile && options.Mode is { } given ? given : data.stx_mode & 0xfffu & ~(isFile ? dropped : 0);
        if (isFile && options.Mode is null && (data.stx_mode & dropped) != 0)
            warnings?.Add($"The set-user-id or set-group-id bit of '{name}' was left out.");
        Syscall.Check(fchmod(fd, mode), "fchmod", name);
        Syscall.Check(futimens(fd, Time(data.stx_atime), Time(data.stx_mtime)), "utimensat", name);
    }

    /// <summary>Gives a new file what the one has that it will replace: owner and permission bits, as far as nothing else was asked.</summary>
    internal void KeepReplaced(int fd, int directoryFd, byte[] leaf, string name)
    {
        nint found = statx(directoryFd, leaf, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, out statx_data old);
        if (found < 0 || (old.stx_mode & S_IFMT) != S_IFREG)
            return;
        if (options.Owner is null)
            Syscall.Check(fchown(fd, old.stx_uid, old.stx_gid), "fchown", name);
        if (options.Mode is null)
            Syscall.Check(fchmod(fd, old.stx_mode & 0xfffu & ~dropped), "fchmod", name);
    }

    /// <summary>Of a link, device or FIFO that was just made.</summary>
    internal void ApplyToNode(int directoryFd, byte[] leaf, statx_data data, string name)
    {
        uint type = data.stx_mode & S_IFMT;
        using FileHandle node = FreshNode.Open(directoryFd, leaf, type, (data.stx_rdev_major, data.stx_rdev_minor), name);
        (uint user, uint group) = OwnerOf(data);
        Syscall.Check(FreshNode.Chown(node, user, group), "fchownat", name);
        if (type != S_IFLNK)
            Syscall.Check(FreshNode.Chmod(node, data.stx_mode & 0xfffu), "fchmodat", name);
        Syscall.Check(FreshNode.SetTimes(node, Time(data.stx_atime), Time(data.stx_mtime)), "utimensat", name);
    }

    private (uint Uid, uint Gid) OwnerOf(statx_data data) => options.KeepOwners ? (data.stx_uid, data.stx_gid) : (uid, gid);

    private static time_spec Time(statx_timestamp time) => new() { tv_sec = time.tv_sec, tv_nsec = time.tv_nsec };
}
