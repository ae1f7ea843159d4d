using System.Text;

namespace PSContainer.Kernel;

/// <summary>The user namespace that this process is in.</summary>
public static class UserNamespace
{
    private static bool? s_isInside;

    /// <summary>Whether it is another than the host's, which alone maps every id to itself (user_namespaces(7)).</summary>
    public static bool IsInside => s_isInside ??= Read();

    /// <summary>The caller's user id in the namespace around this one, whose accounts /etc/passwd has.</summary>
    public static uint OutsideUser
    {
        get
        {
            uint user = Files.geteuid();
            foreach ((uint inside, uint outside, uint count) in Maps("uid_map"))
            {
                if (user >= inside && user - inside < count)
                    return outside + (user - inside);
            }
            return user;
        }
    }

    /// <summary>The ranges of <c>uid_map</c> or <c>gid_map</c>: first inside, first outside, count.</summary>
    internal static IReadOnlyList<(uint Inside, uint Outside, uint Count)> Maps(string file) =>
        IdMapFile.Parse(ProcFile.Read($"/proc/self/{file}"));

    private static bool Read() =>
        AtomicFile.Read("/proc/self/uid_map") is { } map
        && Encoding.ASCII.GetString(map).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not ["0", "0", "4294967295"];
}
