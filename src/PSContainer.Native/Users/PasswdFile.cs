using System.Text;
using PSContainer.Rooted;

namespace PSContainer.Users;

/// <summary>Finds users in the passwd(5) and group(5) files of a root filesystem, which may be hostile.</summary>
/// <remarks>
/// Nothing of the host is asked and nothing of the container is executed, unlike with getpwnam(3). The files are read beneath
/// the root only, when they are regular and at most 4 MiB; lines that are malformed are as if they were not there.
/// </remarks>
public static class PasswdFile
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaxFileSize = 4 << 20;

    private const int MaxGroups = 65536; // NGROUPS_MAX
    private const int MaxNames = 65536, LongestName = 256;

    /// <summary>Resolves what <c>-User</c> was given.</summary>
    /// <param name="root">The root filesystem.</param>
    /// <param name="user">
    /// <c>1000</c>, <c>name</c>, <c>1000:1000</c>, <c>name:group</c>, <c>:group</c> (user 0). A user by itself has the group and
    /// the supplementary groups that the files give it, an unlisted id group 0; a group that is given has no supplementary ones
    /// beside.
    /// </param>
    /// <exception cref="InvalidSpecException">The text is not a user, or a name is not in the files.</exception>
    /// <exception cref="ContainerException">A file cannot be read safely.</exception>
    public static ContainerUser Resolve(RootedDirectory root, string user)
    {
        UserReference asked = UserReference.Parse(user);
        ContainerUser found = FindUser(root, asked)
            ?? (asked.Uid is { } uid ? new ContainerUser { Uid = uid, Gid = 0 }
                : throw Unknown(root, "user", asked.User!, "passwd"));
        if (asked.Gid is { } gid)
            return found with { Gid = gid };
        if (asked.Group is { } group)
            return found with { Gid = FindGroup(root, group) };
        return found.Name is null ? found : found with { AdditionalGids = GroupsOf(root, found.Name, found.Gid) };
    }

    /// <summary>The names of users by their ids, from one pass over the file; of two names of an id the first.</summary>
    /// <returns>At most 65,536; names of more than 256 bytes, which no system makes, are not among them.</returns>
    /// <exception cref="ContainerException">The file cannot be read safely.</exception>
    internal static IReadOnlyDictionary<uint, string> NamesIn(RootedDirectory root)
    {
        var names = new Dictionary<uint, string>();
        var lines = new ColonFile(root.TryReadAllBytes("/etc/passwd", MaxFileSize) ?? []);
        while (names.Count < MaxNames && lines.Next())
        {
            if (lines.Fields >= 4 && lines.Field(0).Length <= LongestName && lines.TryId(2, out uint uid) && lines.TryId(3, out _))
                names.TryAdd(uid, Encoding.UTF8.GetString(lines.Field(0)));
        }
        return names;
    }

    private static ContainerUser? FindUser(RootedDirectory root, UserReference asked)
    {
        byte[] file = root.TryReadAllBytes("/etc/passwd", MaxFileSize) ?? [];
        byte[]? name = asked.User is null ? null : Encoding.UTF8.GetBytes(asked.User);
        var lines = new ColonFile(file);
        while (lines.Next())
        {
            if (lines.Fields < 4 || (name is not null && !lines.Field(0).SequenceEqual(name)))
                continue;
            if (!lines.TryId(2, out uint uid) || !lines.TryId(3, out uint gid) || (name is null && uid != asked.Uid))
                continue;
            ReadOnlySpan<byte> home = lines.Fields > 5 ? lines.Field(5) : default;
            return new ContainerUser
            {
                Uid = uid, Gid = gid, Name = Encoding.UTF8.GetString(lines.Field(0)), Home = HomeOf(home),
            };
        }
        // Every Linux has a root; a rootfs of one program often has no passwd file.
        return asked.User == "root" ? new ContainerUser { Uid = 0, Gid = 0, Home = "/root" } : null;
    }

    private static string HomeOf(ReadOnlySpan<byte> field) =>
        field.Length is 0 or > 4095 || field[0] != '/' || field.ContainsAnyInRange((byte)0, (byte)0x1f)
            || field.Contains((byte)0x7f)
            ? "/"
            : Encoding.UTF8.GetString(field);

    private static uint FindGroup(RootedDirectory root, string group)
    {
        byte[] name = Encoding.UTF8.GetBytes(group);
        var lines = new ColonFile(root.TryReadAllBytes("/etc/group", MaxFileSize) ?? []);
        while (lines.Next())
        {
            if (lines.Fields >= 3 && lines.Field(0).SequenceEqual(name) && lines.TryId(2, out uint gid))
                return gid;
        }
        return group == "root" ? 0u : throw Unknown(root, "group", group, "group");
    }

    private static uint[] GroupsOf(RootedDirectory root, string user, uint primary)
    {
        byte[] name = Encoding.UTF8.GetBytes(user);
        var gids = new SortedSet<uint>();
        var lines = new ColonFile(root.TryReadAllBytes("/etc/group", MaxFileSize) ?? []);
        while (lines.Next())
        {
            if (lines.Fields < 4 || !lines.TryId(2, out uint gid) || gid == primary || !ColonFile.Lists(lines.Field(3), name))
                continue;
            gids.Add(gid);
            if (gids.Count > MaxGroups)
                throw new ContainerException($"'{root.Path}/etc/group' has the user '{user}' in more than {MaxGroups} groups.");
        }
        return [.. gids];
    }

    private static InvalidSpecException Unknown(RootedDirectory root, string kind, string name, string file) =>
        new($"There is no {kind} '{name}' in '{root.Path.TrimEnd('/')}/etc/{file}'.",
            $"Give the {kind}'s id instead.") { Target = name };
}
