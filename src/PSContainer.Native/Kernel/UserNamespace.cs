using System.Text;

namespace PSContainer.Kernel;

/// <summary>The user namespace that this process is in.</summary>
public static class UserNamespace
{
    private static bool? s_isInside;

    /// <summary>Whether it is another than the host's, which alone maps every id to itself (user_namespaces(7)).</summary>
    public static bool IsInside => s_isInside ??= Read();

    private static bool Read() =>
        AtomicFile.Read("/proc/self/uid_map") is { } map
        && Encoding.ASCII.GetString(map).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not ["0", "0", "4294967295"];
}
