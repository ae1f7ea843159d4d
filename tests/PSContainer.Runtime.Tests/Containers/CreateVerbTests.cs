using System.Globalization;
using System.Text.Json;
using PSContainer.Spec;
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
        // It is an option of the filesystem, which whoever mounts the same again finds there.
        string[] mounts = bundle.RunCommand("cat", "/proc/self/mounts").Lines;
        Assert.Contains("mode=1750", Assert.Single(mounts, line => line.Contains(" /covered ", StringComparison.Ordinal)), StringComparison.Ordinal);
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
                || target.StartsWith("socket:", StringComparison.Ordinal);
            Assert.True(isKnown, $"{descriptor.Name} -> {target}");
        }
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
    }

    [RootFact]
    [Trait("Kernel", "cgroup2")]
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

    // What scripts that were written for other runtimes find, remove and add to.
    // Engines measure, freeze and make cgroups in whichever hierarchy they like, and look for the path that they chose there.
    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void A_path_that_was_chosen_is_the_containers_in_every_hierarchy()
    {
        using var bundle = new TestBundle();
        string path = $"/psc-test-{Guid.NewGuid():N}";
        bundle.Linux = bundle.Linux with { CgroupsPath = path };
        bundle.Start("sleep", "1000");
        Assert.All(File.ReadLines($"/proc/{bundle.Pid}/cgroup"), line => Assert.EndsWith($":{path}", line, StringComparison.Ordinal));
        string freezer = $"/sys/fs/cgroup/freezer{path}/freezer.state";
        if (File.Exists(freezer))
        {
            File.WriteAllText(freezer, "FROZEN");
            TestBundle.Eventually(() => bundle.Status == "paused", "seen as paused");
            TestBundle.Succeed(bundle.Invoke("resume", bundle.Id));
            Assert.Equal("THAWED\n", File.ReadAllText(freezer));
        }
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.DoesNotContain(Directory.EnumerateDirectories("/sys/fs/cgroup"), hierarchy => Directory.Exists(hierarchy + path));
    }

    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void A_cgroup_that_was_frozen_before_is_refused()
    {
        using var bundle = new TestBundle();
        string path = $"/psc-test-{Guid.NewGuid():N}";
        string root = new[] { "/sys/fs/cgroup/freezer", "/sys/fs/cgroup/unified", "/sys/fs/cgroup" }.First(Directory.Exists);
        string directory = Directory.CreateDirectory(root + path).FullName;
        try
        {
            string state = Path.Combine(directory, "freezer.state");
            if (File.Exists(state))
                File.WriteAllText(state, "FROZEN");
            else
                File.WriteAllText(Path.Combine(directory, "cgroup.freeze"), "1");
            bundle.Linux = bundle.Linux with { CgroupsPath = path };
            Assert.Contains("container's cgroup unexpectedly frozen", bundle.Refuse().Error, StringComparison.Ordinal);
            Assert.True(Directory.Exists(directory));
        }
        finally
        {
            Directory.Delete(directory);
        }
    }

    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void An_example_is_the_plain_one_of_other_runtimes()
    {
        using var bundle = new TestBundle();
        string file = Path.Combine(bundle.Bundle, "example.json");
        TestBundle.Succeed(bundle.Invoke("spec", "--file", file));
        ContainerSpec spec = JsonSerializer.Deserialize(File.ReadAllBytes(file), SpecJson.Default.ContainerSpec)!;
        string[] capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];
        Assert.Equal(capabilities, spec.Process!.Capabilities!.Bounding);
        Assert.Equal(capabilities, spec.Process.Capabilities.Effective);
        Assert.Null(spec.Process.Capabilities.Ambient);
        Assert.True(spec.Process is { Terminal: true, NoNewPrivileges: true });
        Assert.Equal(1024UL, Assert.Single(spec.Process.Rlimits!, limit => limit.Type == "RLIMIT_NOFILE").Hard);
        Assert.True(spec.Root is { Path: "rootfs", Readonly: true });
        Assert.Equal(
            ["/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/sys", "/sys/fs/cgroup"], spec.Mounts!.Select(mount => mount.Destination));
        Assert.Null(spec.Linux!.Seccomp);
        Assert.False(Assert.Single(spec.Linux.Resources!.Devices!).Allow);
        Assert.Equal(10, spec.Linux.MaskedPaths!.Count);
        bool onlyV2 = File.Exists("/sys/fs/cgroup/cgroup.controllers");
        Assert.Equal(onlyV2, spec.Linux.Namespaces!.Any(one => one.Type == "cgroup"));
    }

    [Theory]
    [InlineData("022", "644")]
    [InlineData("077", "600")]
    [InlineData("002", "664")]
    public void An_example_is_for_whom_the_umask_lets_read_it(string umask, string mode)
    {
        using var bundle = new TestBundle();
        string file = Path.Combine(bundle.Bundle, "mine.json");
        HostCommand.Run("sh", "-c", $"umask {umask}; exec \"$1\" spec --file \"$2\"", "sh", TestRepository.Executable, file);
        Assert.Equal(mode, HostCommand.Run("stat", "-c", "%a", file).Trim());
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
        Assert.DoesNotContain("gid=5", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.False(linux.TryGetProperty("resources", out _));
        Assert.Equal(1, bundle.Invoke("spec", "--rootless", "--file", file).Code);
    }
}
