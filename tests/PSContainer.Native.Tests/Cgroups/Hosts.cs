using PSContainer.Cgroups.Hierarchies;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Cgroups;

/// <summary>Hosts as distributions set them up, for tests that touch no kernel; and views of this one.</summary>
internal static class Hosts
{
    internal const string LegacyOwn = """
        11:net_cls,net_prio:/
        10:memory:/user.slice
        9:cpuset:/
        8:cpu,cpuacct:/user.slice
        7:freezer:/
        6:pids:/user.slice/user-0.slice/session-1.scope
        5:devices:/user.slice
        4:blkio:/user.slice
        3:hugetlb:/
        1:name=systemd:/user.slice/user-0.slice/session-1.scope

        """;

    internal const string LegacyMounts = """
        25 18 0:22 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,mode=755
        26 25 0:23 / /sys/fs/cgroup/systemd rw,nosuid,nodev,noexec,relatime shared:10 - cgroup cgroup rw,xattr,name=systemd
        28 25 0:25 / /sys/fs/cgroup/memory rw,relatime shared:12 - cgroup cgroup rw,memory
        29 25 0:26 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:13 - cgroup cgroup rw,cpu,cpuacct
        30 25 0:27 / /sys/fs/cgroup/net_cls,net_prio rw,relatime shared:14 - cgroup cgroup rw,net_cls,net_prio
        31 25 0:28 / /sys/fs/cgroup/cpuset rw,relatime shared:15 - cgroup cgroup rw,cpuset
        32 25 0:29 / /sys/fs/cgroup/freezer rw,relatime shared:16 - cgroup cgroup rw,freezer
        33 25 0:30 / /sys/fs/cgroup/pids rw,relatime shared:17 - cgroup cgroup rw,pids
        34 25 0:31 / /sys/fs/cgroup/devices rw,relatime shared:18 - cgroup cgroup rw,devices
        35 25 0:32 / /sys/fs/cgroup/blkio rw,relatime shared:19 - cgroup cgroup rw,blkio
        36 25 0:33 / /sys/fs/cgroup/hugetlb rw,relatime shared:20 - cgroup cgroup rw,hugetlb
        40 0 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw

        """;

    internal const string HybridOwn = LegacyOwn + "0::/user.slice/user-0.slice/session-1.scope\n";

    internal const string HybridMounts =
        "27 25 0:24 / /sys/fs/cgroup/unified rw,nosuid shared:11 - cgroup2 cgroup2 rw,nsdelegate\n" + LegacyMounts;

    internal const string UnifiedOwn = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-7.scope\n";

    internal const string UnifiedMounts = """
        26 18 0:23 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
        40 0 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw

        """;

    internal static CgroupHost Parse(string own, string mounts, string root = "/sys/fs/cgroup") =>
        CgroupHostParser.Parse(CgroupHostParser.ParseOwn(own), mounts.Replace("/sys/fs/cgroup", root, StringComparison.Ordinal));

    internal static CgroupHost Legacy { get; } = Parse(LegacyOwn, LegacyMounts);

    /// <summary>A pure v2 host with all controllers.</summary>
    internal static CgroupHost Unified { get; } = new(
        [new CgroupHierarchy("/sys/fs/cgroup", "/", "/", true, ["cpuset", "cpu", "io", "memory", "hugetlb", "pids", "rdma"])]);

    /// <summary>This host as if v2 were not mounted.</summary>
    internal static CgroupHost CurrentWithoutUnified =>
        new([.. CgroupHost.Current.Hierarchies.Where(hierarchy => !hierarchy.IsUnified)]);
}

/// <summary>A test of root on a host with v1 controllers.</summary>
public sealed class LegacyFactAttribute : FactAttribute
{
    public LegacyFactAttribute() =>
        Skip = Needs.Root ?? (CgroupHost.Current.Find("memory") is { IsUnified: false } ? null : "needs cgroup v1");
}

/// <summary>A test of root on a host where cgroup v2 is mounted.</summary>
public sealed class UnifiedFactAttribute : FactAttribute
{
    public UnifiedFactAttribute() => Skip = Needs.Root ?? (CgroupHost.Current.Unified is not null ? null : "needs cgroup v2");
}

/// <summary>A test of root on a host that has cgroup v2 alone.</summary>
public sealed class PureUnifiedFactAttribute : FactAttribute
{
    public PureUnifiedFactAttribute() =>
        Skip = Needs.Root ?? (CgroupHost.Current.Mode == CgroupMode.Unified ? null : "needs cgroup v2 alone");
}
