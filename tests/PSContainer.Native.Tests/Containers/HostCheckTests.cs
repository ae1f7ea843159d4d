using PSContainer.Cgroups.Hierarchies;
using PSContainer.Containers;
using PSContainer.Containers.Audit;
using PSContainer.Containers.Host;

namespace PSContainer.Native.Tests.Containers;

[Trait("Kernel", "cgroup2")]
public class HostCheckTests
{
    [Fact]
    public void WhatOnlySomeParametersNeed_IsNotRequired()
    {
        ContainerHost host = ContainerEngine.Default.GetHost() with { HasOverlay = false, CgroupControllers = ["pids"], DelegatedControllers = ["pids"] };

        string[] failed = [.. HostChecks.Run(host).Where(check => check.Result == CheckResult.Fail).Select(check => check.Feature)];
        Assert.Empty(new[] { "Overlay", "Memory", "Cpu", "CpuSet", "Io" }.Except(failed));
        Assert.DoesNotContain(HostChecks.Run(host), check => failed.Contains(check.Feature) && check.IsRequired && check.Feature != "Runtime");
    }

    [Fact]
    public void WithoutWhatIsRequired_NothingRuns()
    {
        ContainerHost host = ContainerEngine.Default.GetHost() with { RuntimePath = null, HasSeccomp = false, CgroupMode = CgroupMode.None, DelegatedControllers = [] };

        IEnumerable<string> required = HostChecks.Run(host).Where(check => check.Result == CheckResult.Fail && check.IsRequired).Select(check => check.Feature);
        Assert.Empty(new[] { "Runtime", "Seccomp" }.Except(required));
        Assert.Equal(host.IsRoot, required.Contains("CgroupMode"));
    }
}
