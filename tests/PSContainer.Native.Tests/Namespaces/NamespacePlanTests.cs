using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Namespaces;

/// <summary>The order of making and entering namespaces, without a kernel.</summary>
public sealed class NamespacePlanTests
{
    private static readonly IdMapping[] Root = [new() { ContainerId = 0, HostId = 0, Size = 1 }];

    private static NamespaceRequest Request(params string[] types) => new()
    {
        Directory = "/run/x/.namespaces/a",
        Types = types,
        UidMappings = Root,
        GidMappings = Root,
        IsPinned = true,
    };

    private static List<string> Steps(StartPlan plan) => [.. plan.Steps.Select(step => step.Step)];

    [Fact]
    public void A_cgroup_namespace_is_made_by_the_process_itself()
    {
        StartPlan plan = NamespaceCreatePlanner.Plan(Request("cgroup", "uts"));
        Assert.Equal(CloneFlags.NewUts, plan.CloneFlags);
        Assert.Contains("MakeCgroupNamespace", Steps(plan));
        Assert.False(plan.UsesInit);
    }

    [Fact]
    public void Maps_are_written_before_anything_is_done_inside()
    {
        List<string> steps = Steps(NamespaceCreatePlanner.Plan(Request("user", "mount", "network") with { Propagation = MountApi.MsPrivate }));
        Assert.True(steps.IndexOf("WriteIdMaps") < steps.IndexOf("BecomeRoot"));
        Assert.True(steps.IndexOf("BecomeRoot") < steps.IndexOf("BringUpLoopback"));
        Assert.True(steps.IndexOf("SetPropagation") < steps.IndexOf("PinNamespace"));
    }

    [Fact]
    public void Offsets_are_set_between_the_user_namespace_and_the_rest()
    {
        StartPlan plan = NamespaceCreatePlanner.Plan(Request("user", "time", "pid") with
        { TimeOffsets = new Dictionary<string, TimeOffsetSpec> { ["boottime"] = new() { Secs = 5 } } });
        Assert.Equal(CloneFlags.NewUser, plan.FirstCloneFlags);
        Assert.Equal(CloneFlags.NewPid, plan.CloneFlags);
        Assert.True(plan.MapsBeforeFork);
        List<string> steps = Steps(plan);
        Assert.True(steps.IndexOf("BecomeRoot") < steps.IndexOf("SetTimeOffsets"));
        Assert.True(steps.IndexOf("SetTimeOffsets") < steps.LastIndexOf("CloneNamespaces"));
    }

    [Theory]
    [InlineData(true, "uts", false)]
    [InlineData(true, "pid", true)]
    [InlineData(false, "uts", true)]
    public void A_process_stays_where_a_mount_cannot_hold_it(bool pinned, string type, bool holder)
    {
        StartPlan plan = NamespaceCreatePlanner.Plan(Request(type) with { IsPinned = pinned });
        Assert.Equal(holder, plan.UsesInit);
        Assert.Equal(holder, Steps(plan).Contains("HoldNamespaces"));
        Assert.Equal(pinned, Steps(plan).Contains("PinNamespace"));
    }

    [Fact]
    public void An_owner_is_joined_before_the_rest_is_made()
    {
        StartPlan plan = NamespaceCreatePlanner.Plan(Request("network") with { Owner = "/proc/1/ns/user" });
        List<string> steps = Steps(plan);
        Assert.True(steps.IndexOf("JoinNamespace") < steps.LastIndexOf("CloneNamespaces"));
        Assert.Equal(CloneFlags.NewNetwork, plan.CloneFlags);
        Assert.Equal("/proc/1/ns/user", Assert.Single(plan.Joined).Path);
    }

    [Fact]
    public void A_container_joins_what_its_user_namespace_does_not_own_before_it()
    {
        LinuxSpec linux = new()
        {
            Namespaces =
            [
                new() { Type = "mount" }, new() { Type = "user", Path = "/u" }, new() { Type = "network", Path = "/n" }, new() { Type = "ipc", Path = "/i" },
            ],
        };
        Assert.Equal(["network", "user", "ipc"], new NamespacePlan(linux, ["network"]).Joined.Select(item => item.Type));
        Assert.Equal(["user", "ipc", "network"], new NamespacePlan(linux, []).Joined.Select(item => item.Type));
    }

    [Fact]
    public void A_container_joins_before_its_new_user_namespace_is_made()
    {
        LinuxSpec linux = new()
        {
            Namespaces = [new() { Type = "mount" }, new() { Type = "user" }, new() { Type = "network", Path = "/n" }],
            UidMappings = Root,
            GidMappings = Root,
        };
        Assert.True(new NamespacePlan(linux, []).NeedsSecondClone);
    }

    [Fact]
    public void A_command_is_forked_only_into_what_holds_for_children()
    {
        NamespaceEnterRequest request = new() { Joined = [new() { Type = "network", Path = "/n" }], Arguments = ["true"] };
        Assert.DoesNotContain(NamespaceEnterPlanner.Plan(request).Steps, step => step.Flags == "CLONE_PARENT");
        StartPlan plan = NamespaceEnterPlanner.Plan(request with { Joined = [new() { Type = "pid", Path = "/p" }] });
        Assert.Contains(plan.Steps, step => step.Flags == "CLONE_PARENT");
    }
}
