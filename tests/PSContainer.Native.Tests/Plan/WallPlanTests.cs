using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Security.Landlock;
using PSContainer.Security.Seccomp;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Plan;

/// <summary>Where the last walls stand in a plan, and what a kernel must have for them.</summary>
public sealed class WallPlanTests
{
    private static readonly PlanContext Host = new()
    {
        Bundle = "/srv/bundle", StateDirectory = "/run/x/id", CgroupPath = "/pscontainer-id", SeccompProgram = new byte[16],
        LandlockRules = [LandlockRule.Parse("/usr:rx"), LandlockRule.Parse("/tmp:w")], LandlockVersion = 3,
    };

    [Theory]
    [InlineData(true, "SetNoNewPrivileges")]
    [InlineData(false, "ChangeDirectory")]
    public void Path_rules_are_laid_out_before_privilege_goes_and_enforced_right_before_the_filter(bool noNewPrivileges, string before)
    {
        string[] steps = StepsOf(["mount", "pid"], noNewPrivileges);
        Assert.Equal(Index("MakeLandlockRuleset") + 1, Index("AddLandlockRule"));
        Assert.Equal(2, steps.Count(static step => step == "AddLandlockRule"));
        Assert.InRange(Index("LetGo"), Index("AddLandlockRule"), Index("DropBoundingSet"));
        Assert.Equal(Index("LoadSeccomp"), Index("EnforceLandlock") + 1);
        Assert.True(Index(before) < Index("EnforceLandlock"));
        Assert.Equal(noNewPrivileges, Index("EnforceLandlock") > Index("SetCapabilities"));

        int Index(string step) => Array.IndexOf(steps, step);
    }

    [Fact]
    public void Who_can_be_seen_while_it_is_set_up_is_hidden_before_it_is()
    {
        string[] own = StepsOf(["mount", "pid"], noNewPrivileges: true);
        Assert.InRange(Array.IndexOf(own, "HideProcess"), Array.IndexOf(own, "LetGo"), Array.IndexOf(own, "DropBoundingSet"));
        string[] shared = StepsOf(["mount"], noNewPrivileges: true);
        Assert.InRange(Array.IndexOf(shared, "HideProcess"), 0, Array.IndexOf(shared, "SetPropagation"));
        ProcessSpec process = Process(noNewPrivileges: true) with { OomScoreAdj = 5 };
        string[] exec = [.. ExecPlanner.Plan(process, new LinuxSpec(), Host, CloneFlags.NewPid, hasCgroups: false).Steps.Select(static step => step.Step)];
        Assert.InRange(Array.IndexOf(exec, "HideProcess"), Array.IndexOf(exec, "SetOomScoreAdj"), Array.IndexOf(exec, "JoinNamespaces"));
        string[] joined = StepsOf(Spec([new() { Type = "mount" }, new() { Type = "pid", Path = "/proc/7/ns/pid" }], process), Host);
        Assert.InRange(Array.IndexOf(joined, "HideProcess"), Array.IndexOf(joined, "SetOomScoreAdj"), Array.IndexOf(joined, "JoinNamespace"));
    }

    [Fact]
    public void A_user_finds_a_container_that_waits_and_what_runs_in_it_does_not()
    {
        PlanContext user = Host with { GrantableCapabilities = 0, Parks = true };
        string[] steps = StepsOf(Spec([new() { Type = "mount" }, new() { Type = "pid" }], Process(noNewPrivileges: true)), user);
        Assert.InRange(Array.IndexOf(steps, "ForgetCaller"), 0, Array.IndexOf(steps, "ReportReady"));
        Assert.InRange(Array.IndexOf(steps, "HideProcess"), Array.IndexOf(steps, "WaitForStart"), Array.IndexOf(steps, "Execute"));
    }

    [Fact]
    public void The_last_walls_stand_before_a_wait_unless_they_refuse_what_it_takes()
    {
        ContainerSpec spec = Spec([new() { Type = "mount" }, new() { Type = "pid" }], Process(noNewPrivileges: true));
        PlanContext parked = Host with { Parks = true, SeccompProgram = Filter("SCMP_ACT_ALLOW") };
        string[] steps = StepsOf(spec, parked);
        Assert.InRange(Array.IndexOf(steps, "LoadSeccomp"), Array.IndexOf(steps, "CloseOthers"), Array.IndexOf(steps, "ReportReady"));
        string[] early = StepsOf(Spec([new() { Type = "mount" }, new() { Type = "pid" }], Process(noNewPrivileges: false)), parked);
        Assert.InRange(Array.IndexOf(early, "CloseOthers"), Array.IndexOf(early, "LetGo"), Array.IndexOf(early, "LoadSeccomp"));
        StartPlan late = Planner.Plan(spec, parked with { SeccompProgram = Filter("SCMP_ACT_ALLOW", "read") });
        string[] lateSteps = [.. late.Steps.Select(static step => step.Step)];
        Assert.InRange(Array.IndexOf(lateSteps, "LoadSeccomp"), Array.IndexOf(lateSteps, "WaitForStart"), Array.IndexOf(lateSteps, "Execute"));
        Assert.Contains(" read,", Assert.Single(late.Warnings), StringComparison.Ordinal);
    }

    private static byte[] Filter(string action, params string[] refused) => SeccompCompiler.Compile(new SeccompSpec
    {
        DefaultAction = action,
        Syscalls = refused.Length == 0 ? null : [new() { Names = refused, Action = "SCMP_ACT_ERRNO" }],
    });

    [Theory]
    [InlineData(1, 13)]
    [InlineData(2, 14)]
    [InlineData(3, 15)]
    [InlineData(4, 15)]
    [InlineData(5, 16)]
    [InlineData(99, 16)]
    public void A_version_of_the_interface_has_the_rights_that_it_knows(int version, int rights) =>
        Assert.Equal((1L << rights) - 1, LandlockCalls.RightsOf(version));

    [Fact]
    public void A_kernel_without_what_is_asked_is_told_before_anything_is_made()
    {
        var error = Assert.Throws<SecurityModuleException>(() => SecurityModuleCheck.Require(null, Host with { LandlockVersion = 0 }));
        Assert.Contains("CONFIG_SECURITY_LANDLOCK", error.Recommendation, StringComparison.Ordinal);
        SecurityModuleCheck.Require(Process(noNewPrivileges: true), Host);
        SecurityModuleCheck.Require(Process(noNewPrivileges: true), Host with { LandlockRules = null, LandlockVersion = 0 });
    }

    [Theory]
    [InlineData("/usr:rx", LandlockAccess.Read | LandlockAccess.Execute)]
    [InlineData("/usr/:xr", LandlockAccess.Read | LandlockAccess.Execute)]
    [InlineData("/:r", LandlockAccess.Read)]
    [InlineData("/a:b:rwx", LandlockAccess.Read | LandlockAccess.Write | LandlockAccess.Execute)]
    public void A_rule_is_a_path_and_letters(string word, LandlockAccess access)
    {
        LandlockRule rule = LandlockRule.Parse(word);
        Assert.Equal(access, rule.Access);
        Assert.Equal(rule, LandlockRule.Parse(rule.ToString()));
    }

    private static ProcessSpec Process(bool noNewPrivileges) => new() { Args = ["true"], NoNewPrivileges = noNewPrivileges };

    private static string[] StepsOf(string[] namespaces, bool noNewPrivileges) =>
        StepsOf(Spec([.. namespaces.Select(static type => new NamespaceSpec { Type = type })], Process(noNewPrivileges)), Host);

    private static string[] StepsOf(ContainerSpec spec, PlanContext context) => [.. Planner.Plan(spec, context).Steps.Select(static step => step.Step)];

    private static ContainerSpec Spec(NamespaceSpec[] namespaces, ProcessSpec process) => new()
    {
        Root = new RootSpec { Path = "/srv/root" },
        Process = process,
        Linux = new LinuxSpec { Namespaces = namespaces },
    };
}
