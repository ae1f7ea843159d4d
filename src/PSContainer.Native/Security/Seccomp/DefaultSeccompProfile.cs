using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Security.Seccomp;

/// <summary>The filter of a container that asked for none: what it admits besides the ordinary calls, and why.</summary>
/// <remarks>
/// Equivalent in effect to the profile that users of Docker have had for years, so that images run as they do there; grouped
/// and worded by ourselves. What is missing is denied: keys, kexec, swap, io_uring, userfaultfd and the like, most of which have
/// been a way out of a container before.
/// </remarks>
internal static class DefaultSeccompProfile
{
    private const string Allow = "SCMP_ACT_ALLOW", Refuse = "SCMP_ACT_ERRNO";

    // Every family but 38, AF_ALG, the kernel's crypto interface, and 40, AF_VSOCK, which no network namespace confines. The kernel
    // takes the lower half of the argument: so that half is compared, each time with what the mask leaves of it.
    private static readonly (ulong Mask, ulong Value)[] Families =
    [
        (0xffff_ffe0, 0), (0xffff_fffc, 32), (0xffff_fffe, 36), (0xffff_ffff, 39), (0xffff_ffff, 41), (0xffff_fffe, 42), (0xffff_fffc, 44),
        (0xffff_fff0, 48),
    ];

    // The namespaces that clone(2) can make: mount, cgroup, UTS, IPC, user, PID and network.
    private const ulong NamespaceFlags = 0x7E02_0000;

    private const ulong Linux32 = 0x0008, Uname26 = 0x2_0000, QueryPersonality = 0xffff_ffff;

    /// <summary>Makes the profile.</summary>
    public static SeccompProfile Create()
    {
        var rules = new List<SeccompProfileRule>();
        foreach (string group in OrdinarySyscalls.Groups)
            rules.Add(new SeccompProfileRule { Names = group.Split(' '), Action = Allow });
        AddArguments(rules);
        AddProcessors(rules);
        AddNamespaces(rules);
        AddCapabilities(rules);
        return new SeccompProfile
        {
            DefaultAction = Refuse,
            DefaultErrnoRet = Kernel.Errno.EPERM,
            ArchMap =
            [
                new() { Architecture = "SCMP_ARCH_X86_64", SubArchitectures = ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] },
                new() { Architecture = "SCMP_ARCH_AARCH64", SubArchitectures = ["SCMP_ARCH_ARM"] },
            ],
            Syscalls = rules,
        };
    }

    private static void AddArguments(List<SeccompProfileRule> rules)
    {
        foreach ((ulong mask, ulong value) in Families)
        {
            rules.Add(new SeccompProfileRule
            {
                Names = ["socket", "socketpair"],
                Action = Allow,
                Args = [new SeccompArgSpec { Index = 0, Op = "SCMP_CMP_MASKED_EQ", Value = mask, ValueTwo = value }],
            });
        }
        // A 32-bit program makes a socket through it too, and the family is behind a pointer. As a kernel without the call would answer.
        rules.Add(new SeccompProfileRule { Names = ["socketcall"], Action = Refuse, ErrnoRet = Kernel.Errno.ENOSYS });
        foreach (ulong persona in (ulong[])[0, Linux32, Uname26, Uname26 | Linux32, QueryPersonality])
            rules.Add(When("personality", 0, "SCMP_CMP_EQ", persona));
    }

    private static void AddProcessors(List<SeccompProfileRule> rules)
    {
        rules.Add(On("arch_prctl", "amd64", "x32"));
        rules.Add(On("modify_ldt", "amd64", "x32", "x86"));
        rules.Add(On("arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls", "arm", "arm64"));
    }

    private static void AddNamespaces(List<SeccompProfileRule> rules)
    {
        var without = new SeccompProfileFilter { Caps = [Capability.SysAdmin] };
        rules.Add(When("clone", 0, "SCMP_CMP_MASKED_EQ", NamespaceFlags) with { Excludes = without });
        // clone3's flags are behind a pointer, where a filter cannot look. ENOSYS makes the C library fall back to clone.
        rules.Add(new SeccompProfileRule
        {
            Names = ["clone3"],
            Action = Refuse,
            ErrnoRet = Kernel.Errno.ENOSYS,
            Excludes = without,
        });
    }

    /// <summary>What a capability is worth nothing without.</summary>
    private static void AddCapabilities(List<SeccompProfileRule> rules)
    {
        // Before 4.8 a tracer could change a call after the filter had admitted it.
        rules.Add(new SeccompProfileRule
        {
            Names = ["ptrace", "process_vm_readv", "process_vm_writev"],
            Action = Allow,
            Includes = new SeccompProfileFilter { MinKernel = new Version(4, 8) },
        });
        rules.Add(With(Capability.SysPtrace, "ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd"));
        rules.Add(With(
            Capability.SysAdmin,
            "mount umount umount2 fsopen fsconfig fsmount fspick open_tree move_mount mount_setattr quotactl quotactl_fd "
            + "clone clone3 unshare setns sethostname setdomainname fanotify_init bpf perf_event_open syslog lookup_dcookie "
            + "lsm_list_modules lsm_get_self_attr lsm_set_self_attr"));
        rules.Add(With(Capability.DacReadSearch, "open_by_handle_at"));
        rules.Add(With(Capability.SysChroot, "chroot"));
        rules.Add(With(Capability.SysNice, "get_mempolicy set_mempolicy set_mempolicy_home_node mbind"));
        rules.Add(With(Capability.SysTime, "settimeofday stime clock_settime clock_settime64"));
        rules.Add(With(Capability.SysModule, "init_module finit_module delete_module"));
        rules.Add(With(Capability.SysPacct, "acct"));
        rules.Add(With(Capability.SysRawio, "iopl ioperm"));
        rules.Add(With(Capability.SysBoot, "reboot"));
        rules.Add(With(Capability.SysTtyConfig, "vhangup"));
        rules.Add(With(Capability.Syslog, "syslog"));
        rules.Add(With(Capability.Bpf, "bpf"));
        rules.Add(With(Capability.Perfmon, "perf_event_open"));
    }

    private static SeccompProfileRule When(string name, uint argument, string comparison, ulong value) => new()
    {
        Names = [name],
        Action = Allow,
        Args = [new SeccompArgSpec { Index = argument, Op = comparison, Value = value }],
    };

    private static SeccompProfileRule On(string names, params string[] architectures) => new()
    {
        Names = names.Split(' '),
        Action = Allow,
        Includes = new SeccompProfileFilter { Arches = architectures },
    };

    private static SeccompProfileRule With(Capability capability, string names) => new()
    {
        Names = names.Split(' '),
        Action = Allow,
        Includes = new SeccompProfileFilter { Caps = [capability] },
    };
}
