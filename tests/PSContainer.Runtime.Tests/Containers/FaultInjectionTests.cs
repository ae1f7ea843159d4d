using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>Each step of a start made to fail: an error that names the call, and nothing left of the container.</summary>
[Trait("Category", "Container")]
public sealed class FaultInjectionTests
{
    [RootCommandTheory("strace")]
    [InlineData("socketpair")]
    [InlineData("mknodat")]
    [InlineData("renameat2")]
    [InlineData("clone3")]
    [InlineData("mount")]
    [InlineData("open_tree")]
    [InlineData("fsopen")]
    [InlineData("fsconfig")]
    [InlineData("fsmount")]
    [InlineData("move_mount")]
    [InlineData("mount_setattr")]
    [InlineData("symlinkat")]
    [InlineData("sethostname")]
    [InlineData("pivot_root")]
    [InlineData("umount2")]
    [InlineData("unshare")]
    [InlineData("setsid")]
    [InlineData("keyctl")]
    [InlineData("setgroups")]
    [InlineData("setresgid")]
    [InlineData("setresuid")]
    [InlineData("capset")]
    [InlineData("seccomp")]
    public void A_call_that_fails_undoes_the_start(string call)
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["true"] };
        bundle.Write();
        string trace = Path.Combine(bundle.Bundle, "trace");
        string[] start = [TestRepository.Executable, "--root", bundle.StateRoot, "run", "-b", bundle.Bundle, bundle.Id];
        TestBundle.Succeed(Detached(bundle, ["strace", "-f", "-qq", "-o", trace, "-e", $"trace={call}", .. start]));
        int last = LastOfProcess(trace, call);
        Assert.True(last > 0, $"{call} is never made");
        string inject = $"inject={call}:error=EIO:when={last}+";
        Outcome outcome = Detached(bundle, ["strace", "-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", inject, .. start]);
        Assert.True(outcome.Code == 1, $"exit code {outcome.Code}: {outcome.Error}");
        Assert.Contains("EIO", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("recommendation=\"", outcome.Error, StringComparison.Ordinal);
        TestBundle.Eventually(() => !bundle.Leftovers().Any(), "nothing is left");
        Assert.Equal("", bundle.Invoke("list", "-q").Output);
    }

    [RootFact]
    public void A_state_directory_that_is_full_undoes_the_start_wherever_it_fills()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        string state = bundle.MakeDirectory("state");
        int failures = 0;
        for (int files = 2; files <= 16; files++)
        {
            using var small = new HostMount(state);
            HostCommand.Run("mount", "-o", $"remount,nr_inodes={files}", state);
            failures += CreateOrUndo(bundle, bundle.InvokeDetached("create", "-b", bundle.Bundle, bundle.Id));
        }
        Assert.InRange(failures, 4, 14);
    }

    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void Too_few_descriptors_undo_the_start_wherever_they_end()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        int failures = 0;
        for (int limit = 6; limit <= 40; limit++)
        {
            Outcome outcome = Detached(bundle, ["/bin/sh", "-c", $"ulimit -n {limit}; exec \"$@\"", "sh",
                TestRepository.Executable, "--root", bundle.StateRoot, "create", "-b", bundle.Bundle, bundle.Id]);
            failures += CreateOrUndo(bundle, outcome);
        }
        Assert.InRange(failures, 3, 34);
    }

    [RootFact]
    public void A_disk_that_is_full_undoes_the_start_wherever_it_fills()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        string state = bundle.MakeDirectory("state");
        int failures = 0;
        for (int pages = 1; pages <= 8; pages++)
        {
            using var small = new HostMount(state);
            HostCommand.Run("mount", "-o", $"remount,size={pages * 4}k", state);
            failures += CreateOrUndo(bundle, bundle.InvokeDetached("create", "-b", bundle.Bundle, bundle.Id));
        }
        Assert.InRange(failures, 1, 7);
    }

    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void Too_few_processes_undo_the_start_wherever_they_end()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        string place = Directory.Exists("/sys/fs/cgroup/pids") ? "/sys/fs/cgroup/pids" : "/sys/fs/cgroup";
        string cgroup = $"{place}/psc-test-{Guid.NewGuid():N}";
        Directory.CreateDirectory(cgroup);
        int failures = 0;
        try
        {
            for (int limit = 1; limit <= 6; limit++)
            {
                File.WriteAllText($"{cgroup}/pids.max", $"{limit}");
                Outcome outcome = Detached(bundle, ["/bin/sh", "-c", $"echo $$ >{cgroup}/cgroup.procs; exec \"$@\"", "sh",
                    TestRepository.Executable, "--root", bundle.StateRoot, "create", "-b", bundle.Bundle, bundle.Id]);
                failures += CreateOrUndo(bundle, outcome);
            }
        }
        finally
        {
            TestBundle.Eventually(() => HostCommand.Try("rmdir", cgroup).Code == 0, "the cgroup is empty");
        }
        Assert.InRange(failures, 1, 5);
    }

    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void A_memory_limit_that_is_too_small_to_start_says_so()
    {
        using var bundle = new TestBundle();
        bundle.SetResources(resources => resources with { Memory = new MemoryResources { Limit = 64 << 10, Swap = 64 << 10 } });
        bundle.Process = bundle.Process with { Args = ["true"] };
        Outcome outcome = bundle.Refuse();
        Assert.Contains("memory", outcome.Error, StringComparison.OrdinalIgnoreCase);
    }

    private static int CreateOrUndo(TestBundle bundle, Outcome outcome)
    {
        if (outcome.Code == 0)
        {
            TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
            return 0;
        }
        Assert.NotEqual("", outcome.Error);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        TestBundle.Eventually(() => !bundle.Leftovers().Any(), $"nothing is left after: {outcome.Error}");
        return 1;
    }

    // strace counts the calls of each process for itself. The first may be the .NET runtime's own, and so may those of the
    // command: what is tested is the last of the process that makes most.
    private static int LastOfProcess(string trace, string call) => File.ReadLines(trace)
        .Where(line => line.Contains($" {call}(", StringComparison.Ordinal))
        .GroupBy(line => line.Split(' ')[0]).Select(calls => calls.Count()).DefaultIfEmpty(0).Max();

    private static Outcome Detached(TestBundle bundle, string[] command)
    {
        string output = Path.Combine(bundle.Bundle, "output"), error = Path.Combine(bundle.Bundle, "error");
        Outcome outcome = HostCommand.Try(["/bin/sh", "-c", "out=$1 err=$2; shift 2; exec \"$@\" </dev/null >\"$out\" 2>\"$err\"", "sh", output, error, .. command]);
        return outcome with { Output = File.ReadAllText(output), Error = File.ReadAllText(error) };
    }
}
