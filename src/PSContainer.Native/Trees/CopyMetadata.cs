using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Users;
using static PSContainer.Kernel.Files;

namespace PSContainer.Trees;

/// <summary>Owner, mode, attributes and times of copies.</summary>
internal sealed class CopyMetadata
{
    private const uint PermissionBits = 0xfff;
    private readonly TreeCopyOptions options;
    private readonly List<string> warnings;
    private readonly CopyAttributes attributes;
    private readonly Func<string, bool?> keeps;
    private readonly bool dropsPrivileges;
    private readonly (uint Uid, uint Gid) owner;

    // As the container counts, which is how the source may have counted as well: root of the one becomes root of the other.
    private readonly (uint Uid, uint Gid) inside;

    internal CopyMetadata(TreeCopyOptions options, bool toHost, List<string> warnings)
    {
        this.options = options;
        this.warnings = warnings;
        dropsPrivileges = toHost && !options.KeepPrivileges;
        keeps = dropsPrivileges ? CopyAttributes.OfUnprivileged
            : options.KeepOwners ? CopyAttributes.OfTwin
            : CopyAttributes.OfCopy;
        bool hostIds = toHost || (options.Owner is null && options.UidMappings is null && geteuid() != 0);
        const string Advice = "Give it to one of them with -Owner.";
        IdMap uids = new(hostIds ? null : options.UidMappings, "user", Advice);
        IdMap gids = new(hostIds ? null : options.GidMappings, "group", Advice);
        attributes = new(uids, warnings);
        inside = options.Owner ?? (hostIds ? (geteuid(), getegid()) : (0, 0));
        owner = (uids.ToHost(inside.Uid, []), gids.ToHost(inside.Gid, []));
    }

    /// <summary>Of an open file or directory.</summary>
    /// <param name="fd">The copy.</param>
    /// <param name="sourceFd">What it is a copy of, open for reading.</param>
    /// <param name="data">What the source is.</param>
    /// <param name="name">The copy, for messages.</param>
    internal void ApplyTo(int fd, int sourceFd, statx_data data, string name)
    {
        (uint uid, uint gid) = OwnerOf(data);
        Syscall.Check(fchown(fd, uid, gid), "fchown", name);
        attributes.Copy(sourceFd, fd, keeps, name);
        bool isFile = (data.stx_mode & S_IFMT) == S_IFREG;
        uint mode = isFile ? options.Mode ?? ModeOf(data, (uid, gid), name) : data.stx_mode & PermissionBits;
        Syscall.Check(fchmod(fd, mode), "fchmod", name);
        Syscall.Check(futimens(fd, Time(data.stx_atime), Time(data.stx_mtime)), "utimensat", name);
    }

    /// <summary>
    /// Gives a new file what the one has that it will replace: owner, permission bits and attributes, as far as nothing else was
    /// asked.
    /// </summary>
    internal void KeepReplaced(int fd, int directoryFd, byte[] leaf, string name)
    {
        nint found = openat(directoryFd, leaf, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        if (found < 0)
            return;
        using var place = new FileHandle((int)found);
        statx_data old = FileStatus.Of(place.Fd, name);
        if ((old.stx_mode & S_IFMT) != S_IFREG)
            return;
        (uint uid, uint gid) = options.Owner is null ? (old.stx_uid, old.stx_gid) : owner;
        Syscall.Check(fchown(fd, uid, gid), "fchown", name);
        using var replaced = new FileHandle(
            (int)openat(AT_FDCWD, PathBytes.OfDescriptor(place.Fd), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
        if (replaced.Fd >= 0)
            attributes.Copy(replaced.Fd, fd, CopyAttributes.OfReplaced, name);
        Syscall.Check(fchmod(fd, options.Mode ?? ModeOf(old, (uid, gid), name)), "fchmod", name);
    }

    /// <summary>Of a link, device or FIFO that was just made.</summary>
    internal void ApplyToNode(int directoryFd, byte[] leaf, statx_data data, string name)
    {
        uint type = data.stx_mode & S_IFMT;
        (uint uid, uint gid) = OwnerOf(data);
        using FileHandle node = FreshNode.Open(directoryFd, leaf, type, (data.stx_rdev_major, data.stx_rdev_minor), name);
        Syscall.Check(FreshNode.Chown(node, uid, gid), "fchownat", name);
        if (type != S_IFLNK)
            Syscall.Check(FreshNode.Chmod(node, data.stx_mode & PermissionBits), "fchmodat", name);
        Syscall.Check(FreshNode.SetTimes(node, Time(data.stx_atime), Time(data.stx_mtime)), "utimensat", name);
    }

    private (uint Uid, uint Gid) OwnerOf(statx_data data) => options.KeepOwners ? (data.stx_uid, data.stx_gid) : owner;

    // A set-user-id bit lends the rights of the owner. Whoever gave it to a file has not given those of another owner.
    private uint ModeOf(statx_data data, (uint Uid, uint Gid) given, string name)
    {
        uint dropped = dropsPrivileges ? S_ISUID | S_ISGID : 0;
        if (data.stx_uid != given.Uid && data.stx_uid != inside.Uid)
            dropped |= S_ISUID;
        if (data.stx_gid != given.Gid && data.stx_gid != inside.Gid)
            dropped |= S_ISGID;
        if ((data.stx_mode & dropped) != 0)
            warnings.Add($"The set-user-id or set-group-id bit of '{name}' was left out.");
        return data.stx_mode & PermissionBits & ~dropped;
    }

    private static time_spec Time(statx_timestamp time) => new() { tv_sec = time.tv_sec, tv_nsec = time.tv_nsec };
}
