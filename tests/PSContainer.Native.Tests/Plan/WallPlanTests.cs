using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Spec;
using PSContainer.Steps.Parent;

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
    public void Who_can_be_seen_while_it_is_set_up_is_hidden_before_it_gives_anything_up()
    {
        Assert.DoesNotContain("HideProcess", StepsOf(["mount", "pid"], noNewPrivileges: true));
        string[] shared = StepsOf(["mount"], noNewPrivileges: true);
        Assert.True(Array.IndexOf(shared, "HideProcess") is > 0 and var hidden && hidden < Array.IndexOf(shared, "DropBoundingSet"));
        StartPlan exec = ExecPlanner.Plan(Process(noNewPrivileges: true), new LinuxSpec(), Host, CloneFlags.NewPid, hasCgroups: false);
        Assert.Contains(exec.Steps, static step => step.Step == "HideProcess");
    }

    [Theory]
    [InlineData(1, 13)]
    [InlineData(2, 14)]
    [InlineData(3, 15)]
    [InlineData(4, 15)]
    [InlineData(5, 16)]
    [InlineData(99, 16)]
    public void A_version_of_the_interface_has_the_rights_that_it_knows(int version, int rights) =>
        Assert.Equal((1L << rights) - 1, Landlock.RightsOf(version));

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
    [
        .. Planner.Plan(
            new ContainerSpec
            {
                Root = new RootSpec { Path = "/srv/root" },
                Process = Process(noNewPrivileges),
                Linux = new LinuxSpec { Namespaces = [.. namespaces.Select(static type => new NamespaceSpec { Type = type })] },
            },
            Host).Steps.Select(static step => step.Step),
    ];
}
