using System.Text;
using PSContainer.Kernel;

namespace PSContainer.Proc;

/// <summary>Which start of the host this is: pids, start times, cgroups and units of another one mean something else.</summary>
internal static class Boot
{
    private static string? id;

    /// <summary>The kernel's id of it, random(4); empty where it cannot be read.</summary>
    public static string Id => id ??= Read();

    /// <summary>Whether something was written in another one. What does not say when, as of older versions, counts as of this one.</summary>
    public static bool IsOther(string written) => written.Length > 0 && Id.Length > 0 && written != Id;

    private static string Read()
    {
        const int LongestText = 64;
        nint fd = Files.openat(Files.AT_FDCWD, "/proc/sys/kernel/random/boot_id", Files.O_RDONLY | Files.O_CLOEXEC);
        if (fd < 0)
            return "";
        Span<byte> text = stackalloc byte[LongestText];
        using var file = new FileHandle((int)fd);
        return Encoding.ASCII.GetString(text[..(int)Math.Max(0, Files.read(file.Fd, text))]).Trim();
    }
}
