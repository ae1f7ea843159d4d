using System.Diagnostics;
using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>Whatever is killed, whenever: the rest goes on to work, and all of it can be removed.</summary>
[Trait("Category", "Container")]
[Trait("Kernel", "cgroup2")]
public sealed class FaultTests
{
    private const int SIGKILL = 9;

    [RootTheory]
    [InlineData("create")]
    [InlineData("run")]
    public void A_runtime_killed_at_any_moment_leaves_what_can_be_removed(string verb)
    {
        const int Rounds = 60;
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        var seen = new Dictionary<string, int>();
        TimeSpan whole = TimeOfAStart(bundle);
        // More rounds, and later ones, where the machine has become so slow that no start got far.
        for (int round = 0; round < Rounds || (seen.Count < 2 && round < 10 * Rounds); round++)
        {
            using (Process runtime = bundle.StartProcess(verb, "-b", bundle.Bundle, bundle.Id))
            using (FileHandle? handle = Pidfd.Open(runtime.Id))
            {
                SpinFor(whole * 1.2 * round / Rounds);
                // None when it has ended by now.
                if (handle is not null)
                    Pidfd.SendSignal(handle.Fd, SIGKILL);
                Assert.True(runtime.WaitForExit(60_000), "the runtime does not end");
            }
            RequireOrder(bundle, seen);
            TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
            TestBundle.Eventually(() => !bundle.Leftovers().Any(), $"round {round}: nothing is left");
        }
        Assert.True(seen.Count >= 2, $"always the same moment was hit: {string.Join(", ", seen)}");
    }

    [RootTheory]
    [InlineData("create")]
    [InlineData("start")]
    public void An_init_that_is_killed_leaves_a_stopped_container(string verb)
    {
        using var bundle = new TestBundle();
        bundle.Create("sleep", "1000");
        if (verb == "start")
            TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        using FileHandle init = Pidfd.Open(bundle.Pid)!;
        Pidfd.SendSignal(init.Fd, SIGKILL);
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        Assert.Equal(1, bundle.Invoke("start", bundle.Id).Code);
        Assert.Equal(1, bundle.Invoke("kill", bundle.Id, "KILL").Code);
        TestBundle.Succeed(bundle.Invoke("delete", bundle.Id));
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void A_foreground_run_that_is_killed_leaves_a_running_container()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["/bin/sh", "-c", "echo up; sleep 1000"] };
        bundle.Write();
        using (Process run = bundle.StartProcess("run", "-b", bundle.Bundle, bundle.Id))
        {
            Assert.Equal("up", run.StandardOutput.ReadLine());
            using FileHandle handle = Pidfd.Open(run.Id)!;
            Pidfd.SendSignal(handle.Fd, SIGKILL);
            Assert.True(run.WaitForExit(60_000));
        }
        Assert.Equal("running", bundle.Status);
        Assert.Equal("in\n", bundle.Exec("echo", "in").Output);
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void A_container_ends_with_its_caller_where_that_was_asked_for()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        using Process caller = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "\"$@\" & wait", "sh", TestRepository.Executable,
            "--root", bundle.StateRoot, "run", "--die-with-parent", "-b", bundle.Bundle, bundle.Id]))!;
        TestBundle.Eventually(() => bundle.Invoke("state", bundle.Id) is { Code: 0 } state && state.Output.Contains("running", StringComparison.Ordinal), "running");
        using FileHandle handle = Pidfd.Open(caller.Id)!;
        Pidfd.SendSignal(handle.Fd, SIGKILL);
        TestBundle.Eventually(() => !bundle.Leftovers().Any(), "the container is gone");
    }

    [RootFact]
    public void A_delete_that_is_killed_can_be_finished_by_another()
    {
        using var bundle = new TestBundle();
        for (int round = 0; round < 20; round++)
        {
            bundle.Start("/bin/sh", "-c", "sleep 1000 & sleep 1000 & wait");
            using (Process delete = bundle.StartProcess("delete", "--force", bundle.Id))
            using (FileHandle? handle = Pidfd.Open(delete.Id))
            {
                SpinFor(TimeSpan.FromMilliseconds(round * 0.4));
                // None when it has ended by now.
                if (handle is not null)
                    Pidfd.SendSignal(handle.Fd, SIGKILL);
                Assert.True(delete.WaitForExit(60_000));
            }
            TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
            TestBundle.Eventually(() => !bundle.Leftovers().Any(), $"round {round}: nothing is left");
        }
    }

    [RootFact]
    public void State_that_is_damaged_is_listed_and_can_be_removed()
    {
        using var bundle = new TestBundle();
        foreach (string damage in new[] { "", "{", "\0\0\0\0", "{\"id\":7}", "[]" })
        {
            bundle.Start("sleep", "1000");
            using FileHandle init = Pidfd.Open(bundle.Pid)!;
            File.WriteAllText(Path.Combine(bundle.StateDirectory, "state.json"), damage);
            RequireOrder(bundle, []);
            TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
            Assert.True(Pidfd.WaitForEnd(init.Fd, 60_000), "the container has ended with its state");
            TestBundle.Eventually(() => !bundle.Leftovers().Any(), "nothing is left");
        }
    }

    [RootFact]
    public void A_cgroup_that_is_in_use_is_left_to_its_owner()
    {
        using var first = new TestBundle();
        using var second = new TestBundle();
        first.Start("sleep", "1000");
        second.Linux = second.Linux with { CgroupsPath = $"/pscontainer-{first.Id}" };
        Outcome outcome = second.Refuse();
        Assert.Contains("is in use", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("running", first.Status);
    }

    [RootFact]
    public void A_pid_file_that_cannot_be_written_costs_the_container()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        Outcome outcome = bundle.Invoke("create", "--pid-file", "/no/such/directory/pid", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("'/no/such/directory/pid'", outcome.Error, StringComparison.Ordinal);
        TestBundle.Eventually(() => !bundle.Leftovers().Any(), "nothing is left");
    }

    [RootFact]
    public void Two_starts_of_one_id_at_once_make_one_container()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        Process[] all = [.. Enumerable.Range(0, 8).Select(_ => bundle.StartProcess("create", "-b", bundle.Bundle, bundle.Id))];
        Assert.All(all, process => Assert.True(process.WaitForExit(60_000)));
        Assert.Single(all, process => process.ExitCode == 0);
        Assert.Equal("created", bundle.Status);
        foreach (Process process in all)
            process.Dispose();
    }

    private static void RequireOrder(TestBundle bundle, Dictionary<string, int> seen)
    {
        Outcome list = bundle.Invoke("list", "--format", "json");
        Assert.True(list.Code == 0, list.Error);
        JsonElement[] containers = [.. JsonDocument.Parse(list.Output).RootElement.EnumerateArray()];
        string word = "none";
        if (containers.Length > 0)
        {
            word = containers[0].GetProperty("status").GetString()!;
            Assert.Equal(bundle.Id, Assert.Single(containers).GetProperty("id").GetString());
            Assert.Equal(0, bundle.Invoke("state", bundle.Id).Code);
        }
        seen[word] = seen.GetValueOrDefault(word) + 1;
    }

    // How long this machine takes, from posix_spawn to the end: emulated ones are slower by far.
    private static TimeSpan TimeOfAStart(TestBundle bundle)
    {
        var watch = Stopwatch.StartNew();
        TestBundle.Succeed(bundle.InvokeDetached("create", "-b", bundle.Bundle, bundle.Id));
        watch.Stop();
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        return watch.Elapsed;
    }

    private static void SpinFor(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
            Thread.SpinWait(20);
    }
}
