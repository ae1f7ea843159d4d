using PSContainer.Kernel;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>B-29, B-30 and B-55: files and calls of the kernel through which a container would act on the host.</summary>
[Trait("Category", "Container")]
public sealed class KernelInterfaceTests
{
    private const long NewUser = 0x10000000, NewCgroup = 0x02000000, NewNamespaces = 0x00020000;
    private const int EPERM = 1, ENOSYS = 38;

    // What the kernel would run or do for whoever writes to it.
    private static readonly string[] Triggers =
    [
        "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hotplug", "/proc/sys/vm/drop_caches",
        "/proc/sys/fs/binfmt_misc/register", "/proc/sysrq-trigger", "/proc/1/oom_score_adj", "/sys/kernel/uevent_helper",
        "/sys/kernel/mm/transparent_hugepage/enabled", "/sys/power/state", "/sys/fs/cgroup/release_agent",
    ];

    [RootFact]
    [Trait("Attack", "B-29")]
    [Trait("CVE", "CVE-2022-0492")]
    public void CVE_2022_0492_no_release_agent_can_be_set()
    {
        using var bundle = new TestBundle(ownRoot: true);
        SyscallProgram.Write(bundle.Rootfs + "/unshare-user", SyscallProgram.ThisMachine, 272, NewUser);
        SyscallProgram.Write(bundle.Rootfs + "/unshare-cgroup", SyscallProgram.ThisMachine, 272, NewCgroup);
        Outcome outcome = bundle.RunShell("""
            for file in $(find /sys/fs/cgroup -name release_agent -o -name notify_on_release) /sys/fs/cgroup/new/x; do
              (echo 1 >$file) 2>/dev/null && echo "written $file"
            done
            mkdir /tmp/c; mount -t cgroup -o memory c /tmp/c 2>/dev/null && echo mounted
            mount -t cgroup2 c /tmp/c 2>/dev/null && echo mounted; mkdir /sys/fs/cgroup/new 2>/dev/null && echo made
            /unshare-user; echo $?; /unshare-cgroup; echo $?
            """);
        Assert.Equal([$"{EPERM}", $"{EPERM}"], outcome.Lines);
    }

    [RootFact]
    [Trait("Attack", "B-29")]
    [Trait("Attack", "B-55")]
    public void What_the_kernel_does_for_root_of_the_host_it_does_not_for_a_containers_root()
    {
        string before = File.ReadAllText("/proc/sys/kernel/core_pattern");
        using var bundle = new TestBundle();
        Outcome outcome = bundle.RunShell(
            $"for file in {string.Join(' ', Triggers)}; do [ -e $file ] && echo >>/dev/stderr there $file; (echo 1 >$file) 2>/dev/null && echo \"written $file\"; done; "
            // The score of the container's own first process may rise, which only it suffers from.
            + "true");
        Assert.Contains("there /proc/sys/kernel/core_pattern", outcome.Error, StringComparison.Ordinal);
        Assert.All(outcome.Lines, static line => Assert.Equal("written /proc/1/oom_score_adj", line));
        Assert.Equal(before, File.ReadAllText("/proc/sys/kernel/core_pattern"));
    }

    [RootTheory]
    [Trait("Attack", "B-30")]
    [Trait("CVE", "CVE-2022-0811")]
    [InlineData("kernel.core_pattern", "|/bin/sh")]
    [InlineData("kernel.shmmax/../core_pattern", "|/bin/sh")]
    [InlineData("net.ipv4.ip_forward=1+kernel.core_pattern", "|/bin/sh")]
    [InlineData("net/../kernel/core_pattern", "|/bin/sh")]
    [InlineData("net.../kernel.core_pattern", "|/bin/sh")]
    [InlineData("kernel.modprobe", "/bin/sh")]
    [InlineData("vm.overcommit_memory", "1")]
    [InlineData("fs.file-max", "1")]
    [InlineData("", "1")]
    [InlineData("net.", "1")]
    public void CVE_2022_0811_a_parameter_of_the_host_is_refused(string name, string value)
    {
        string before = File.ReadAllText("/proc/sys/kernel/core_pattern");
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { Sysctl = new Dictionary<string, string> { [name] = value } };
        bundle.Process = bundle.Process with { Args = ["true"] };
        bundle.Refuse();
        Assert.Equal(before, File.ReadAllText("/proc/sys/kernel/core_pattern"));
    }

    [RootFact]
    [Trait("Attack", "B-30")]
    [Trait("CVE", "CVE-2022-0811")]
    public void CVE_2022_0811_a_value_sets_its_own_parameter_and_no_other()
    {
        string before = File.ReadAllText("/proc/sys/kernel/core_pattern");
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with
        {
            Sysctl = new Dictionary<string, string> { ["kernel.shmmni"] = "5000\nkernel.core_pattern=|/bin/sh+kernel.core_pattern=|/bin/sh" },
        };
        Outcome outcome = bundle.RunShell("cat /proc/sys/kernel/shmmni");
        Assert.True(outcome.IsRefused || outcome.Output == "5000\n", outcome.Output + outcome.Error);
        Assert.Equal(before, File.ReadAllText("/proc/sys/kernel/core_pattern"));
    }

    public static TheoryData<string, long, long[], int> Calls => new()
    {
        { "clone of a user namespace", 56, [NewUser | 17], EPERM },
        { "unshare of a user namespace", 272, [NewUser], EPERM },
        { "unshare of a mount namespace", 272, [NewNamespaces], EPERM },
        { "clone3", 435, [0, 0], ENOSYS },
        { "setns", 308, [0, 0], EPERM },
        { "mount", 165, [0, 0, 0], EPERM },
        { "umount2", 166, [0, 0], EPERM },
        { "pivot_root", 155, [0, 0], EPERM },
        { "open_tree", 428, [0, 0, 0], EPERM },
        { "move_mount", 429, [0, 0, 0], EPERM },
        { "fsopen", 430, [0, 0], EPERM },
        { "fsconfig", 431, [0, 0, 0], EPERM },
        { "mount_setattr", 442, [0, 0, 0], EPERM },
        { "bpf", 321, [0, 0, 0], EPERM },
        { "perf_event_open", 298, [0, 0, 0], EPERM },
        { "userfaultfd", 323, [0], EPERM },
        { "io_uring_setup", 425, [1, 0], EPERM },
        { "keyctl", 250, [0, 0], EPERM },
        { "add_key", 248, [0, 0, 0], EPERM },
        { "request_key", 249, [0, 0, 0], EPERM },
        { "kexec_load", 246, [0, 0, 0], EPERM },
        { "kexec_file_load", 320, [0, 0, 0], EPERM },
        { "init_module", 175, [0, 0, 0], EPERM },
        { "finit_module", 313, [0, 0, 0], EPERM },
        { "delete_module", 176, [0, 0], EPERM },
        { "open_by_handle_at", 304, [0, 0, 0], EPERM },
        { "reboot", 169, [0, 0, 0], EPERM },
        { "swapon", 167, [0, 0], EPERM },
        { "settimeofday", 164, [0, 0], EPERM },
        { "acct", 163, [0], EPERM },
        { "quotactl", 179, [0, 0, 0], EPERM },
        { "move_pages", 279, [0, 0, 0], EPERM },
        { "iopl", 172, [3], EPERM },
        { "ioperm", 173, [0, 1, 1], EPERM },
    };

    [RootTheory]
    [Trait("Attack", "B-55")]
    [MemberData(nameof(Calls))]
    public void A_call_that_bugs_of_the_kernel_were_reached_through_is_refused_to_root(string name, long number, long[] arguments, int error)
    {
        using var bundle = new TestBundle(ownRoot: true);
        SyscallProgram.Write(bundle.Rootfs + "/call", SyscallProgram.ThisMachine, number, arguments);
        Outcome outcome = bundle.RunCommand("/call");
        Assert.True(error == outcome.Code, $"{name}: {outcome.Code} {outcome.Error}");
    }

    [RootTheory]
    [Trait("Attack", "C-19")]
    [InlineData("socket", 38)]
    [InlineData("socket", 40)]
    [InlineData("socket", 0x1_0000_0026)]
    [InlineData("socket", unchecked((long)0xffff_ffff_0000_0028))]
    [InlineData("socketpair", 0x1_0000_0028)]
    public void A_refused_family_of_sockets_stays_refused_with_bits_that_the_kernel_does_not_read(string name, long family)
    {
        int call = name == "socketpair" ? SyscallNumber.socketpair : SyscallNumber.socket;
        const int SequencedPacket = 5, Eperm = 1;
        using var bundle = new TestBundle(ownRoot: true);
        SyscallProgram.Write(Path.Combine(bundle.Rootfs, "attack"), SyscallProgram.ThisMachine, call, family, SequencedPacket);
        Assert.Equal(Eperm, bundle.RunCommand("/attack").Code);
    }

    [RootFact]
    [Trait("Attack", "C-19")]
    public void A_refused_family_of_sockets_is_not_reached_through_the_32_bit_call_that_hides_it()
    {
        const int Enosys = 38, NoSuchInterrupt = 128 + 11;
        using var bundle = new TestBundle(ownRoot: true);
        // socketcall(SYS_SOCKET, 0) by int 0x80, then exit_group with the error.
        SyscallProgram.WriteCode(Path.Combine(bundle.Rootfs, "attack"),
            0xB8, 102, 0, 0, 0, 0xBB, 1, 0, 0, 0, 0xB9, 0, 0, 0, 0, 0xCD, 0x80, 0xF7, 0xD8, 0x89, 0xC7, 0xB8, 231, 0, 0, 0, 0x0F, 0x05);
        Assert.Contains(bundle.RunCommand("/attack").Code, new[] { Enosys, NoSuchInterrupt });
    }
}
