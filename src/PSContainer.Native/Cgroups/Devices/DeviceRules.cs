using PSContainer.Spec;

namespace PSContainer.Cgroups.Devices;

/// <summary>The device rules of one container, for either generation of control groups.</summary>
/// <remarks>
/// A list starts from "deny all" and later rules win, as config-linux.md says. <see cref="DefaultDeviceRules.Needed"/> comes
/// after the configuration's rules: a container that cannot open /dev/null works nowhere.
/// </remarks>
internal sealed class DeviceRules
{
    private DeviceRules(IReadOnlyList<DeviceRule> ordered) => Ordered = ordered;

    /// <summary>Rules in order, later ones over earlier ones.</summary>
    internal IReadOnlyList<DeviceRule> Ordered { get; }

    /// <summary>The rules of a container; <see langword="null"/> when everything is allowed.</summary>
    internal static DeviceRules? For(IReadOnlyList<DeviceRuleSpec>? configured)
    {
        var rules = new List<DeviceRule>();
        foreach (DeviceRuleSpec rule in configured ?? [])
            DeviceRule.Parse(rule, rules);
        foreach (DeviceRuleSpec rule in DefaultDeviceRules.Needed)
            DeviceRule.Parse(rule, rules);
        return AllowsAll(rules) ? null : new DeviceRules(rules);
    }

    /// <summary>What v1 needs: the default, and the exceptions from it.</summary>
    /// <remarks>
    /// v1 knows no order: it keeps a list of exceptions, and taking back a part of one does nothing without saying so.
    /// </remarks>
    /// <exception cref="InvalidSpecException">The list cannot be said so.</exception>
    internal (bool DefaultAllow, IReadOnlyList<DeviceRule> Exceptions) ToLegacy()
    {
        bool defaultAllow = false;
        var exceptions = new List<DeviceRule>();
        for (int i = 0; i < Ordered.Count; i++)
        {
            DeviceRule rule = Ordered[i];
            if (IsReset(i))
            {
                defaultAllow = rule.Allow;
                exceptions.Clear();
                i++;
            }
            else if (rule.Allow != defaultAllow)
            {
                exceptions.Add(rule);
            }
            else
            {
                TakeBack(exceptions, rule);
            }
        }
        return (defaultAllow, exceptions);
    }

    // A rule for all devices and all access, of type a: two neighbours after parsing, one a type.
    private bool IsReset(int index) => index + 1 < Ordered.Count && IsReset(Ordered[index], Ordered[index + 1]);

    private static bool IsReset(DeviceRule one, DeviceRule other) =>
        one is { Major: DeviceRule.Any, Minor: DeviceRule.Any, Access: DeviceAccess.All }
        && other == one with { Kind = DeviceKind.Char } && one.Kind == DeviceKind.Block;

    private static bool AllowsAll(List<DeviceRule> rules)
    {
        for (int i = rules.Count - 1; i > 0 && rules[i].Allow; i--)
        {
            if (IsReset(rules[i - 1], rules[i]))
                return true;
        }
        return false;
    }

    private static void TakeBack(List<DeviceRule> exceptions, DeviceRule rule)
    {
        for (int i = exceptions.Count - 1; i >= 0; i--)
        {
            DeviceRule exception = exceptions[i];
            if (!exception.Overlaps(rule) || (exception.Access & rule.Access) == 0)
                continue;
            if (!exception.IsWithin(rule))
            {
                throw new InvalidSpecException(
                    $"The device rule '{(rule.Allow ? "allow" : "deny")} {rule}' takes back a part of " +
                    $"'{(exception.Allow ? "allow" : "deny")} {exception}', which cgroup v1 cannot do.",
                    "Write the narrower rules one by one.")
                { Target = "resources.devices" };
            }
            DeviceAccess left = exception.Access & ~rule.Access;
            exceptions.RemoveAt(i);
            if (left != 0)
                exceptions.Insert(i, exception with { Access = left });
        }
    }
}
