using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Cgroups.Limits;
using PSContainer.Containers.Options;
using PSContainer.Kernel;
using PSContainer.Native.Tests.Cgroups;
using PSContainer.Security.Landlock;
using PSContainer.Spec;
using PSContainer.Systemd;
using PSContainer.Words;

namespace PSContainer.Native.Tests.Fuzz;

/// <summary>What users write: a word is read or refused by a sentence, and never anything else.</summary>
public sealed class WordFuzzTests
{
    [Fact]
    public void Sizes() => Reads(static word => Assert.True(ByteSizeWord.Parse(word) >= 0), "512MB", "1.5g", "64MiB", "0", "10k");

    [Fact]
    public void Durations() => Reads(static word => DurationWord.Parse(word), "30s", "1.5m", "2h", "100ms", "1d", "00:00:10");

    [Fact]
    public void ProcessorShares() => Reads(static word => Assert.True(CpuWord.Parse(word) > 0), "50%", "1.5", "200m", "2");

    [Fact]
    public void ProcessorLists() => Reads(static word =>
    {
        string canonical = CpuListWord.Parse(word);
        Assert.Equal(canonical, CpuListWord.Parse(canonical));
    }, "0", "0-3", "0,2-3", "1,1");

    [Fact]
    public void Modes() => Reads(static word => Assert.InRange(ModeWord.Parse(word), 0, 0xfff), "0755", "644", "4755");

    [Fact]
    public void Mounts() => Reads(static word => MountOption.Parse(word), "/a:/b", "./site:/srv:ro", "/a:/b:rw,nosuid");

    [Fact]
    public void Devices() => Reads(static word => DeviceOption.Parse(word), "/dev/null", "/dev/null:/dev/x:r");

    [Fact]
    public void ResourceLimits() => Reads(static word =>
    {
        Ulimit limit = Ulimit.Parse(word);
        Assert.Equal(limit, Ulimit.Parse(limit.ToString()));
    }, "1024", "1024:4096", "unlimited", "10:unlimited");

    [Fact]
    public void Namespaces() => Reads(static word => NamespaceMode.Parse(word), "Private", "Host", "container:web");

    [Fact]
    public void Networks() => Reads(static word => NetworkMode.Parse(word), "None", "Host", "container:web");

    [Fact]
    public void Signals() => Reads(static word => SignalName.Parse(word), "TERM", "SIGKILL", "9", "RTMIN+1");

    [Fact]
    public void MemoryMounts() => Reads(static word => MountOption.ParseTmpfs(word), "/tmp", "/tmp:size=16m", "/run:rw,mode=755");

    [Fact]
    public void PathRules() => Reads(static word =>
    {
        LandlockRule rule = LandlockRule.Parse(word);
        Assert.StartsWith("/", rule.Path, StringComparison.Ordinal);
    }, "/usr:rx", "/tmp:rw", "/a:b:r");

    [Fact]
    public void IdMaps() => Reads(static word =>
    {
        IdMapping map = IdMapping.Parse(word);
        Assert.Equal(map, IdMapping.Parse(map.ToString()));
    }, "0:100000:65536", "0:0:1", "1:4294967295:1");

    [Fact]
    public void LimitsOfDisks() => Reads(static word => IoLimit.Parse(word), "253:0 rbps=1048576 wiops=100", "8:0 rbps=max", "8:16 wbps=1m");

    [Fact]
    public void LatenciesOfDisks() => Reads(static word =>
    {
        IoLatency latency = IoLatency.Parse(word);
        Assert.Matches("^[0-9]+:[0-9]+ target=(max|[0-9]+)$", latency.ToString());
    }, "8:0 10ms", "253:0 target=75ms", "8:16,1.5s", "8:0 max", "8:0\0 max", "/dev/null 10ms");

    [Fact]
    public void CgroupsBelowAContainers() => Reads(static word =>
    {
        // However the path is put together later, it stays below.
        foreach (SubCgroup sub in SubCgroup.Parse([word]))
            Assert.StartsWith("/a/", Path.GetFullPath($"/a/{sub.Path}") + "/", StringComparison.Ordinal);
    }, "web", "web/worker", "memory,pids:/web", ":/a/../b", "../..");

    [Fact]
    public void ScopesOfSystemd() => Reads(static word =>
    {
        ScopeName name = ScopeName.Parse(word, "web", isUser: false);
        Assert.EndsWith(".scope", name.Unit, StringComparison.Ordinal);
        Assert.EndsWith(".slice", name.Slice, StringComparison.Ordinal);
        Assert.DoesNotContain('/', name.Unit);
        // Where systemd has put it is where the limits are written.
        string path = $"/a{name.SlicePath}/{name.Unit}";
        Assert.Equal(path, Path.GetFullPath(path));
    }, "machine.slice:libpod:123", ":docker:123", "-.slice:a:b", "a-b-c.slice::d", "..slice:..:..");

    [Fact]
    public void FilesOfCgroups() => Reads(static word =>
    {
        string[] pair = word.Split('=', 2);
        foreach (CgroupHost host in new[] { Hosts.Legacy, Hosts.Unified })
        {
            CgroupPlan plan = CgroupPlan.Make(host, "/fuzz", new ResourcesSpec { Unified = new Dictionary<string, string> { [pair[0]] = pair[^1] } });
            foreach (CgroupWrite write in plan.Writes)
                Assert.Matches("^[A-Za-z0-9._-]+$", write.File);
        }
    }, "memory.max=1048576", "pids.max=max", "cpu.max=50000 100000", "io.max=8:0 rbps=1048576 wiops=max", "cpu.weight=100",
        "memory.swap.max=9223372036854775807", "hugetlb.2MB.max=0", "io.weight=default 100\n8:0 50", "cgroup.max.depth=3");

    [Fact]
    public void Capabilities() => Reads(static word => CapabilityName.Parse(word), "CAP_NET_ADMIN", "net_admin", "NetAdmin", "CHOWN");

    [Fact]
    public void ASizeIsItsNumberOfBytes()
    {
        Gen<(int Number, string Unit, int Power)> sizes =
            from number in Gen.Choose(0, int.MaxValue)
            from unit in Gen.Elements(("", 0), ("K", 1), ("kb", 1), ("KiB", 1), ("M", 2), ("MB", 2), ("mib", 2), ("G", 3), ("GiB", 3))
            select (number, unit.Item1, unit.Item2);
        FuzzRun.Holds(sizes.ToArbitrary(), static size =>
            Assert.Equal(size.Number * (long)Math.Pow(1024, size.Power), ByteSizeWord.Parse($"{size.Number}{size.Unit}")));
    }

    private static void Reads(Action<string> read, params string[] words) =>
        FuzzRun.ReadsOrRefuses(Damage.Of(words, "%", "m", "s", "host", "container:"), bytes => read(Encoding.UTF8.GetString(bytes)));
}
