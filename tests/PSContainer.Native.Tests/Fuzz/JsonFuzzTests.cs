using System.Text;
using System.Text.Json;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Containers;
using PSContainer.Native.Tests.Cgroups;
using PSContainer.Native.Tests.Security;
using PSContainer.Native.Tests.Spec;
using PSContainer.Plan;
using PSContainer.Programs;
using PSContainer.Security;
using PSContainer.Security.Seccomp;
using PSContainer.Spec;
using PSContainer.State;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Fuzz;

/// <summary>Damaged JSON of every kind that is read: each is read, or refused with an error that can be shown.</summary>
public sealed class JsonFuzzTests
{
    private static readonly PlanContext Host = new()
    {
        Bundle = "/srv/bundle", StateDirectory = "/run/x/id", CgroupPath = "/pscontainer-id", LegacyHierarchies = ["memory"],
        SeccompProgram = new byte[16],
    };

    private static readonly string Configuration = Write(SpecSamples.Default());

    // What the module does not compose, so that its readers and rules are reached too.
    private const string Rich = """
        {"ociVersion":"1.2.0","root":{"path":"rootfs","readonly":true},"hostname":"web","domainname":"example.org",
        "process":{"terminal":true,"consoleSize":{"height":24,"width":80},"user":{"uid":1000,"gid":1000,"umask":18,"additionalGids":[5,6]},
        "args":["sh","-c","true"],"env":["PATH=/bin","TERM=dumb"],"cwd":"/","capabilities":{"bounding":["CAP_KILL"],"ambient":["CAP_KILL"],
        "permitted":["CAP_KILL"],"inheritable":["CAP_KILL"],"effective":["CAP_KILL"]},"noNewPrivileges":true,"oomScoreAdj":100,
        "rlimits":[{"type":"RLIMIT_NOFILE","soft":1024,"hard":4096}],"scheduler":{"policy":"SCHED_BATCH","nice":5},
        "ioPriority":{"class":"IOPRIO_CLASS_BE","priority":4}},
        "mounts":[{"destination":"/proc","type":"proc","source":"proc","options":["nosuid"]},{"destination":"/data","type":"bind",
        "source":"data","options":["rbind","ro","rprivate"]},{"destination":"/tmp","type":"tmpfs","source":"tmpfs","options":["size=1m","mode=1777"]}],
        "annotations":{"org.example.key":"value"},"linux":{"namespaces":[{"type":"mount"},{"type":"pid"},{"type":"network","path":"/run/netns/a"},
        {"type":"user"},{"type":"uts"},{"type":"ipc"},{"type":"time"}],"uidMappings":[{"containerID":0,"hostID":100000,"size":65536}],
        "gidMappings":[{"containerID":0,"hostID":100000,"size":65536}],"timeOffsets":{"monotonic":{"secs":5,"nanosecs":6}},
        "sysctl":{"net.ipv4.ip_forward":"1","kernel.shmmax":"1000"},"devices":[{"path":"/dev/fuse","type":"c","major":10,"minor":229,
        "fileMode":438,"uid":0,"gid":0}],"maskedPaths":["/proc/kcore"],"readonlyPaths":["/proc/sys"],"rootfsPropagation":"private",
        "personality":{"domain":"LINUX32"},"cgroupsPath":"/a/b","resources":{"memory":{"limit":1048576,"swap":2097152},
        "cpu":{"shares":512,"quota":50000,"period":100000,"cpus":"0-1"},"pids":{"limit":10},
        "devices":[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":3,"access":"rw"}],
        "blockIO":{"weight":100,"throttleReadBpsDevice":[{"major":8,"minor":0,"rate":1048576}]},"unified":{"memory.high":"1000000"}}}}
        """;

    [Fact]
    public void AConfigurationIsReadCheckedAndPlannedOrRefused() =>
        FuzzRun.ReadsOrRefuses(Damage.Of([Configuration, Rich], Damage.JsonTokens), static json =>
        {
            ContainerSpec spec = SpecReader.Parse<ContainerSpec>(json, "config.json");
            Planner.Plan(spec, Host);
        });

    [Fact]
    public void AProcessIsReadAndCheckedOrRefused()
    {
        string process = JsonSerializer.Serialize(SpecSamples.Default().Process!, SpecJson.Default.ProcessSpec);
        FuzzRun.ReadsOrRefuses(Damage.Of([process], Damage.JsonTokens), static json =>
            SpecRules.CheckProcess(SpecReader.Parse<ProcessSpec>(json, "process.json")));
    }

    [Fact]
    public void ResourcesAreReadAndPlannedOnEveryKindOfHostOrRefused()
    {
        using JsonDocument rich = JsonDocument.Parse(Rich);
        string resources = rich.RootElement.GetProperty("linux").GetProperty("resources").GetRawText();
        foreach (CgroupHost host in new[] { Hosts.Legacy, Hosts.Unified })
        {
            const string Plain = """{"memory":{"limit":1048576},"pids":{"limit":10},"cpu":{"shares":512}}""";
            FuzzRun.ReadsOrRefuses(Damage.Of([resources, Plain], Damage.JsonTokens), json =>
                CgroupPlan.Make(host, "/fuzz", SpecReader.Parse<ResourcesSpec>(json, "resources.json")));
        }
    }

    [Fact]
    public void ASeccompProfileIsReadAndCompiledOrRefused()
    {
        using var written = new MemoryStream();
        SeccompProfile.Default.Write(written);
        const string Small = """
            {"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,"archMap":[{"architecture":"SCMP_ARCH_X86_64","subArchitectures":["SCMP_ARCH_X86"]}],
            "syscalls":[{"names":["read","write"],"action":"SCMP_ACT_ALLOW"},{"names":["clone"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,
            "value":2114060288,"valueTwo":0,"op":"SCMP_CMP_MASKED_EQ"}],"excludes":{"caps":["CAP_SYS_ADMIN"]}},{"names":["ptrace"],
            "action":"SCMP_ACT_ERRNO","errnoRet":38,"includes":{"minKernel":"4.8","arches":["amd64"]}}]}
            """;
        FuzzRun.ReadsOrRefuses(Damage.Of([Encoding.UTF8.GetBytes(Small), written.ToArray()], Damage.JsonTokens), static json =>
        {
            SeccompSpec spec = SeccompProfile.Read(new MemoryStream(json)).Resolve(CapabilitySets.Default);
            var program = new BpfInterpreter(SeccompCompiler.Compile(spec, SeccompArchitecture.X64));
            foreach (uint number in (uint[])[0, 1, 56, 101, 435, uint.MaxValue])
                program.Run(new SeccompData(SeccompOracle.AuditX64, number, new ulong[6]));
        }, cost: 2);
    }

    [Fact]
    public void AStateIsReadOrRefusedAndWrittenAsItWasRead()
    {
        byte[] state = new ContainerState
        {
            OciVersion = "1.2.0", Id = "web", Bundle = "/b", Rootfs = "/b/rootfs", Pid = 42, PidStartTime = 7, Cgroups = ["/sys/fs/cgroup/a"],
            Created = DateTimeOffset.UnixEpoch, Annotations = new Dictionary<string, string> { ["a"] = "b\n" },
        }.ToJson().ToArray();
        FuzzRun.ReadsOrRefuses(Damage.Of([state], Damage.JsonTokens), static json =>
        {
            byte[] once = SpecReader.Parse<ContainerState>(json, "state.json").ToJson().ToArray();
            byte[] twice = SpecReader.Parse<ContainerState>(once, "state.json").ToJson().ToArray();
            Assert.Equal(Encoding.UTF8.GetString(once), Encoding.UTF8.GetString(twice));
        });
    }

    [Fact]
    public void AnExitRecordIsReadOrIsNone()
    {
        using var directory = new TestDirectory();
        string path = directory["exit"];
        const string Exit = """{"exitCode":137,"signal":9,"oomKilled":true,"time":"2026-01-02T03:04:05.678Z","timedOut":true}""";
        FuzzRun.Holds(Damage.Of([Exit], Damage.JsonTokens), damage =>
        {
            File.WriteAllBytes(path, damage.Bytes);
            _ = ExitRecord.Read(path);
        });
    }

    [Fact]
    public void ARuntimesLogIsUnderstoodOrPassedOver()
    {
        const string Log = """
            {"level":"warning","msg":"one","time":"2026-01-02T03:04:05Z"}
            {"level":"error","msg":"two","errorId":"ContainerNotFound","target":"web","step":"ReadState","call":"openat","errno":2}
            {"level":"error","msg":"runc run failed: exec: \"x\": no such file","time":"2026-01-02T03:04:05Z"}
            """;
        FuzzRun.Holds(Damage.Of([Log], [.. Damage.JsonTokens, "\n", "\"errno\":"]), static damage => _ = RuntimeError.Find(damage.Bytes));
    }

    private static string Write(ContainerSpec spec) => JsonSerializer.Serialize(spec, SpecJson.Default.ContainerSpec);
}
