using System.Globalization;
using System.Text.Json;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>create and spec: what is prepared before a command runs.</summary>
[Trait("Category", "Container")]
public sealed class CreateVerbTests
{
    [RootFact]
    public void A_tmpfs_without_a_mode_has_that_of_the_directory_it_covers()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string covered = Path.Combine(bundle.Rootfs, "covered");
        Directory.CreateDirectory(covered);
        HostCommand.Run("chmod", "1750", covered);
        bundle.AddMount("/covered", "tmpfs", "tmpfs");
        bundle.AddMount("/named", "tmpfs", "tmpfs", "mode=0711");
        bundle.AddMount("/new", "tmpfs", "tmpfs");
        Outcome outcome = bundle.RunCommand("stat", "-c", "%a", "/covered", "/named", "/new");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(["1750", "711", "1777"], outcome.Lines);
    }

    [RootFact]
    public void A_parked_init_holds_nothing_of_the_host()
    {
        using var bundle = new TestBundle();
        bundle.Create("sleep", "1000");
        foreach (FileSystemInfo descriptor in new DirectoryInfo($"/proc/{bundle.Pid}/fd").EnumerateFileSystemInfos())
        {
            string target = descriptor.LinkTarget!;
            bool isKnown = int.Parse(descriptor.Name, CultureInfo.InvariantCulture) < 3
                || target == Path.Combine(bundle.StateDirectory, "start") || target == Path.Combine(bundle.StateDirectory, "result");
            Assert.True(isKnown, $"{descriptor.Name} -> {target}");
        }
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
    }

    [RootFact]
    public void A_frozen_or_used_cgroup_is_refused()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        string path = $"/pscontainer-{bundle.Id}";
        bundle.Linux = bundle.Linux with { CgroupsPath = path };
        bundle.Write();
        Outcome outcome = bundle.Invoke("run", "-d", "-b", bundle.Bundle, $"{bundle.Id}-2");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("container's cgroup is not empty", outcome.Error, StringComparison.Ordinal);
        Assert.Equal([bundle.Id], bundle.Invoke("list", "-q").Lines);
    }

    [RootFact]
    public void An_example_for_a_user_has_a_user_namespace_and_no_network_of_its_own()
    {
        using var bundle = new TestBundle();
        string file = Path.Combine(bundle.Bundle, "rootless.json");
        TestBundle.Succeed(bundle.Invoke("spec", "--rootless", "--file", file));
        JsonElement linux = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement.GetProperty("linux");
        string[] namespaces = [.. linux.GetProperty("namespaces").EnumerateArray().Select(one => one.GetProperty("type").GetString()!)];
        Assert.Contains("user", namespaces);
        Assert.DoesNotContain("network", namespaces);
        Assert.Equal(1, linux.GetProperty("uidMappings")[0].GetProperty("size").GetInt32());
        Assert.False(linux.TryGetProperty("resources", out _));
        Assert.Equal(1, bundle.Invoke("spec", "--rootless", "--file", file).Code);
    }
}
