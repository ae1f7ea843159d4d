using System.Globalization;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Containers.Audit;
using PSContainer.Kernel;
using PSContainer.Machine;

namespace PSContainer.Containers.Host;

/// <summary>What a host can do for containers, each with what to do about a gap.</summary>
internal static class HostChecks
{
    private static readonly string[] NeededNamespaces = ["mount", "pid", "network", "ipc", "uts", "cgroup"];

    /// <summary>Runs all of them.</summary>
    internal static IReadOnlyList<ContainerHostCheck> Run(ContainerHost host) =>
    [
        Required(Runtime(host)),
        Required(Calls()),
        Required(Namespaces(host)),
        Required(UserNamespace(host)),
        SubIds(host),
        Overlay(host),
        Required(Seccomp(host)),
        RequiredOfRoot(host, Hierarchies(host)),
        RequiredOfRoot(host, CgroupDelegation(host)),
        Controller(host, "Memory", "memory", "-MemoryMax"),
        Controller(host, "Cpu", "cpu", "-CpuMax and -CpuWeight"),
        Controller(host, "CpuSet", "cpuset", "-CpuSet"),
        Controller(host, "Pids", "pids", "-PidsMax"),
        Io(host),
        Freezer(host),
        SecurityModule(host),
        Landlock(host),
        Required(StateDirectory(host)),
    ];

    private static ContainerHostCheck Required(ContainerHostCheck check) => check with { IsRequired = true };

    // Root's containers get no device of the host, and control groups see to that.
    private static ContainerHostCheck RequiredOfRoot(ContainerHost host, ContainerHostCheck check) =>
        check with { IsRequired = host.IsRoot };

    private static ContainerHostCheck Runtime(ContainerHost host) => host.RuntimePath is { } path
        ? Pass("Runtime", path)
        : Fail("Runtime", "the executable that makes containers is missing",
            "Build the module with ./build.sh build, or name it in the environment variable PSCONTAINER_RUNTIME.");

    private static ContainerHostCheck Calls()
    {
        (string Name, bool There)[] calls =
        [
            ("clone3", KernelCalls.HasClone3), ("openat2", KernelCalls.HasOpenat2), ("pidfd_open", KernelCalls.HasPidfd),
            ("fsopen", KernelCalls.HasFsopen), ("mount_setattr", KernelCalls.HasMountSetattr),
            ("close_range", KernelCalls.HasCloseRange),
        ];
        string[] missing = [.. calls.Where(call => !call.There).Select(call => call.Name)];
        return missing.Length == 0
            ? Pass("Kernel", $"has {string.Join(", ", calls.Select(call => call.Name))}")
            : Fail("Kernel", $"lacks {string.Join(", ", missing)}",
                "Use Linux 5.12 or later, or allow these calls in the seccomp profile this process is under.");
    }

    private static ContainerHostCheck Namespaces(ContainerHost host)
    {
        string[] missing = [.. NeededNamespaces.Except(host.Namespaces)];
        return missing.Length == 0
            ? Pass("Namespaces", string.Join(", ", host.Namespaces))
            : Fail("Namespaces", $"the kernel lacks {string.Join(", ", missing)}",
                "Use a kernel built with CONFIG_NAMESPACES and all kinds below it.");
    }

    private static ContainerHostCheck UserNamespace(ContainerHost host)
    {
        if (host.UserNamespaceMax > 0 && host.Namespaces.Contains("user"))
            return Pass("UserNamespace", string.Create(CultureInfo.InvariantCulture, $"up to {host.UserNamespaceMax}"));
        const string Advice =
            "Allow them: sysctl user.max_user_namespaces=15000; on Debian also kernel.unprivileged_userns_clone=1, "
            + "on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0.";
        return host.IsRoot
            ? Warning("UserNamespace", "there can be none; containers of root need none", Advice)
            : Fail("UserNamespace", "there can be none, so only root can make containers", Advice);
    }

    private static ContainerHostCheck SubIds(ContainerHost host)
    {
        string[] missing = SubIdAdvice.MissingPrograms();
        if (!host.IsRoot && missing.Length > 0)
        {
            return Warning("SubIdRange", $"{string.Join(" and ", missing)} not installed, so a user namespace has one id only",
                SubIdAdvice.InstallPrograms);
        }
        string user = SubIdAdvice.CallerName;
        if (host.SubUids.Count > 0 && host.SubGids.Count > 0)
        {
            return Shared(host, user) is { } shared
                ? Warning("SubIdRange", $"{shared}: whoever has them can change the other's files",
                    $"Ask the administrator to take them out of /etc/subuid and /etc/subgid, and to give others. {SubIdAdvice.Give()}")
                : Pass("SubIdRange", $"users {string.Join(", ", host.SubUids)}; groups {string.Join(", ", host.SubGids)}");
        }
        if (host.IsRoot)
            return Pass("SubIdRange", "root needs none");
        return Warning("SubIdRange", $"user {user} has none, so a user namespace of his has one id only", SubIdAdvice.Give());
    }

    // Ids that are somebody else's too are power over him.
    private static string? Shared(ContainerHost host, string user)
    {
        string[] names = [user, $"{host.UserId}"];
        return Of(host.SubUids, group: false) ?? Of(host.SubGids, group: true);

        string? Of(IReadOnlyList<SubIdRange> ranges, bool group)
        {
            HostIds all = HostIds.Read(group);
            string kind = group ? "group" : "user";
            return ranges.Select(range => all.OtherOwnerOf(range, names) is { } other
                ? $"the {kind} ids {range} of {user} also belong to {other}"
                : null).FirstOrDefault(static text => text is not null);
        }
    }

    private static ContainerHostCheck Overlay(ContainerHost host) => host.HasOverlay
        ? Pass("Overlay", "the kernel has overlayfs")
        : Fail("Overlay", "the kernel has no overlayfs: -Ephemeral and -Rootfs Host cannot work",
            "Load the module (modprobe overlay), or use a kernel with CONFIG_OVERLAY_FS.");

    private static ContainerHostCheck Seccomp(ContainerHost host) => host.HasSeccomp
        ? Pass("Seccomp", "system calls can be filtered")
        : Fail("Seccomp", "system calls cannot be filtered",
            "Use a kernel with CONFIG_SECCOMP_FILTER, or containers with -SeccompProfile Unconfined.");

    private static ContainerHostCheck Hierarchies(ContainerHost host) => host.CgroupMode switch
    {
        CgroupMode.Unified => Pass("CgroupMode", "v2"),
        CgroupMode.None =>
            Fail("CgroupMode", "no control groups are mounted", "Mount them: mount -t cgroup2 none /sys/fs/cgroup"),
        var mode => Warning("CgroupMode", mode == CgroupMode.Hybrid ? "v1 with an empty v2 beside it" : "v1",
            "It works; pressure, memory.high and limits for users need v2: boot with systemd.unified_cgroup_hierarchy=1."),
    };

    private static ContainerHostCheck CgroupDelegation(ContainerHost host) =>
        (host.DelegatedControllers.Count, host.IsRoot) switch
    {
        ( > 0, _) => Pass("CgroupDelegation", string.Join(", ", host.DelegatedControllers)),
        (_, true) => Fail("CgroupDelegation", "control groups cannot be made here",
            "Mount them writable, or allow it to the container this process is in."),
        _ => Warning("CgroupDelegation", "no control group is delegated to this user, so nothing can be limited",
            Delegate(host)),
    };

    private static ContainerHostCheck Controller(ContainerHost host, string feature, string controller, string parameters)
    {
        if (host.DelegatedControllers.Contains(controller))
            return Pass(feature, $"{parameters} can be used");
        return host.CgroupControllers.Contains(controller)
            ? Fail(feature, $"the controller {controller} is not delegated to this user", Delegate(host))
            : Fail(feature, $"the controller {controller} is not mounted", Boot(controller));
    }

    private static ContainerHostCheck Io(ContainerHost host) => host.DelegatedControllers.Contains("blkio")
        ? Pass("Io", "-IoMax can be used (v1: only for direct I/O)")
        : Controller(host, "Io", host.CgroupControllers.Contains("blkio") ? "blkio" : "io", "-IoMax");

    // In v2 the freezer is no controller: whoever may make a cgroup may freeze it.
    private static ContainerHostCheck Freezer(ContainerHost host) => host.CgroupMode switch
    {
        CgroupMode.Hybrid when host.IsRoot => Pass("Freezer", "Suspend-Container can be used"),
        CgroupMode.Unified when host.IsRoot || host.DelegatedControllers.Count > 0 =>
            Pass("Freezer", "Suspend-Container can be used"),
        CgroupMode.Unified => Fail("Freezer", "no control group is delegated to this user", Delegate(host)),
        _ => Controller(host, "Freezer", "freezer", "Suspend-Container"),
    };

    private static ContainerHostCheck SecurityModule(ContainerHost host)
    {
        string[] confining = [.. host.SecurityModules.Intersect(["apparmor", "selinux", "smack", "tomoyo"])];
        return confining.Length > 0
            ? Pass("SecurityModule", string.Join(", ", confining))
            : Warning(
                "SecurityModule", "none that confines containers further",
                "Containers are confined without one too; AppArmor or SELinux adds a wall.");
    }

    // The first version that knows truncation is the first that closes the walls of -Landlock for good.
    private static ContainerHostCheck Landlock(ContainerHost host)
    {
        const int Complete = 3;
        return host.LandlockVersion switch
        {
            0 => Warning("Landlock", "the kernel enforces no path rules, so -Landlock cannot be used",
                "Use a kernel with CONFIG_SECURITY_LANDLOCK, and have landlock in its lsm= list."),
            < Complete => Warning("Landlock", string.Create(CultureInfo.InvariantCulture, $"version {host.LandlockVersion}: files can be emptied against the rules"),
                "Use Linux 6.2 or later."),
            _ => Pass("Landlock", string.Create(CultureInfo.InvariantCulture, $"version {host.LandlockVersion}: -Landlock can be used")),
        };
    }

    private static ContainerHostCheck StateDirectory(ContainerHost host)
    {
        string? there = host.StateDirectory;
        while (there is not null && !Directory.Exists(there))
            there = Path.GetDirectoryName(there);
        return WriteAccess.IsGiven(there)
            ? Pass("StateDirectory", host.StateDirectory)
            : Fail("StateDirectory", $"'{host.StateDirectory}' cannot be written",
                "Set XDG_RUNTIME_DIR to a directory of your own, as a login does.");
    }

    private static string Delegate(ContainerHost host) =>
        Cgroups.Hierarchies.CgroupDelegation.HowToGet(host.CgroupMode, "run it as root, or run it without limits");

    private static string Boot(string controller) =>
        controller == "memory"
            ? "Boot the kernel with cgroup_enable=memory and mount the controller; see /proc/cgroups."
            : $"Use a kernel with the controller {controller} and mount it; see /proc/cgroups.";

    private static ContainerHostCheck Pass(string feature, string detail) => new(feature, CheckResult.Pass, detail, null);

    private static ContainerHostCheck Warning(string feature, string detail, string advice) =>
        new(feature, CheckResult.Warning, detail, advice);

    private static ContainerHostCheck Fail(string feature, string detail, string advice) =>
        new(feature, CheckResult.Fail, detail, advice);
}
