using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Trees;
using PSContainer.Users;
using static PSContainer.Kernel.Files;

namespace PSContainer.Images;

/// <summary>Gives what was made its owner, mode, attributes and time; never through a link.</summary>
internal sealed class EntryMetadata
{
    private readonly bool setOwners;
    private readonly (uint Uid, uint Gid) caller = (geteuid(), getegid());
    private readonly IdMap uids;
    private readonly IdMap gids;
    private readonly ExtractWarnings warnings;

    internal EntryMetadata(ExtractOptions options, ExtractWarnings warnings)
    {
        this.warnings = warnings;
        setOwners = options.SetOwners ?? caller.Uid == 0;
        const string Advice = "Unpack with -MapRootUser, which gives all files to you, or where more ids are mapped.";
        uids = new IdMap(options.UidMappings, "user", Advice);
        gids = new IdMap(options.GidMappings, "group", Advice);
    }

    /// <summary>Whether owners are as the archive says, and set-user-id bits with them.</summary>
    internal bool SetsOwners => setOwners;

    /// <summary>Of an open file or directory.</summary>
    internal void ApplyTo(int fd, TarEntry entry)
    {
        if (WantsOwner(entry))
            Check(fchown(fd, Uid(entry), Gid(entry)), "fchown", entry);
        Check(fchmod(fd, ModeOf(entry)), "fchmod", entry); // Behind chown, which takes the set-user-id bit away.
        foreach (TarAttribute attribute in entry.Attributes)
        {
            if (IsAllowed(attribute, entry))
                CheckAttribute(fsetxattr(fd, PathBytes.From(attribute.Name), ValueOf(attribute)), attribute, entry);
        }
        Check(futimens(fd, Omit, TimeOf(entry)), "utimensat", entry);
    }

    /// <summary>Of a link, device or FIFO that was just made.</summary>
    internal void ApplyToNode(int parentFd, byte[] leaf, uint type, TarEntry entry)
    {
        string name = PathBytes.Describe(entry.Name);
        using FileHandle node = FreshNode.Open(parentFd, leaf, type, (entry.DeviceMajor, entry.DeviceMinor), name);
        if (WantsOwner(entry))
            Check(FreshNode.Chown(node, Uid(entry), Gid(entry)), "fchownat", entry);
        if (type != S_IFLNK)
            Check(FreshNode.Chmod(node, ModeOf(entry)), "fchmodat", entry);
        foreach (TarAttribute attribute in entry.Attributes)
            warnings.Add($"The attribute {PathBytes.Describe(attribute.Name)} was left out", entry.Name);
        Check(FreshNode.SetTimes(node, Omit, TimeOf(entry)), "utimensat", entry);
    }

    private bool WantsOwner(TarEntry entry)
    {
        if (!setOwners && (entry.Uid != caller.Uid || entry.Gid != caller.Gid))
            warnings.Add("The owner was not set", entry.Name);
        return setOwners;
    }

    private uint Uid(TarEntry entry) => uids.ToHost(entry.Uid, entry.Name);

    private uint Gid(TarEntry entry) => gids.ToHost(entry.Gid, entry.Name);

    private static time_spec Omit => new() { tv_nsec = UTIME_OMIT };

    private static time_spec TimeOf(TarEntry entry) =>
        new() { tv_sec = entry.ModifiedSeconds, tv_nsec = entry.ModifiedNanoseconds };

    /// <summary>Without the right owner, a set-user-id bit would lend the caller's rights instead.</summary>
    private uint ModeOf(TarEntry entry)
    {
        if (setOwners || entry.Type == TarEntryType.Directory || (entry.Mode & (S_ISUID | S_ISGID)) == 0)
            return entry.Mode;
        warnings.Add("The set-user-id or set-group-id bit was left out because owners are not set", entry.Name);
        return entry.Mode & ~(S_ISUID | S_ISGID);
    }

    /// <summary>
    /// Capabilities, ACLs and a user's own attributes. Not overlayfs's own, with which a layer could reach into others, nor
    /// labels that belong to the security module of the host.
    /// </summary>
    private bool IsAllowed(TarAttribute attribute, TarEntry entry)
    {
        ReadOnlySpan<byte> name = attribute.Name;
        string word = PathBytes.Describe(name);
        bool allowed = word == AttributeNames.Capability || AttributeNames.IsAccessList(word) || AttributeNames.IsOfUser(word);
        if (!allowed)
            warnings.Add($"The attribute {word} was left out", entry.Name);
        return allowed && !name.Contains((byte)0);
    }

    private byte[] ValueOf(TarAttribute attribute) => IsCapability(attribute)
        ? FileCapability.ForMapped(attribute.Value, uids)
        : attribute.Value;

    private static bool IsCapability(TarAttribute attribute) => PathBytes.Describe(attribute.Name) == AttributeNames.Capability;

    private void CheckAttribute(nint result, TarAttribute attribute, TarEntry entry)
    {
        bool tolerated = -result == Errno.EOPNOTSUPP || (caller.Uid != 0 && -result is Errno.EPERM or Errno.EACCES);
        if (tolerated)
            warnings.Add(
                $"The attribute {PathBytes.Describe(attribute.Name)} could not be set ({Errno.Name((int)-result)})", entry.Name);
        else
            Check(result, $"setxattr {PathBytes.Describe(attribute.Name)}", entry);
    }

    private static void Check(nint result, string call, TarEntry entry) => EntryErrors.Check(result, call, entry.Name);
}
