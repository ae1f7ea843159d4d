using PSContainer.Mounts;
using PSContainer.Spec;

namespace PSContainer.Containers.Audit;

/// <summary>The root and all mounts: whether they are there, of which type, and closed as asked.</summary>
internal static class MountAudit
{
    private static readonly string[] Flags = ["ro", "nosuid", "nodev", "noexec"];

    internal static void Run(AuditReport report, ContainerSpec spec, IReadOnlyList<MountInfo> mounts)
    {
        CheckRoot(report, spec, mounts);
        foreach (IGrouping<string, MountSpec> asked in (spec.Mounts ?? []).GroupBy(one => Trim(one.Destination)))
            Check(report, asked.Last(), mounts.LastOrDefault(one => one.MountPoint == asked.Key));
    }

    private static void CheckRoot(AuditReport report, ContainerSpec spec, IReadOnlyList<MountInfo> mounts)
    {
        MountInfo? root = mounts.LastOrDefault(one => one.MountPoint == "/");
        string asked = $"{(OverlayLayers.LowerOf(spec) is null ? "" : "overlay ")}{(spec.Root?.Readonly == true ? "ro" : "rw")}";
        string access = root is null ? "not mounted" : root.IsReadOnly ? "ro" : "rw";
        bool isOverlay = root?.FileSystem == "overlay";
        string inForce = OverlayLayers.LowerOf(spec) is not null && isOverlay ? $"overlay {access}" : access;
        report.Compare("Mount /", asked, inForce);
    }

    private static void Check(AuditReport report, MountSpec asked, MountInfo? inForce)
    {
        string destination = Trim(asked.Destination);
        IReadOnlyList<string> options = asked.Options ?? [];
        string[] wanted = [.. Flags.Where(flag => options.Contains(flag) || options.Contains("r" + flag))];
        bool bind = asked.Type == "bind" || options.Contains("bind") || options.Contains("rbind");
        string type = bind ? "bind" : asked.Type ?? "";
        string text = wanted.Length == 0 ? type : $"{type} {string.Join(',', wanted)}";
        if (inForce is null)
        {
            report.Add($"Mount {destination}", text, "not mounted", agrees: false);
            return;
        }
        string[] there = [.. Flags.Where(flag => flag == "ro" ? inForce.IsReadOnly : inForce.Options.Contains(flag))];
        bool isType = bind || inForce.FileSystem == type || (type == "cgroup" && inForce.FileSystem is "cgroup2" or "tmpfs");
        bool writable = options.Contains("rw") && !options.Contains("ro");
        bool agrees = isType && wanted.All(there.Contains) && !(writable && inForce.Options.Contains("ro"));
        string now = there.Length == 0 ? inForce.FileSystem : $"{inForce.FileSystem} {string.Join(',', there)}";
        report.Add($"Mount {destination}", text, now, agrees);
    }

    private static string Trim(string destination) => destination.Length > 1 ? destination.TrimEnd('/') : destination;
}
