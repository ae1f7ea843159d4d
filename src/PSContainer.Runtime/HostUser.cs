using System.Globalization;
using System.Text;
using PSContainer.Kernel;

namespace PSContainer.Runtime;

/// <summary>
/// Names of the host's users, from /etc/passwd: without the C library's switch, which would load shared libraries.
/// </summary>
internal static class HostUser
{
    private static Dictionary<uint, string>? s_names;

    /// <summary>The name of a user, or <c>#</c> and the number when it has none.</summary>
    public static string NameOf(uint uid) =>
        (s_names ??= Read()).TryGetValue(uid, out string? name) ? name : $"#{uid.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The owner of a file; root when it cannot be asked.</summary>
    public static uint OwnerOf(string path)
    {
        nint result =
            Files.statx(Files.AT_FDCWD, Encoding.UTF8.GetBytes(path + "\0"), 0, Files.STATX_BASIC_STATS,
            out Files.statx_data data);
        return result == 0 ? data.stx_uid : 0;
    }

    private static Dictionary<uint, string> Read()
    {
        var names = new Dictionary<uint, string> { [0] = "root" };
        if (!File.Exists("/etc/passwd"))
            return names;
        foreach (string line in File.ReadLines("/etc/passwd"))
        {
            string[] fields = line.Split(':');
            if (fields.Length > 2 && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint uid))
                names.TryAdd(uid, fields[0]);
        }
        return names;
    }
}
