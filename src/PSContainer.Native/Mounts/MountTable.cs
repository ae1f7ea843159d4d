using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Mounts;

/// <summary>What is mounted, in this mount namespace or another.</summary>
internal static class MountTable
{
    private const int AT_NO_AUTOMOUNT = 0x800, AT_STATX_DONT_SYNC = 0x4000;

    /// <summary>The mounts of this thread's mount namespace.</summary>
    internal static IReadOnlyList<MountInfo> Current =>
        StatmountReader.Read() ?? MountInfo.Parse(ProcFile.Read("/proc/thread-self/mountinfo") ?? "");

    /// <summary>The mount whose root a path is.</summary>
    /// <returns>The mount, or <see langword="null"/> when the path is not the root of one, or not there.</returns>
    internal static MountInfo? At(string path)
    {
        nint result = Look(path, out statx_data data);
        if (result < 0 || (data.stx_attributes & STATX_ATTR_MOUNT_ROOT) == 0)
            return null;
        return Current.LastOrDefault(mount => mount.Id == (int)data.stx_mnt_id);
    }

    /// <summary>statx(2) that asks no server and mounts nothing.</summary>
    internal static nint Look(string path, out statx_data data) => statx(
        AT_FDCWD, PathBytes.From(path), AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC, STATX_BASIC_STATS | STATX_MNT_ID, out data);

    /// <summary>One process of every mount namespace but this one, with what is mounted in it.</summary>
    internal static IEnumerable<(int Pid, IReadOnlyList<MountInfo> Mounts)> Elsewhere()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { NamespaceOf("/proc/thread-self") ?? "" };
        foreach (int pid in Processes())
        {
            string directory = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}");
            if (NamespaceOf(directory) is { } name && seen.Add(name))
                yield return (pid, MountInfo.Of(pid));
        }
    }

    /// <summary>Looks for what is wrong in other mount namespaces, and again where there is something.</summary>
    /// <remarks>
    /// A container that is being started has a copy of all mounts of the host until it has entered its own root: who has something
    /// mounted for a moment only does not count.
    /// </remarks>
    internal static IReadOnlyList<T> Lasting<T>(Func<IReadOnlyList<T>> look)
    {
        const int Looks = 20, Pause = 50;
        IReadOnlyList<T> found = look();
        for (int i = 1; found.Count > 0 && i < Looks; i++)
        {
            Thread.Sleep(Pause);
            found = look();
        }
        return found;
    }

    /// <summary>Pids of all processes.</summary>
    internal static IEnumerable<int> Processes()
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
                yield return pid;
        }
    }

    private static string? NamespaceOf(string directory)
    {
        Span<byte> link = stackalloc byte[64];
        nint length = readlinkat(AT_FDCWD, PathBytes.From(directory + "/ns/mnt"), link);
        return length <= 0 ? null : System.Text.Encoding.ASCII.GetString(link[..(int)length]);
    }
}
