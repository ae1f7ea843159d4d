using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Spec;
using PSContainer.Steps.Container;

namespace PSContainer.Native.Tests.Plan;

/// <summary>The order of a start, where one step needs what another takes away; without root and without a kernel.</summary>
public sealed class PlannerTests
{
    private static readonly ContainerSpec Spec = new()
    {
        Root = new RootSpec { Path = "/srv/root", Readonly = true },
        Hostname = "web",
        Process = new ProcessSpec
        {
            Args = ["sh", "-c", "true"],
            Cwd = "/work",
            NoNewPrivileges = true,
            User = new UserSpec { Uid = 1000, Gid = 1000 },
            Capabilities = new CapabilitiesSpec { Bounding = ["CAP_CHOWN"] },
        },
        Mounts =
        [
            new MountSpec { Destination = "/proc", Type = "proc", Source = "proc" },
            new MountSpec { Destination = "/data", Type = "bind", Source = "data", Options = ["rbind", "ro"] },
            new MountSpec { Destination = "/sys/fs/cgroup", Type = "cgroup", Options = ["ro"] },
        ],
        Linux = new LinuxSpec
        {
            Namespaces = [.. new[] { "mount", "pid", "uts", "ipc", "network", "cgroup" }.Select(type => new NamespaceSpec { Type = type })],
            MaskedPaths = ["/proc/kcore"],
            ReadonlyPaths = ["/proc/sys"],
        },
    };

    private static readonly PlanContext Host = new()
    {
        Bundle = "/srv/bundle",
        StateDirectory = "/run/x/id",
        CgroupPath = "/pscontainer-id",
        LegacyHierarchies = ["memory", "cpu,cpuacct"],
        SeccompProgram = new byte[16],
    };

    [Fact]
    public void The_same_configuration_is_the_same_plan() =>
        Assert.Equal(Lines(Planner.Plan(Spec, Host)), Lines(Planner.Plan(Spec, Host)));

    [Theory]
    [InlineData("ClaimState", "MakeCgroup")]
    [InlineData("MakeCgroup", "CloneInit")]
    [InlineData("JoinCgroups", "MakeCgroupNamespace")]
    [InlineData("MakeCgroupNamespace", "MountFileSystem")]
    [InlineData("SetPropagation", "BindRoot")]
    [InlineData("MakeWorkingDirectory", "MakeRootReadOnly")]
    [InlineData("MaskPath", "EnterRoot")]
    [InlineData("EnterRoot", "ChangeDirectory")]
    [InlineData("ChangeDirectory", "SetUser")]
    [InlineData("DropBoundingSet", "SetCapabilities")]
    [InlineData("SetGroups", "SetUser")]
    [InlineData("SetUser", "SetCapabilities")]
    [InlineData("SetCapabilities", "SetNoNewPrivileges")]
    [InlineData("WaitForStart", "LoadSeccomp")]
    [InlineData("LoadSeccomp", "Execute")]
    public void One_step_comes_before_another(string first, string second)
    {
        List<string> steps = [.. Planner.Plan(Spec, Host).Steps.Select(step => step.Step)];
        Assert.InRange(steps.IndexOf(first), 0, steps.IndexOf(second) - 1);
    }

    // Setting up may need more than the command; a dump of it would show what is the host's.
    [Fact]
    public void Limits_are_set_last_but_that_of_dumps_at_once()
    {
        RlimitSpec files = new() { Type = "RLIMIT_NOFILE", Soft = 3, Hard = 3 }, dumps = new() { Type = "RLIMIT_CORE" };
        ContainerSpec spec = Spec with { Process = Spec.Process! with { Rlimits = [files, dumps] } };
        List<string> steps =
            [.. Planner.Plan(spec, Host).Steps.Select(step => step.Step == "SetRlimit" ? step.Target : step.Step)];
        Assert.InRange(steps.IndexOf("RaiseRlimit"), 0, steps.IndexOf("DropBoundingSet") - 1);
        Assert.Equal(steps.IndexOf("RLIMIT_CORE"), steps.LastIndexOf("RLIMIT_CORE"));
        Assert.InRange(steps.IndexOf("RLIMIT_CORE"), 0, steps.IndexOf("EnterRoot") - 1);
        Assert.InRange(steps.IndexOf("RLIMIT_NOFILE"), steps.IndexOf("WaitForStart"), steps.IndexOf("LoadSeccomp"));
    }

    [Fact]
    public void Without_no_new_privs_the_filter_comes_before_the_capabilities_go()
    {
        ContainerSpec spec = Spec with { Process = Spec.Process! with { NoNewPrivileges = false } };
        List<string> steps = [.. Planner.Plan(spec, Host).Steps.Select(step => step.Step)];
        Assert.InRange(steps.IndexOf("LoadSeccomp"), 0, steps.IndexOf("DropBoundingSet") - 1);
        Assert.DoesNotContain("SetNoNewPrivileges", steps);
    }

    [Fact]
    public void Relative_sources_begin_in_the_bundle() =>
        Assert.Contains(Planner.Plan(Spec, Host).Steps, step => step.Step == "BindMount" && step.Target == "/srv/bundle/data on /data");

    [Fact]
    public void A_hierarchy_of_two_controllers_gets_links_by_both_names() =>
        Assert.Equal(["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpuacct"],
            Planner.Plan(Spec, Host).Steps.Where(step => step.Step == "MakeLink" && step.Target.StartsWith("/sys", StringComparison.Ordinal)).Select(step => step.Target));

    [Fact]
    public void A_user_namespace_gets_no_nodes_but_the_hosts_own()
    {
        IEnumerable<string> steps = Planner.Plan(WithUserNamespace(Spec), Host).Steps.Select(step => step.Step).ToList();
        Assert.Contains("BindDevice", steps);
        Assert.DoesNotContain("MakeDevice", steps);
        Assert.Contains("WriteIdMaps", steps);
    }

    [Theory]
    [InlineData(false, null, false)]
    [InlineData(true, null, true)]
    [InlineData(true, Capability.SysAdmin, false)]
    [InlineData(true, Capability.SysChroot, false)]
    public void The_parent_opens_sources_for_a_user_namespace_where_it_may(bool hasUser, Capability? lacking, bool expected)
    {
        PlanContext host = lacking is { } one ? Host with { GrantableCapabilities = ~(1L << (int)one) } : Host;
        Assert.Equal(expected, ParentReaches(hasUser ? WithUserNamespace(Spec) : Spec, host));
    }

    [Fact]
    public void The_parent_opens_no_sources_in_a_mount_namespace_that_is_joined()
    {
        ContainerSpec spec = WithUserNamespace(Spec);
        NamespaceSpec[] joined = [.. spec.Linux!.Namespaces!.Select(item => item.Type == "mount" ? item with { Path = "/proc/1/ns/mnt" } : item)];
        Assert.False(ParentReaches(spec with { Linux = spec.Linux with { Namespaces = joined } }, Host));
    }

    [Fact]
    public void Joining_a_pid_namespace_takes_a_second_clone()
    {
        ContainerSpec spec = Spec with
        {
            Linux = Spec.Linux! with { Namespaces = [new() { Type = "mount" }, new() { Type = "uts" }, new() { Type = "pid", Path = "/proc/1/ns/pid" }] },
        };
        Assert.Equal(2, Planner.Plan(spec, Host).Steps.Count(step => step.Step == "CloneInit"));
    }

    private static ContainerSpec WithUserNamespace(ContainerSpec spec)
    {
        IdMapping[] map = [new() { ContainerId = 0, HostId = 100000, Size = 65536 }];
        return spec with
        {
            Linux = spec.Linux! with { Namespaces = [.. spec.Linux!.Namespaces!, new NamespaceSpec { Type = "user" }], UidMappings = map, GidMappings = map },
        };
    }

    private static bool ParentReaches(ContainerSpec spec, PlanContext host)
    {
        PlanStep[] steps = [.. Planner.Plan(spec, host).Steps.Where(step => step.Step is "BindRoot" or "BindMount" && step.Target != "/sys/fs/cgroup")];
        bool[] reaches = [.. steps.Select(step => (step.Child!.Number3 & Mounting.ParentReaches) != 0).Distinct()];
        Assert.Equal(2, steps.Length);
        return Assert.Single(reaches);
    }

    private static IEnumerable<string> Lines(StartPlan plan) => plan.Steps.Select(step => step.ToString());
}
