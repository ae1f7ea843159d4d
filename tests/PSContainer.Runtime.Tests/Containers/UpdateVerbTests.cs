using System.Text.Json;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Limits;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>update: other limits while a container lives, or an error and the old ones.</summary>
[Trait("Category", "Container")]
[Trait("Kernel", "cgroup2")]
public sealed class UpdateVerbTests
{
    [RootFact]
    public void Update_changes_limits_by_options()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        TestBundle.Succeed(bundle.Invoke("update", bundle.Id, "--memory", "64M", "--memory-reservation=32M", "--pids-limit", "20", "--cpu-share", "512",
            "--cpu-period", "100000", "--cpu-quota=50000", "--cpuset-cpus", "0"));
        CgroupLimit limits = Limits(bundle);
        Assert.Equal(64 << 20, limits.MemoryMax);
        Assert.Equal(32 << 20, limits.MemoryLow);
        Assert.Equal(20, limits.PidsMax);
        Assert.Equal(0.5, limits.CpuMax);
        Assert.Equal("0", limits.CpuSetCpus);
        TestBundle.Succeed(bundle.Invoke("update", "--memory", "-1", "--pids-limit", "-1", "--cpu-quota", "-1", bundle.Id));
        limits = Limits(bundle);
        Assert.Null(limits.MemoryMax);
        Assert.Null(limits.PidsMax);
        Assert.Null(limits.CpuMax);
        TestBundle.Succeed(bundle.Invoke("delete", "-f", bundle.Id));
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void Update_takes_the_specifications_json_from_a_file_and_from_standard_input()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        string file = Path.Combine(bundle.Bundle, "resources.json");
        File.WriteAllText(file, """{"memory":{"limit":50331648},"pids":{"limit":17}}""");
        TestBundle.Succeed(bundle.Invoke("update", $"--resources={file}", bundle.Id));
        Assert.Equal((50331648L, 17L), (Limits(bundle).MemoryMax!.Value, Limits(bundle).PidsMax!.Value));
        using System.Diagnostics.Process update = bundle.StartProcess("update", "-r", "-", bundle.Id);
        update.StandardInput.Write("""{"pids":{"limit":18}}""");
        update.StandardInput.Close();
        Assert.True(update.WaitForExit(60_000));
        Assert.Equal(0, update.ExitCode);
        Assert.Equal((50331648L, 18L), (Limits(bundle).MemoryMax!.Value, Limits(bundle).PidsMax!.Value));
    }

    [RootTheory]
    [InlineData("--memory", "lots")]
    [InlineData("--memory", "-5")]
    [InlineData("--pids-limit", "ten")]
    [InlineData("--cpu-share", "-1")]
    [InlineData("--cpuset-cpus", "99999")]
    [InlineData("--cpuset-cpus", "a-b")]
    [InlineData("--blkio-weight", "70000")]
    [InlineData("--cpu-idle", "7")]
    [InlineData("--l3-cache-schema", "L3:0=f")]
    [InlineData("--resources", "/no/such/file")]
    [InlineData("--resources", "/etc/passwd")]
    public void Update_refuses_nonsense_and_changes_nothing(string option, string value)
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        CgroupLimit before = Limits(bundle);
        Refused(bundle, "update", option, value, bundle.Id);
        Assert.Equal(JsonSerializer.Serialize(before), JsonSerializer.Serialize(Limits(bundle)));
    }

    [RootFact]
    public void Update_needs_a_container_that_lives()
    {
        using var bundle = new TestBundle();
        bundle.Start("true");
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        Assert.Contains("container not running", Refused(bundle, "update", "--pids-limit", "9", bundle.Id), StringComparison.Ordinal);
    }

    private static CgroupLimit Limits(TestBundle bundle) => Cgroup.Open($"/pscontainer-{bundle.Id}").ReadLimits();

    private static string Refused(TestBundle bundle, params string[] command)
    {
        Outcome outcome = bundle.Invoke(command);
        Assert.Equal(1, outcome.Code);
        Assert.Equal("", outcome.Output);
        Assert.Contains("level=error", outcome.Error, StringComparison.Ordinal);
        return outcome.Error;
    }
}
