using System.Text.Json;
using PSContainer.Runtime.Tests.Containers;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Conformance;

/// <summary>runtime.md "Lifecycle": what a hook that fails does to the container.</summary>
public sealed class HookFailureTests
{
    [RootTheory]
    [InlineData("prestart")]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    public void A_failing_hook_of_create_destroys_the_container_and_runs_poststop(string point)
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Process = bundle.Process with { Args = ["/bin/touch", "/ran"] };
        Fail(bundle, point, TestHooks.Shell("echo why >&2; exit 3"));
        Outcome outcome = bundle.InvokeDetached("create", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("ended with exit code 3: why", outcome.Error, StringComparison.Ordinal);
        RequireGone(bundle);
    }

    [RootTheory]
    [InlineData("startContainer")]
    [InlineData("poststart")]
    public void A_failing_hook_of_start_destroys_the_container_and_runs_poststop(string point)
    {
        using var bundle = new TestBundle();
        Fail(bundle, point, TestHooks.Shell("echo why >&2; exit 3"));
        bundle.Create("sleep", "1000");
        Outcome outcome = bundle.Invoke("start", bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("ended with exit code 3: why", outcome.Error, StringComparison.Ordinal);
        RequireGone(bundle);
        Assert.Equal(1, bundle.Invoke("state", bundle.Id).Code);
    }

    [RootTheory]
    [InlineData("prestart")]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    [InlineData("startContainer")]
    [InlineData("poststart")]
    public void A_hook_that_hangs_is_ended_with_what_it_started(string point)
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        // A number of this test's own, to find it again.
        string forever = $"{Random.Shared.Next(100_000, 1_000_000)}";
        Fail(bundle, point, TestHooks.Shell($"sleep {forever} & sleep {forever}", timeout: 1));
        Outcome outcome = bundle.InvokeDetached("run", "--detach", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("took longer than its timeout", outcome.Error, StringComparison.Ordinal);
        RequireGone(bundle);
        EnumerationOptions everywhere = new() { RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true };
        TestBundle.Eventually(() => !Directory.EnumerateFiles("/proc", "cmdline", everywhere).Any(
            file => TryRead(file).StartsWith($"sleep\0{forever}", StringComparison.Ordinal)), "what it started has ended");
    }

    [RootTheory]
    [InlineData("createRuntime", "on the host")]
    [InlineData("createContainer", "on the host")]
    [InlineData("startContainer", "in the container")]
    [InlineData("poststart", "on the host")]
    public void A_hook_that_is_missing_is_named(string point, string where)
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        Fail(bundle, point, new HookSpec { Path = "/nowhere/hook" });
        Outcome outcome = bundle.InvokeDetached("run", "--detach", "-b", bundle.Bundle, bundle.Id);
        Assert.Contains("the hook '/nowhere/hook' cannot be executed: execve: ENOENT", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(where, outcome.Error, StringComparison.Ordinal);
        RequireGone(bundle);
    }

    [RootTheory]
    [InlineData("prestart")]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    [InlineData("startContainer")]
    [InlineData("poststart")]
    public void A_hook_that_fails_is_told_by_its_place_as_runc_does(string point)
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Spec = bundle.Spec with { Hooks = TestHooks.At(point, TestHooks.Shell("exit 0"), TestHooks.Shell("exit 1")) };
        Assert.Contains($"error running {point} hook #1: ", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData("createRuntime", "SEGV", "SIGSEGV")]
    [InlineData("createContainer", "SYS", "SIGSYS (bad system call)")]
    [InlineData("poststart", "KILL", "SIGKILL")]
    public void A_hook_that_a_signal_ends_has_failed(string point, string signal, string words)
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        Fail(bundle, point, TestHooks.Shell($"kill -{signal} $$"));
        Outcome outcome = bundle.InvokeDetached("run", "--detach", "-b", bundle.Bundle, bundle.Id);
        Assert.Contains($"was ended by {words}", outcome.Error, StringComparison.Ordinal);
        RequireGone(bundle);
    }

    [RootFact]
    public void After_the_first_failing_hook_no_other_of_create_runs()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["/bin/true"] };
        bundle.Spec = bundle.Spec with
        {
            Hooks = new HooksSpec
            {
                CreateRuntime = [TestHooks.Note(bundle, "first"), TestHooks.Shell("exit 1"), TestHooks.Note(bundle, "third")],
                CreateContainer = [TestHooks.Note(bundle, "fourth")],
                Poststart = [TestHooks.Note(bundle, "fifth")],
            },
        };
        bundle.Refuse();
        Assert.Equal(["first"], TestHooks.Names(bundle));
    }

    [RootFact]
    public void A_failing_hook_of_poststop_is_a_warning_and_the_others_run()
    {
        using var bundle = new TestBundle();
        bundle.Spec = bundle.Spec with
        {
            Hooks = TestHooks.At("poststop", TestHooks.Note(bundle, "first"), TestHooks.Shell("echo no; exit 9"), TestHooks.Note(bundle, "third")),
        };
        bundle.Start("sleep", "1000");
        string log = Path.Combine(bundle.Bundle, "log");
        TestBundle.Succeed(bundle.Invoke("--log", log, "--log-format", "json", "delete", "--force", bundle.Id));
        JsonElement warning = JsonDocument.Parse(Assert.Single(File.ReadLines(log))).RootElement;
        Assert.Equal("warning", warning.GetProperty("level").GetString());
        Assert.Contains("ended with exit code 9: no", warning.GetProperty("msg").GetString(), StringComparison.Ordinal);
        Assert.Equal(["first", "third"], TestHooks.Names(bundle));
        Assert.Empty(bundle.Leftovers());
    }

    [RootTheory]
    [InlineData("createRuntime")]
    [InlineData("poststart")]
    public void A_hook_that_kills_the_container_leaves_nothing_half_made(string point)
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Spec = bundle.Spec with { Hooks = TestHooks.At(point, TestHooks.Shell("kill -KILL $(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/')")) };
        bundle.Write();
        Outcome outcome = bundle.InvokeDetached("run", "--detach", "-b", bundle.Bundle, bundle.Id);
        if (point == "createRuntime")
        {
            Assert.Contains("was ended while it was being set up", outcome.Error, StringComparison.Ordinal);
            Assert.Empty(bundle.Leftovers());
            return;
        }
        TestBundle.Succeed(outcome);
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        TestBundle.Succeed(bundle.Invoke("delete", bundle.Id));
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void A_later_failure_of_create_runs_poststop_for_what_the_hooks_made()
    {
        using var bundle = new TestBundle();
        bundle.Spec = bundle.Spec with
        {
            Hooks = new HooksSpec { CreateRuntime = [TestHooks.Note(bundle, "made")], Poststop = [TestHooks.Note(bundle, "removed")] },
        };
        bundle.Process = bundle.Process with { Args = ["/no/such/command"] };
        bundle.Refuse();
        Assert.Equal(["made", "removed"], TestHooks.Names(bundle));
    }

    [RootFact]
    public void A_failure_before_any_hook_runs_none()
    {
        using var bundle = new TestBundle();
        bundle.Spec = bundle.Spec with { Hooks = new HooksSpec { CreateRuntime = [TestHooks.Note(bundle, "made")], Poststop = [TestHooks.Note(bundle, "removed")] } };
        bundle.AddMount("/x", "bind", "/no/such/source", "bind");
        bundle.Refuse();
        Assert.Empty(TestHooks.Names(bundle));
    }

    [RootTheory]
    [InlineData("relative/path", null)]
    [InlineData("", null)]
    [InlineData("/bin/true", 0)]
    [InlineData("/bin/true", -5)]
    public void A_hook_without_sense_is_refused_before_anything_is_made(string path, int? timeout)
    {
        using var bundle = new TestBundle();
        bundle.Spec = bundle.Spec with { Hooks = TestHooks.At("poststop", new HookSpec { Path = path, Timeout = timeout }) };
        Assert.Contains("'hooks.poststop'", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    private static void Fail(TestBundle bundle, string point, HookSpec hook)
    {
        bundle.Spec = bundle.Spec with { Hooks = TestHooks.At(point, hook) with { Poststop = [TestHooks.Note(bundle, "poststop")] } };
        bundle.Write();
    }

    private static void RequireGone(TestBundle bundle)
    {
        Assert.Equal("poststop", Assert.Single(TestHooks.Names(bundle)));
        Assert.Equal("stopped", TestHooks.Notes(bundle)[0].Status);
        Assert.Empty(bundle.Leftovers());
        Assert.False(File.Exists(Path.Combine(bundle.Rootfs, "ran")));
    }

    private static string TryRead(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }
}
