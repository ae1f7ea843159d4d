using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Users;
using static PSContainer.Kernel.Files;

namespace PSContainer.Trees;

/// <summary>Extended attributes of copies.</summary>
/// <param name="uids">The container's user ids, for file capabilities.</param>
/// <param name="warnings">Gets what was left out, a sentence each.</param>
internal sealed class CopyAttributes(IdMap uids, List<string> warnings)
{
    private readonly byte[] names = new byte[AttributeNames.Longest], room = new byte[AttributeNames.Longest];

    /// <summary>
    /// What a copy with another owner keeps. An access control list names users of the other side. Labels are the business of the
    /// security module of each host.
    /// </summary>
    /// <returns>Whether it is kept; <see langword="null"/>: left out, and nobody misses it.</returns>
    internal static bool? OfCopy(string name) => name switch
    {
        AttributeNames.Capability => true,
        _ when AttributeNames.IsOfUser(name) => true,
        _ when AttributeNames.IsOverlay(name) => null,
        _ when AttributeNames.IsAccessList(name) || name.StartsWith("trusted.", StringComparison.Ordinal) => false,
        _ => null,
    };

    /// <summary>As <see cref="OfCopy"/>, without what gives rights to whoever executes the copy.</summary>
    internal static bool? OfUnprivileged(string name) => name == AttributeNames.Capability ? false : OfCopy(name);

    /// <summary>What a copy as it is keeps, owners included.</summary>
    internal static bool? OfTwin(string name) => AttributeNames.IsAccessList(name) ? true : OfCopy(name);

    /// <summary>What a file keeps whose content is replaced: the kernel takes capabilities from what is written to.</summary>
    internal static bool? OfReplaced(string name) =>
        AttributeNames.IsOfUser(name) || AttributeNames.IsAccessList(name) ? true : null;

    /// <summary>Copies those of a file or directory.</summary>
    /// <param name="from">The source, open for reading.</param>
    /// <param name="to">The copy, after its owner was set, which takes capabilities away.</param>
    /// <param name="keeps">Which of them.</param>
    /// <param name="name">The copy, for messages.</param>
    internal void Copy(int from, int to, Func<string, bool?> keeps, string name)
    {
        nint length = flistxattr(from, names);
        if (length < 0 && -length != Errno.EOPNOTSUPP)
            warnings.Add($"The attributes of '{name}' were left out: {Errno.Name((int)-length)}.");
        foreach (byte[] attribute in AttributeNames.Split(names.AsSpan(0, (int)Math.Max(0, length))))
        {
            string word = PathBytes.Describe(attribute);
            if (keeps(word) is not { } isKept)
                continue;
            if (!isKept || (word == AttributeNames.Capability && !uids.Has(0)))
            {
                warnings.Add($"The attribute {word} of '{name}' was left out.");
                continue;
            }
            nint size = fgetxattr(from, attribute, room);
            if (-size == Errno.ENODATA)
                continue; // Removed while this runs.
            nint result = size < 0 ? size : fsetxattr(to, attribute, ValueOf(word, room.AsSpan(0, (int)size)));
            if (result < 0)
                warnings.Add($"The attribute {word} of '{name}' was left out: {Errno.Name((int)-result)}.");
        }
    }

    private ReadOnlySpan<byte> ValueOf(string name, ReadOnlySpan<byte> value) =>
        name == AttributeNames.Capability ? FileCapability.ForMapped(value.ToArray(), uids) : value;
}
