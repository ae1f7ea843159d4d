using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

[Trait("Category", "Container")]
public sealed class SeccompTests
{
    private const int EPERM = 1, ENOSYS = 38;

    // Name, number, expected error, arguments: calls that a container with CAP_SYS_ADMIN could do harm with.
    private static readonly (string Name, long Number, int Error, long[] Arguments)[] Denied =
    [
        ("keyctl", 250, EPERM, [0, -3, 0]),
        ("add_key", 248, EPERM, []),
        ("request_key", 249, EPERM, []),
        ("kexec_load", 246, EPERM, []),
        ("init_module", 175, EPERM, []),
        ("swapon", 167, EPERM, []),
        ("reboot", 169, EPERM, []),
        ("userfaultfd", 323, EPERM, [1]),
        ("io_uring_setup", 425, EPERM, []),
        ("acct", 163, EPERM, []),
        ("settimeofday", 164, EPERM, []),
        ("iopl", 172, EPERM, []),
        ("vmsplice-is-ordinary", 278, 9, [-1]),
        ("getpid", 39, 0, []),
    ];

    // The same for one without: these the profile opens together with the capability.
    private static readonly (string Name, long Number, int Error, long[] Arguments)[] DeniedWithoutAdmin =
    [
        ("unshare-user", 272, EPERM, [0x10000000]),
        ("unshare-mount", 272, EPERM, [0x20000]),
        ("clone-user", 56, EPERM, [0x10000000 | 17]),
        ("clone3", 435, ENOSYS, []),
        ("mount", 165, EPERM, []),
        ("umount2", 166, EPERM, []),
        ("fsopen", 430, EPERM, []),
        ("open_tree", 428, EPERM, []),
        ("move_mount", 429, EPERM, []),
        ("mount_setattr", 442, EPERM, []),
        ("setns", 308, EPERM, [-1]),
        ("bpf", 321, EPERM, []),
        ("perf_event_open", 298, EPERM, []),
        ("pivot_root", 155, EPERM, []),
        ("open_by_handle_at", 304, EPERM, [-1]),
    ];

    [RootFact]
    public void The_default_filter_denies_with_the_right_error()
    {
        using var bundle = new TestBundle(ownRoot: true);
        var expected = Denied.Concat(DeniedWithoutAdmin).ToDictionary(call => call.Name, call => call.Error);
        Dictionary<string, int> results = Call(bundle, [.. Denied, .. DeniedWithoutAdmin]);
        Assert.Equal(expected.OrderBy(pair => pair.Key), results.OrderBy(pair => pair.Key));
    }

    [RootFact]
    public void It_is_the_filter_that_denies_and_not_only_a_missing_capability()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string[] all = ["CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_TIME", "CAP_SYS_PACCT", "CAP_PERFMON", "CAP_BPF"];
        bundle.SetCapabilities(all);
        (string Name, long Number, int Error, long[] Arguments)[] calls =
            [.. DeniedWithoutAdmin.Where(call => call.Name is "mount" or "fsopen" or "unshare-user" or "setns" or "clone3"), .. Denied.Where(call => call.Name is "keyctl" or "userfaultfd")];
        Dictionary<string, int> filtered = Call(bundle, calls);
        Assert.All(calls, call => Assert.Equal(call.Error, filtered[call.Name]));
        bundle.Linux = bundle.Linux with { Seccomp = null };
        Dictionary<string, int> open = Call(bundle, calls);
        Assert.All(calls, call => Assert.NotEqual(call.Error, open[call.Name]));
    }

    [RootFact]
    public void A_rule_of_ones_own_has_its_error_and_its_condition()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Linux = bundle.Linux with
        {
            Seccomp = new SeccompSpec
            {
                DefaultAction = "SCMP_ACT_ALLOW",
                Architectures = ["SCMP_ARCH_X86_64"],
                Syscalls =
                [
                    new SeccompRuleSpec { Names = ["getpriority"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 77 },
                    new SeccompRuleSpec
                    {
                        Names = ["dup"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 78, Args = [new SeccompArgSpec { Index = 0, Value = 1, Op = "SCMP_CMP_EQ" }],
                    },
                    new SeccompRuleSpec { Names = ["chroot"], Action = "SCMP_ACT_ERRNO" },
                ],
            },
        };
        Dictionary<string, int> results = Call(bundle, [("plain", 140, 0, []), ("one", 32, 0, [1]), ("two", 32, 0, [2]), ("chroot", 161, 0, [])]);
        Assert.Equal([("chroot", EPERM), ("one", 78), ("plain", 77), ("two", 0)], results.Select(pair => (pair.Key, pair.Value)).Order());
    }

    // Filters that are older than these calls; without no_new_privs it is in force before the wait.
    [RootTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_filter_that_lacks_new_calls_is_no_hindrance_to_a_container_that_waits(bool noNewPrivileges)
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with
        {
            Seccomp = new SeccompSpec
            {
                DefaultAction = "SCMP_ACT_ALLOW",
                Syscalls = [new SeccompRuleSpec { Names = ["close_range", "faccessat2", "openat2", "clone3", "execveat"], Action = "SCMP_ACT_ERRNO" }],
            },
        };
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"], NoNewPrivileges = noNewPrivileges };
        bundle.Write();
        TestBundle.Succeed(bundle.InvokeDetached("create", "-b", bundle.Bundle, bundle.Id));
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        Assert.Equal("running", bundle.Status);
        TestBundle.Succeed(bundle.Invoke("exec", bundle.Id, "true"));
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.Empty(bundle.Leftovers());
    }

    [RootTheory]
    [InlineData("SCMP_ACT_KILL")]
    [InlineData("SCMP_ACT_KILL_PROCESS")]
    [InlineData("SCMP_ACT_KILL_THREAD")]
    public void A_call_that_kills_ends_even_the_first_process(string action)
    {
        using var bundle = new TestBundle(ownRoot: true);
        SyscallProgram.Write(Path.Combine(bundle.Rootfs, "bin/call"), SyscallProgram.ThisMachine, 140);
        bundle.Linux = bundle.Linux with
        {
            Seccomp = new SeccompSpec
            {
                DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new SeccompRuleSpec { Names = ["getpriority"], Action = action }],
            },
        };
        Assert.Equal(128 + 31, bundle.RunCommand("/bin/call").Code);
        Assert.Empty(bundle.Leftovers());
    }

    [RootTheory]
    [InlineData("SCMP_ACT_NONSENSE", "read")]
    [InlineData("SCMP_ACT_ERRNO", "read")]
    public void A_filter_that_is_wrong_or_stops_the_start_is_told(string action, string name)
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with
        {
            Seccomp = new SeccompSpec { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new SeccompRuleSpec { Names = [name, "execve"], Action = action }] },
        };
        Outcome outcome = bundle.RunCommand("true");
        Assert.Equal(1, outcome.Code);
        Assert.Contains(action == "SCMP_ACT_ERRNO" ? "can refuse execve: look at linux.seccomp" : action, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(bundle.Leftovers());
    }

    private static Dictionary<string, int> Call(TestBundle bundle, (string Name, long Number, int Error, long[] Arguments)[] calls)
    {
        foreach ((string name, long number, _, long[] arguments) in calls)
            SyscallProgram.Write(Path.Combine(bundle.Rootfs, $"bin/call-{name}"), SyscallProgram.ThisMachine, number, arguments);
        Outcome outcome = bundle.RunShell("cd /bin; for c in call-*; do ./$c; echo $c $?; done");
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome.Lines.Select(line => line["call-".Length..].Split(' ')).ToDictionary(words => words[0], words => int.Parse(words[1]));
    }
}
