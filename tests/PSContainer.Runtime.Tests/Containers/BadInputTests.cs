using System.Text;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>What a person gets wrong, and what somebody means ill: a clear word, the right exit code, and nothing left.</summary>
[Trait("Category", "Container")]
public sealed class BadInputTests
{
    [RootFact]
    public void A_root_that_is_missing_or_a_file_is_refused()
    {
        using var bundle = new TestBundle();
        bundle.Spec = bundle.Spec with { Root = new RootSpec { Path = "/no/such/root" } };
        Assert.Contains("'/no/such/root' does not exist", bundle.Refuse().Error, StringComparison.Ordinal);
        bundle.Spec = bundle.Spec with { Root = new RootSpec { Path = "/etc/passwd" } };
        Assert.Contains("is a file", bundle.Refuse().Error, StringComparison.Ordinal);
        bundle.Spec = bundle.Spec with { Root = null };
        Assert.Contains("root.path", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData("no-such-command", 127)]
    [InlineData("/no/such/command", 127)]
    [InlineData("/etc/passwd/x", 127)]
    [InlineData("/etc/passwd", 126)]
    [InlineData("/etc", 126)]
    public void A_command_that_cannot_be_run_is_named(string command, int code)
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = [command] };
        Outcome outcome = bundle.Refuse();
        Assert.Contains($"'{command}'", outcome.Error, StringComparison.Ordinal);
        // For a person the code tells as much, as docker's and podman's does.
        outcome = bundle.Invoke("run", "--die-with-parent", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(code, outcome.Code);
        Assert.Contains("Recommendation: ", outcome.Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void A_program_of_another_machine_and_one_without_interpreter_are_told_apart()
    {
        using var bundle = new TestBundle(ownRoot: true);
        const ushort Sparc = 2;
        SyscallProgram.Write(Path.Combine(bundle.Rootfs, "bin/foreign"), Sparc, 39);
        ProgramFile.Write(Path.Combine(bundle.Rootfs, "bin/script"), "#!/no/such/interpreter\n");
        bundle.Process = bundle.Process with { Args = ["foreign"] };
        Assert.Contains("no program for this machine", bundle.Refuse().Error, StringComparison.Ordinal);
        bundle.Process = bundle.Process with { Args = ["script"] };
        Assert.Contains("what it needs to run does not", bundle.Refuse().Error, StringComparison.Ordinal);
        bundle.Process = bundle.Process with { Args = ["foreign"] };
        bundle.Write();
        TestBundle.Succeed(bundle.InvokeDetached("create", "-b", bundle.Bundle, bundle.Id));
        Outcome start = bundle.Invoke("start", bundle.Id);
        Assert.Equal(1, start.Code);
        Assert.Contains("no program for this machine", start.Error, StringComparison.Ordinal);
        Assert.Equal("stopped", bundle.Status);
    }

    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void Limits_without_sense_are_refused_before_anything_is_made()
    {
        using var bundle = new TestBundle();
        ResourcesSpec before = bundle.Linux.Resources!;
        foreach (ResourcesSpec wrong in new[]
        {
            before with { Memory = new MemoryResources { Limit = 100 } },
            before with { Memory = new MemoryResources { Limit = 100 << 20, Swap = 50 << 20 } },
            before with { Cpu = new CpuResources { Quota = 1, Period = 100_000 } },
            before with { Cpu = new CpuResources { Quota = 10_000, Period = 5 } },
            before with { Cpu = new CpuResources { Cpus = "0-9999" } },
            before with { Cpu = new CpuResources { Cpus = "a-b" } },
            before with { HugepageLimits = [new HugepageLimitSpec { PageSize = "../2MB", Limit = 1 }] },
            before with { Unified = new Dictionary<string, string> { ["../memory.max"] = "1" } },
        })
        {
            bundle.Linux = bundle.Linux with { Resources = wrong };
            bundle.Refuse();
        }
    }

    [RootTheory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("../../etc")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("ü")]
    [InlineData("\u001b]52;c")]
    public void A_name_that_could_lead_elsewhere_is_refused(string id)
    {
        using var bundle = new TestBundle();
        bundle.Write();
        foreach (string verb in new[] { "run", "create" })
        {
            Outcome outcome = bundle.Invoke(verb, "-b", bundle.Bundle, id);
            Assert.NotEqual(0, outcome.Code);
            Assert.Contains("recommendation=\"", outcome.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("\u001b", outcome.Error, StringComparison.Ordinal);
        }
        foreach (string verb in new[] { "state", "kill", "start", "delete" })
            Assert.NotEqual(0, bundle.Invoke(verb, id).Code);
        Assert.False(Directory.Exists(bundle.StateRoot));
    }

    [RootFact]
    public void A_long_name_is_refused_and_the_longest_is_taken()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["true"] };
        bundle.Write();
        Assert.Equal(1, bundle.Invoke("run", "-b", bundle.Bundle, new string('x', 200)).Code);
        Outcome longest = bundle.Invoke("run", "-b", bundle.Bundle, bundle.Id + new string('x', 128 - bundle.Id.Length));
        Assert.True(longest.Code == 0, longest.Error);
    }

    [RootTheory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{\"ociVersion\":1}")]
    [InlineData("{\"ociVersion\":\"9.0.0\"}")]
    [InlineData("{\"process\":[]}")]
    [InlineData("{\"root\":{\"path\":7}}")]
    [InlineData("{\"mounts\":{}}")]
    [InlineData("{\"linux\":\"x\"}")]
    [InlineData("{} {}")]
    [InlineData("{\"ociVersion\":\"1.2.0\"}")]
    public void A_configuration_that_is_none_is_refused(string json)
    {
        using var bundle = new TestBundle();
        File.WriteAllText(bundle.ConfigPath, json);
        Outcome outcome = bundle.Invoke("run", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("recommendation=\"", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void Deep_large_and_strange_files_are_refused_quickly()
    {
        using var bundle = new TestBundle();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        File.WriteAllText(bundle.ConfigPath, new string('[', 1_000_000));
        Assert.Equal(1, bundle.Invoke("run", "-b", bundle.Bundle, bundle.Id).Code);
        File.WriteAllText(bundle.ConfigPath, "{\"x\":" + string.Concat(Enumerable.Repeat("{\"a\":", 100_000)));
        Assert.Equal(1, bundle.Invoke("run", "-b", bundle.Bundle, bundle.Id).Code);
        using (FileStream large = File.Create(bundle.ConfigPath))
            large.SetLength(100 << 20);
        Assert.Contains("larger", bundle.Invoke("run", "-b", bundle.Bundle, bundle.Id).Error, StringComparison.Ordinal);
        File.Delete(bundle.ConfigPath);
        HostCommand.Run("mkfifo", bundle.ConfigPath);
        Assert.Contains("not a regular file", bundle.Invoke("run", "-b", bundle.Bundle, bundle.Id).Error, StringComparison.Ordinal);
        File.Delete(bundle.ConfigPath);
        Assert.Contains("There is no file", bundle.Invoke("run", "-b", bundle.Bundle, bundle.Id).Error, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void Members_that_nobody_knows_are_left_alone()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["echo", "ran"] };
        bundle.Write();
        string json = Encoding.UTF8.GetString(File.ReadAllBytes(bundle.ConfigPath));
        File.WriteAllText(bundle.ConfigPath, "{\"x-new\":{\"a\":[1,2,{}]},\"vm\":null," + json[1..]);
        Assert.Equal("ran\n", bundle.Invoke("run", "-b", bundle.Bundle, bundle.Id).Output);
    }

    [RootFact]
    public void A_process_without_sense_is_refused()
    {
        using var bundle = new TestBundle();
        ProcessSpec good = bundle.Process;
        foreach (ProcessSpec wrong in new[]
        {
            good with { Args = [] },
            good with { Args = null },
            good with { Args = ["sh", "a\0b"] },
            good with { Env = ["NOEQUALS"] },
            good with { Env = ["=x"] },
            good with { Env = ["A=x\0y"] },
            good with { Cwd = "relative" },
            good with { Cwd = "" },
            good with { OomScoreAdj = 5000 },
            good with { Rlimits = [new RlimitSpec { Type = "RLIMIT_NOFILE", Soft = 2, Hard = 1 }] },
            good with { Rlimits = [new RlimitSpec { Type = "RLIMIT_NOSUCH" }] },
            good with { User = new UserSpec { Uid = uint.MaxValue } },
        })
        {
            bundle.Process = wrong;
            bundle.Refuse();
        }
        bundle.Spec = bundle.Spec with { Process = null };
        bundle.Refuse();
    }

    [RootFact]
    public void What_is_not_supported_is_refused_and_not_left_out()
    {
        using var bundle = new TestBundle();
        ContainerSpec good = bundle.Spec;
        foreach (ContainerSpec wrong in new[]
        {
            good with { Linux = good.Linux! with { Personality = new PersonalitySpec { Domain = "BSD" } } },
            good with { Linux = good.Linux! with { Personality = new PersonalitySpec { Domain = "LINUX", Flags = ["X"] } } },
            good with { Linux = good.Linux! with { Namespaces = [new NamespaceSpec { Type = "nosuch" }] } },
            good with { Linux = good.Linux! with { Namespaces = [] } },
            good with { Linux = good.Linux! with { Namespaces = [.. good.Linux!.Namespaces!, new NamespaceSpec { Type = "pid" }] } },
            good with { Hostname = new string('x', 65) },
        })
        {
            bundle.Spec = wrong;
            bundle.Refuse();
        }
    }

    [RootFact]
    public void A_caller_without_privilege_is_told_what_to_do()
    {
        using var bundle = new TestBundle();
        bundle.SetNamespaces(new NamespaceSpec { Type = "mount" }, new NamespaceSpec { Type = "pid" }, new NamespaceSpec { Type = "network", Path = "/proc/1/ns/net" });
        bundle.Write();
        HostCommand.Run("chmod", "-R", "a+rwX", bundle.Bundle);
        Outcome outcome = HostCommand.Try("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
            TestRepository.Executable, "--root", bundle.StateRoot, "run", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("recommendation=\"", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("EACCES", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void A_state_directory_that_cannot_be_written_is_named()
    {
        using var bundle = new TestBundle();
        bundle.Write();
        File.WriteAllText(bundle.StateRoot, "a file");
        Outcome outcome = bundle.Invoke("run", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains(bundle.StateRoot, outcome.Error, StringComparison.Ordinal);
        Assert.Contains("recommendation=\"", outcome.Error, StringComparison.Ordinal);
        File.Delete(bundle.StateRoot);
        using var full = new HostMount(bundle.MakeDirectory("state"));
        HostCommand.Run("mount", "-o", "remount,ro", full.Path);
        outcome = bundle.Invoke("run", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("EROFS", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(bundle.Leftovers());
    }
}
