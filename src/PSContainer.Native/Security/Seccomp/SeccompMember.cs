namespace PSContainer.Security.Seccomp;

/// <summary>Names members of a configuration in errors; made only when there is one.</summary>
internal static class SeccompMember
{
    /// <summary>Instead of a rule's index: the action of calls that no rule names.</summary>
    public const int Default = -1;

    /// <summary>The action of a rule.</summary>
    public static string OfAction(int rule) =>
        rule == Default ? "linux.seccomp.defaultAction" : $"linux.seccomp.syscalls[{rule}].action";

    /// <summary>A condition of a rule.</summary>
    public static string OfCondition(int rule, int condition) => $"linux.seccomp.syscalls[{rule}].args[{condition}]";
}
