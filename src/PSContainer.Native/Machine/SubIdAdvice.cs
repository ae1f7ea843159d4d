using PSContainer.Kernel;

namespace PSContainer.Machine;

/// <summary>What a user can do who needs ids that he does not have.</summary>
internal static class SubIdAdvice
{
    /// <summary>The caller's name, or his id where he has none.</summary>
    internal static string CallerName => Environment.UserName is { Length: > 0 } name ? name : $"{Files.geteuid()}";

    /// <summary>How the administrator gives the caller ids that nobody else has.</summary>
    internal static string Give() => Give(CallerName, HostIds.FirstFree(HostIds.Read(group: false), HostIds.Read(group: true)));

    /// <summary>As <see cref="Give()"/>, of a range.</summary>
    internal static string Give(string user, SubIdRange? free) => free is null
        ? "Ask the administrator for subordinate ids that nobody else has: see subuid(5)."
        : $"Ask the administrator for a range that nobody has: usermod --add-subuids {free} --add-subgids {free} {user}";

    /// <summary>Which ids a caller can choose from.</summary>
    /// <param name="own">His own id.</param>
    /// <param name="ranges">Those set aside for him.</param>
    internal static string ChooseFrom(uint own, IReadOnlyList<SubIdRange> ranges) => ranges.Count > 0
        ? $"Choose from the ids that are yours: {own} by itself, and {string.Join(", ", ranges)}."
        : $"Only your own id, {own}, is yours to map. {More()}";

    /// <summary>How a user without usable subordinate ids gets some.</summary>
    internal static string More() => MissingPrograms() is { Length: > 0 } missing
        ? $"More take {string.Join(" and ", missing)}: {InstallPrograms}"
        : Give();

    /// <summary>Of the programs that hand subordinate ids out, those that are not installed.</summary>
    internal static string[] MissingPrograms() =>
        [.. new[] { "newuidmap", "newgidmap" }.Where(static program => HelperProgram.Find(program) is null)];

    /// <summary>How they are installed.</summary>
    internal const string InstallPrograms =
        "Install them: on Debian and Ubuntu apt-get install uidmap, on Fedora dnf install shadow-utils.";
}
