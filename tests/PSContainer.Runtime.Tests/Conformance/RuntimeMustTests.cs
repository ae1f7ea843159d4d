using System.Text.Json;
using PSContainer.Runtime.Tests.Containers;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Conformance;

/// <summary>The MUSTs of runtime.md that no other test has; docs/conformance.md lists them all.</summary>
public sealed class RuntimeMustTests
{
    [RootFact]
    public void State_has_the_members_of_its_schema()
    {
        using var bundle = new TestBundle();
        bundle.Annotate("com.example.key", "value");
        bundle.Create("sleep", "1000");
        JsonElement state = bundle.State();
        Assert.Equal(bundle.Spec.OciVersion, state.GetProperty("ociVersion").GetString());
        Assert.Equal(bundle.Id, state.GetProperty("id").GetString());
        Assert.Equal("created", state.GetProperty("status").GetString());
        Assert.True(Directory.Exists($"/proc/{state.GetProperty("pid").GetInt32()}"));
        Assert.Equal(bundle.Bundle, state.GetProperty("bundle").GetString());
        Assert.True(Path.IsPathFullyQualified(state.GetProperty("bundle").GetString()!));
        Assert.Equal("value", state.GetProperty("annotations").GetProperty("com.example.key").GetString());
    }

    [RootTheory]
    [InlineData("state")]
    [InlineData("create")]
    [InlineData("start")]
    [InlineData("kill")]
    [InlineData("delete")]
    public void An_operation_without_an_id_is_an_error(string operation)
    {
        using var bundle = new TestBundle();
        Outcome outcome = bundle.Invoke(operation);
        Assert.NotEqual(0, outcome.Code);
        Assert.NotEqual("", outcome.Error);
    }

    [RootTheory]
    [InlineData("state")]
    [InlineData("start")]
    [InlineData("kill")]
    [InlineData("delete")]
    public void An_operation_on_a_container_that_does_not_exist_is_an_error(string operation)
    {
        using var bundle = new TestBundle();
        Outcome outcome = bundle.Invoke(operation, "psc-test-nobody");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("psc-test-nobody", outcome.Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Create_without_a_bundle_is_an_error()
    {
        using var bundle = new TestBundle();
        Outcome outcome = bundle.Invoke("create", "-b", Path.Combine(bundle.Bundle, "nowhere"), bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("nowhere/config.json", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void Create_applies_everything_but_the_arguments()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Spec = bundle.Spec with { Hostname = "created" };
        bundle.AddMount("/scratch", "tmpfs", "tmpfs");
        bundle.Create("/bin/touch", "/ran");
        Assert.Contains(bundle.Mounts(), mount => mount.Point == "/scratch");
        Assert.Equal("created", HostCommand.Run("nsenter", $"--uts=/proc/{bundle.Pid}/ns/uts", "hostname"));
        Assert.False(File.Exists(Path.Combine(bundle.Rootfs, "ran")));
    }

    [RootFact]
    public void Changes_of_the_configuration_after_create_have_no_effect()
    {
        using var bundle = new TestBundle();
        bundle.Create("/bin/echo", "first");
        bundle.Process = bundle.Process with { Args = ["/bin/echo", "second"] };
        bundle.Spec = bundle.Spec with { Annotations = new Dictionary<string, string> { ["com.example"] = "later" } };
        bundle.Write();
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        Assert.Equal("first\n", bundle.Output);
        Assert.False(bundle.State().TryGetProperty("annotations", out JsonElement annotations) && annotations.TryGetProperty("com.example", out _));
    }

    [RootFact]
    public void Start_of_what_is_not_created_is_an_error_without_effect()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Start("/bin/sh", "-c", "echo x >>/runs; sleep 1000");
        TestBundle.Eventually(() => File.Exists(Path.Combine(bundle.Rootfs, "runs")), "the command ran");
        int pid = bundle.Pid;
        Assert.Equal(1, bundle.Invoke("start", bundle.Id).Code);
        Assert.Equal(("running", pid), (bundle.Status, bundle.Pid));
        TestBundle.Succeed(bundle.Invoke("kill", bundle.Id, "KILL"));
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        Assert.Equal(1, bundle.Invoke("start", bundle.Id).Code);
        Assert.Equal("stopped", bundle.Status);
        Assert.Equal("x\n", File.ReadAllText(Path.Combine(bundle.Rootfs, "runs")));
    }

    [RootFact]
    public void Without_a_process_a_container_can_be_created_and_not_started()
    {
        using var bundle = new TestBundle();
        bundle.Spec = bundle.Spec with { Process = null };
        bundle.Write();
        TestBundle.Succeed(bundle.InvokeDetached("create", "-b", bundle.Bundle, bundle.Id));
        Outcome outcome = bundle.Invoke("start", bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("has no process to start", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("created", bundle.Status);
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.Empty(bundle.Leftovers());
        Assert.Contains("has no process", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Kill_of_what_has_stopped_is_an_error_without_effect()
    {
        using var bundle = new TestBundle();
        bundle.Start("/bin/true");
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        Assert.Equal(1, bundle.Invoke("kill", bundle.Id, "TERM").Code);
        Assert.Equal("stopped", bundle.Status);
    }

    [RootFact]
    public void Delete_of_what_runs_is_an_error_without_effect()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        int pid = bundle.Pid;
        Assert.Equal(1, bundle.Invoke("delete", bundle.Id).Code);
        Assert.Equal(("running", pid), (bundle.Status, bundle.Pid));
    }

    [RootFact]
    public void Delete_removes_what_create_made_and_nothing_else()
    {
        using var owner = new TestBundle();
        owner.Start("sleep", "1000");
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Linux = bundle.Linux with
        {
            Namespaces = [.. bundle.Linux.Namespaces!.Where(item => item.Type != "ipc"), new NamespaceSpec { Type = "ipc", Path = $"/proc/{owner.Pid}/ns/ipc" }],
        };
        string source = bundle.MakeDirectory("source");
        bundle.AddMount("/bound", "none", source, "bind");
        bundle.Start("sleep", "1000");
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.Empty(bundle.Leftovers());
        Assert.True(Directory.Exists(source));
        Assert.True(File.Exists(bundle.ConfigPath));
        Assert.True(Directory.Exists(bundle.Rootfs));
        Assert.Equal("running", owner.Status);
    }

    [RootFact]
    public void An_id_is_free_again_after_delete()
    {
        using var bundle = new TestBundle();
        for (int turn = 0; turn < 2; turn++)
        {
            bundle.Create("sleep", "1000");
            TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        }
        Assert.Empty(bundle.Leftovers());
    }
}
