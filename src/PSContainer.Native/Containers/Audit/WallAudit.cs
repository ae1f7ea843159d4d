using System.Globalization;
using PSContainer.Mounts;
using PSContainer.Rooted;
using PSContainer.Spec;
using PSContainer.Words;

namespace PSContainer.Containers.Audit;

/// <summary>Paths that cannot be read or written: whether something covers them, by the kernel's list of mounts.</summary>
internal static class WallAudit
{
    internal static void Run(AuditReport report, LinuxSpec? linux, IReadOnlyList<MountInfo> mounts, int pid)
    {
        if ((linux?.MaskedPaths?.Count ?? 0) + (linux?.ReadonlyPaths?.Count ?? 0) == 0)
            return;
        using RootedDirectory root = RootedDirectory.OpenHost(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/root"));
        foreach (string path in linux!.MaskedPaths ?? [])
            CheckMask(report, path, mounts, root);
        foreach (string path in linux.ReadonlyPaths ?? [])
            CheckReadOnly(report, path, mounts, root);
    }

    private static void CheckMask(AuditReport report, string path, IReadOnlyList<MountInfo> mounts, RootedDirectory root)
    {
        MountInfo? cover = mounts.LastOrDefault(one => one.MountPoint == path);
        // A file is covered by the null device, a directory by an empty file system that stays so.
        bool isNull = cover?.Root.EndsWith("/null", StringComparison.Ordinal) == true;
        bool isEmpty = cover is { FileSystem: "tmpfs", IsReadOnly: true };
        if (isNull || isEmpty)
            report.Add(
                $"Masked {path}", "masked", isNull ? "masked by the null device" : "masked by an empty directory", agrees: true);
        else if (!Exists(root, path))
            report.Add($"Masked {path}", "masked", "absent", agrees: true);
        else
            report.Add($"Masked {path}", "masked", cover is null ? "readable" : $"covered by {cover.FileSystem}", agrees: false);
    }

    private static void CheckReadOnly(AuditReport report, string path, IReadOnlyList<MountInfo> mounts, RootedDirectory root)
    {
        MountInfo? nearest = mounts.Where(one => PathWord.IsBelow(path, one.MountPoint)).MaxBy(one => one.MountPoint.Length);
        if (nearest is { IsReadOnly: true })
            report.Add($"ReadOnly {path}", "read-only", "read-only", agrees: true);
        else if (!Exists(root, path))
            report.Add($"ReadOnly {path}", "read-only", "absent", agrees: true);
        else
            report.Add($"ReadOnly {path}", "read-only", "writable", agrees: false);
    }

    private static bool Exists(RootedDirectory root, string path)
    {
        try
        {
            return root.Exists(path);
        }
        catch (ContainerException)
        {
            // It is there, but not for us to see.
            return true;
        }
    }
}
