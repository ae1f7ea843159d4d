using System.Globalization;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>Limits where they bite, on whichever generation of control groups the host has for the controller.</summary>
[Trait("Category", "Cgroup")]
[Trait("Kernel", "cgroup2")]
public sealed class LimitTests
{
    private const long Mebi = 1 << 20;

    [RootFact]
    public void Memory_over_the_limit_ends_in_the_oom_killer()
    {
        using var bundle = new TestBundle();
        bundle.SetResources(resources => resources with { Memory = new MemoryResources { Limit = 32 * Mebi, Swap = 32 * Mebi } });
        bundle.Start("/bin/sh", "-c", "dd if=/dev/zero of=/dev/null bs=100M count=1 2>/dev/null; echo $?; dd if=/dev/zero of=/dev/null bs=8M count=1 2>/dev/null; echo $?; sleep 1000");
        TestBundle.Eventually(() => bundle.Output.Split('\n').Length == 3, "both have ended");
        Assert.Equal("137\n0\n", bundle.Output);
        var memory = new CgroupOf(bundle.Pid, "memory");
        Assert.Equal($"{32 * Mebi}", memory.Read("memory.limit_in_bytes", "memory.max"));
        Assert.Equal(1, memory.Number("memory.oom_control", "memory.events", "oom_kill"));
        Assert.Equal("running", bundle.Status);
    }

    [RootFact]
    public void The_first_process_over_the_limit_is_told_by_its_exit_code()
    {
        using var bundle = new TestBundle();
        bundle.SetResources(resources => resources with { Memory = new MemoryResources { Limit = 16 * Mebi, Swap = 16 * Mebi } });
        Assert.Equal(137, bundle.RunCommand("dd", "if=/dev/zero", "of=/dev/null", "bs=100M", "count=1").Code);
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void Processes_over_the_limit_are_refused()
    {
        using var bundle = new TestBundle();
        bundle.SetResources(resources => resources with { Pids = new PidsResources { Limit = 5 } });
        bundle.Start("sleep", "1000");
        var pids = new CgroupOf(bundle.Pid, "pids");
        Assert.Equal("5", pids.Read("pids.max", "pids.max"));
        Outcome inside = bundle.Exec("/bin/sh", "-c", "for i in 1 2 3 4 5 6; do sleep 1000 >/dev/null 2>&1 & done");
        Assert.Contains("can't fork", inside.Error, StringComparison.Ordinal);
        Assert.True(pids.Number("pids.events", "pids.events", "max") >= 1, "a refusal is counted");
        Assert.InRange(int.Parse(pids.Read("pids.current", "pids.current"), CultureInfo.InvariantCulture), 1, 5);
    }

    // The specification's 0 is a limit as any other: as few as can be.
    [RootFact]
    public void A_limit_of_no_processes_leaves_room_for_the_first()
    {
        using var bundle = new TestBundle();
        bundle.SetResources(resources => resources with { Pids = new PidsResources { Limit = 0 } });
        bundle.Start("sleep", "1000");
        var pids = new CgroupOf(bundle.Pid, "pids");
        Assert.Equal("1", pids.Read("pids.max", "pids.max"));
        TestBundle.Succeed(bundle.Invoke("update", bundle.Id, "--pids-limit=-1"));
        Assert.Equal("max", pids.Read("pids.max", "pids.max"));
        TestBundle.Succeed(bundle.Invoke("update", bundle.Id, "--pids-limit=0"));
        Assert.Equal("1", pids.Read("pids.max", "pids.max"));
    }

    // As a test's or a tool's mkdir leaves it: v1 puts no process below until it has processors and memory nodes.
    [CpusetFact]
    public void An_empty_cpuset_on_the_way_is_filled()
    {
        using var bundle = new TestBundle();
        string outer = $"/sys/fs/cgroup/cpuset/{bundle.Id}-outer", inner = $"{outer}/inner";
        try
        {
            Directory.CreateDirectory(inner);
            bundle.Linux = bundle.Linux with { CgroupsPath = $"/{bundle.Id}-outer/inner/own" };
            Assert.Equal(0, bundle.RunShell("true").Code);
            foreach (string directory in new[] { outer, inner })
                Assert.NotEqual("", File.ReadAllText($"{directory}/cpuset.cpus").Trim());
        }
        finally
        {
            foreach (string hierarchy in Directory.GetDirectories("/sys/fs/cgroup"))
                HostCommand.Try("rmdir", $"{hierarchy}/{bundle.Id}-outer/inner", $"{hierarchy}/{bundle.Id}-outer");
        }
    }

    private sealed class CpusetFactAttribute : FactAttribute
    {
        public CpusetFactAttribute() => Skip = !Environment.IsPrivilegedProcess ? "needs root"
            : Directory.Exists("/sys/fs/cgroup/cpuset") ? null : "needs the v1 controller cpuset";
    }

    [RootFact]
    public void Processor_time_over_the_quota_is_throttled()
    {
        using var bundle = new TestBundle();
        bundle.SetResources(resources => resources with { Cpu = new CpuResources { Quota = 10_000, Period = 100_000 } });
        bundle.Start("/bin/sh", "-c", "while :; do :; done");
        var cpu = new CgroupOf(bundle.Pid, "cpu");
        if (cpu.IsUnified)
            Assert.Equal("10000 100000", cpu.Read("", "cpu.max"));
        else
            Assert.Equal("10000", cpu.Read("cpu.cfs_quota_us", ""));
        TestBundle.Eventually(() => cpu.Number("cpu.stat", "cpu.stat", "nr_throttled") >= 5, "five periods are throttled");
        // A tenth of a processor, measured over a second by the kernel's account of this process.
        TimeSpan before = CpuTime(bundle.Pid);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Thread.Sleep(1500);
        double share = (CpuTime(bundle.Pid) - before) / watch.Elapsed;
        Assert.InRange(share, 0, 0.2);
    }

    [RootFact]
    public void Processors_are_the_ones_of_the_set()
    {
        using var bundle = new TestBundle();
        bundle.SetResources(resources => resources with { Cpu = new CpuResources { Cpus = "0", Mems = "0" } });
        bundle.Start("sleep", "1000");
        Assert.Equal("0", bundle.StatusField("Cpus_allowed_list"));
        Assert.Equal("0", TestBundle.Field(bundle.Exec("cat", "/proc/self/status").Lines, "Cpus_allowed_list"));
        var cpuset = new CgroupOf(bundle.Pid, "cpuset");
        Assert.Equal("0", cpuset.Read("cpuset.cpus", "cpuset.cpus"));
    }

    [RootFact]
    public void Shares_become_the_weight_of_the_host()
    {
        using var bundle = new TestBundle();
        bundle.SetResources(resources => resources with { Cpu = new CpuResources { Shares = 512 } });
        bundle.Start("sleep", "1000");
        var cpu = new CgroupOf(bundle.Pid, "cpu");
        if (cpu.IsUnified)
            Assert.InRange(int.Parse(cpu.Read("", "cpu.weight"), CultureInfo.InvariantCulture), 20, 60);
        else
            Assert.Equal("512", cpu.Read("cpu.shares", ""));
    }

    [RootFact]
    public void Devices_that_are_not_allowed_are_denied_and_added_ones_allowed()
    {
        using var bundle = new TestBundle();
        // The kernel's log, which the capability admits to.
        bundle.SetCapabilities("CAP_MKNOD", "CAP_SYSLOG");
        const string Script = "mknod /dev/kernel-log c 1 11 && (: </dev/kernel-log) 2>/dev/null; echo $?; head -c 1 /dev/zero | wc -c; echo x >/dev/null; echo $?";
        Assert.Equal(["1", "1", "0"], bundle.RunShell(Script).Lines);
        bundle.SetResources(resources => resources with
        {
            Devices = [.. resources.Devices!, new DeviceRuleSpec { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "r" }],
        });
        Assert.Equal(["0", "1", "0"], bundle.RunShell(Script).Lines);
    }

    [RootFact]
    public void The_container_sees_only_its_own_part_of_the_hierarchy()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        Outcome inside = bundle.Exec("/bin/sh", "-c", "cut -d: -f3 /proc/1/cgroup | sort -u; ls -d /sys/fs/cgroup/*pscontainer* /sys/fs/cgroup/*/*pscontainer* 2>/dev/null; mkdir /sys/fs/cgroup/memory/x /sys/fs/cgroup/x 2>/dev/null; echo $?");
        // Hierarchies that the container was not put into lead out of the namespace: /.. and so on.
        Assert.Contains("/", inside.Lines);
        Assert.DoesNotContain(inside.Lines, line => line.Contains("pscontainer", StringComparison.Ordinal));
        Assert.Equal("1", inside.Lines[^1]);
    }

    [RootFact]
    public void A_cgroup_path_of_ones_own_is_used_and_removed()
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { CgroupsPath = $"/{bundle.Id}-outer/inner" };
        bundle.Start("sleep", "1000");
        var memory = new CgroupOf(bundle.Pid, "memory");
        Assert.EndsWith($"/{bundle.Id}-outer/inner", memory.Directory, StringComparison.Ordinal);
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.False(Directory.Exists(memory.Directory));
        // The outer one was made with it, but may by now be another's: who named it removes it.
        foreach (string hierarchy in Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup"))
        {
            if (Directory.Exists($"{hierarchy}/{bundle.Id}-outer"))
                Directory.Delete($"{hierarchy}/{bundle.Id}-outer");
        }
    }

    private static TimeSpan CpuTime(int pid)
    {
        string[] stat = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1].Split(' ');
        long ticks = long.Parse(stat[14 - 3], CultureInfo.InvariantCulture) + long.Parse(stat[15 - 3], CultureInfo.InvariantCulture);
        return TimeSpan.FromMilliseconds(ticks * 10);
    }
}

/// <summary>The cgroup that a process is in for one controller, found from the kernel's own files alone.</summary>
internal sealed class CgroupOf
{
    public CgroupOf(int pid, string controller)
    {
        string[][] lines = [.. File.ReadLines($"/proc/{pid}/cgroup").Select(line => line.Split(':', 3))];
        string[]? legacy = lines.FirstOrDefault(line => line[1].Split(',').Contains(controller));
        IsUnified = legacy is null;
        string[] own = legacy ?? lines.Single(line => line[0] == "0");
        MountLine mount = MountLine.Read("/proc/self/mountinfo").First(line => IsUnified
            ? line.Type == "cgroup2"
            : line.Type == "cgroup" && line.Super.Contains(controller));
        Directory = mount.Point + own[2];
    }

    public string Directory { get; }

    public bool IsUnified { get; }

    public string Read(string legacyFile, string unifiedFile) => File.ReadAllText(Path.Combine(Directory, IsUnified ? unifiedFile : legacyFile)).Trim();

    public long Number(string legacyFile, string unifiedFile, string key) =>
        Read(legacyFile, unifiedFile).Split('\n').Select(line => line.Split(' ')).Where(words => words[0] == key)
            .Select(words => long.Parse(words[1], CultureInfo.InvariantCulture)).Single();
}
