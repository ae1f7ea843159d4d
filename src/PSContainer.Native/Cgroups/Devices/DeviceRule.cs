using PSContainer.Cgroups.Hierarchies;
using PSContainer.Spec;

namespace PSContainer.Cgroups.Devices;

/// <summary>What a device rule speaks of: values as <c>struct bpf_cgroup_dev_ctx</c> has them.</summary>
internal enum DeviceKind
{
    Block = 1,
    Char = 2,
}

/// <summary>Kinds of access, as <c>struct bpf_cgroup_dev_ctx</c> has them.</summary>
[Flags]
internal enum DeviceAccess
{
    None = 0,
    Mknod = 1,
    Read = 2,
    Write = 4,
    All = Mknod | Read | Write,
}

/// <summary>One device rule, checked. <see cref="Any"/> stands for every major or minor number.</summary>
internal readonly record struct DeviceRule(bool Allow, DeviceKind Kind, long Major, long Minor, DeviceAccess Access)
{
    internal const long Any = -1;

    /// <summary>Whether this speaks of nothing that the other does not speak of.</summary>
    internal bool IsWithin(DeviceRule other) =>
        Kind == other.Kind && (other.Major == Any || other.Major == Major) && (other.Minor == Any || other.Minor == Minor);

    /// <summary>Whether both speak of some device.</summary>
    internal bool Overlaps(DeviceRule other) =>
        Kind == other.Kind
        && (Major == Any || other.Major == Any || Major == other.Major)
        && (Minor == Any || other.Minor == Any || Minor == other.Minor);

    /// <summary>As devices.allow and devices.deny take it: <c>c 136:* rw</c>.</summary>
    public override string ToString() =>
        $"{(Kind == DeviceKind.Char ? 'c' : 'b')} {Number(Major)}:{Number(Minor)} " +
        (Access.HasFlag(DeviceAccess.Read) ? "r" : "") +
        (Access.HasFlag(DeviceAccess.Write) ? "w" : "") +
        (Access.HasFlag(DeviceAccess.Mknod) ? "m" : "");

    private static string Number(long number) => number == Any ? "*" : LimitWrites.Number(number);

    /// <summary>Checks a rule and adds it to a list; one for type <c>a</c> becomes one for each type.</summary>
    /// <exception cref="InvalidSpecException">Its type, number or access is none.</exception>
    internal static void Parse(DeviceRuleSpec rule, List<DeviceRule> rules)
    {
        DeviceAccess access = DeviceAccess.None;
        foreach (char c in string.IsNullOrEmpty(rule.Access) ? "rwm" : rule.Access)
        {
            access |= c switch
            {
                'r' => DeviceAccess.Read,
                'w' => DeviceAccess.Write,
                'm' => DeviceAccess.Mknod,
                // The type for all devices, which some write here; to deny more than is meant harms nobody.
                'a' when !rule.Allow => DeviceAccess.All,
                _ => throw Bad(rule, $"access '{rule.Access}'", "Use some of r, w and m."),
            };
        }
        (bool block, bool character) = rule.Type switch
        {
            null or "" or "a" => (true, true),
            "b" => (true, false),
            "c" or "u" => (false, true),
            _ => throw Bad(rule, $"type '{rule.Type}'", "Use a (all), b (block) or c (character)."),
        };
        long major = NumberOf(rule, rule.Major), minor = NumberOf(rule, rule.Minor);
        if (block)
            rules.Add(new DeviceRule(rule.Allow, DeviceKind.Block, major, minor, access));
        if (character)
            rules.Add(new DeviceRule(rule.Allow, DeviceKind.Char, major, minor, access));
    }

    private static long NumberOf(DeviceRuleSpec rule, long? number) => number switch
    {
        null or -1 => Any,
        >= 0 and <= uint.MaxValue => number.Value,
        _ => throw Bad(rule, $"device number {number}", "Give a number from 0 to 4294967295, or none for all."),
    };

    private static InvalidSpecException Bad(DeviceRuleSpec rule, string what, string recommendation) =>
        new($"A device rule ({(rule.Allow ? "allow" : "deny")}) has the {what}.", recommendation)
        { Target = "resources.devices" };
}
