using System.Globalization;
using System.Text;
using PSContainer.Kernel;
using PSContainer.Users;

namespace PSContainer.Machine;

/// <summary>Whose the ids of this host are: those of accounts, passwd(5) and group(5), and those set aside, subuid(5).</summary>
internal sealed class HostIds
{
    /// <summary>How many ids a user is given, and the first that may be: the defaults of login.defs(5).</summary>
    internal const uint UsualCount = 65_536, UsualFirst = 100_000;

    private readonly List<(SubIdRange Range, string Name)> accounts = [];
    private readonly List<(SubIdRange Range, string Name)> setAside = [];

    private HostIds()
    {
    }

    /// <summary>Those of users, or of groups.</summary>
    internal static HostIds Read(bool group) => group
        ? new HostIds().AddAccounts(ProcFile.Read("/etc/group"), "group").AddSetAside(ProcFile.Read("/etc/subgid"))
        : new HostIds().AddAccounts(ProcFile.Read("/etc/passwd"), "user").AddSetAside(ProcFile.Read("/etc/subuid"));

    /// <summary>From the text of two files.</summary>
    internal static HostIds Parse(string accounts, string setAside, string kind) =>
        new HostIds().AddAccounts(accounts, kind).AddSetAside(setAside);

    /// <summary>The account among these ids, as <c>user root (0)</c>; <see langword="null"/> when there is none.</summary>
    internal string? AccountIn(SubIdRange ids) =>
        accounts.Where(one => Overlap(one.Range, ids)).OrderBy(one => one.Range.First)
            .Select(one => $"{one.Name} ({one.Range.First})").FirstOrDefault();

    /// <summary>Whose these ids are besides: an account's, or set aside for somebody else.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="names">The owner's name and id, as the files have them.</param>
    internal string? OtherOwnerOf(SubIdRange ids, params IEnumerable<string> names) =>
        AccountIn(ids)
        ?? setAside.Where(one => !names.Contains(one.Name) && Overlap(one.Range, ids))
            .Select(one => $"user {one.Name}").FirstOrDefault();

    /// <summary>The lowest range of the usual size that is nobody's, as user and as group ids alike.</summary>
    /// <returns>The range, or <see langword="null"/> when there is none.</returns>
    internal static SubIdRange? FirstFree(HostIds users, HostIds groups)
    {
        const uint Highest = int.MaxValue;
        (SubIdRange Range, string Name)[] taken = [.. users.accounts, .. users.setAside, .. groups.accounts, .. groups.setAside];
        ulong first = UsualFirst;
        while (first + UsualCount <= Highest)
        {
            var range = new SubIdRange((uint)first, UsualCount);
            ulong next = taken.Where(one => Overlap(one.Range, range)).Select(one => End(one.Range)).DefaultIfEmpty().Max();
            if (next == 0)
                return range;
            first = next;
        }
        return null;
    }

    private static bool Overlap(SubIdRange one, SubIdRange other) => one.First < End(other) && other.First < End(one);

    private static ulong End(SubIdRange range) => (ulong)range.First + range.Count;

    private HostIds AddAccounts(string? text, string kind)
    {
        var lines = new ColonFile(Encoding.UTF8.GetBytes(text ?? ""));
        while (lines.Next())
        {
            if (lines.Fields >= 3 && lines.TryId(2, out uint id))
                accounts.Add((new(id, 1), $"{kind} {Encoding.UTF8.GetString(lines.Field(0))}"));
        }
        return this;
    }

    private HostIds AddSetAside(string? text)
    {
        var lines = new ColonFile(Encoding.UTF8.GetBytes(text ?? ""));
        while (lines.Next())
        {
            if (lines.Fields == 3 && lines.TryId(1, out uint first)
                && uint.TryParse(lines.Field(2), CultureInfo.InvariantCulture, out uint count) && count > 0)
                setAside.Add((new(first, count), Encoding.UTF8.GetString(lines.Field(0))));
        }
        return this;
    }
}
