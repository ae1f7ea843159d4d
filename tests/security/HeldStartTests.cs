using System.Diagnostics;
using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>A container holds up whoever starts or enters it; that can be ended at any time, and nothing is left.</summary>
[Trait("Category", "Container")]
public sealed class HeldStartTests
{
    private const int SIGHUP = 1, SIGINT = 2, SIGTERM = 15;

    [RootFact]
    [Trait("Attack", "C-15")]
    public void A_container_that_stops_what_enters_it_cannot_keep_the_caller()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Start("/bin/sh", "-c", """
            while :; do
              for process in /proc/[0-9]*; do case $process in /proc/1) ;; *) kill -STOP ${process#/proc/};; esac; done
            done 2>/dev/null
            """);
        for (int attempt = 0; attempt < 10; attempt++)
        {
            using var cancel = new CancelPipe();
            using Process exec = bundle.StartProcess("exec", "--die-with-parent", "--cancel", cancel.Path, bundle.Id, "sleep", "1000");
            TestBundle.Eventually(() => exec.HasExited || HasStoppedChild(exec.Id), "it is stopped");
            int[] children = Children(exec.Id);
            cancel.Fire();
            Assert.True(exec.WaitForExit(60_000), "exec cannot be ended");
            Assert.Equal(128 + 9, exec.ExitCode);
            Assert.DoesNotContain(children, pid => ProcessStat.StartTimeOf(pid) is not null);
        }
    }

    [RootTheory]
    [Trait("Attack", "C-15")]
    [InlineData("run", SIGTERM)]
    [InlineData("run", SIGINT)]
    [InlineData("create", SIGTERM)]
    [InlineData("create", SIGHUP)]
    public void A_start_whose_init_is_stopped_can_be_ended(string verb, int signal)
    {
        using var bundle = new TestBundle();
        string note = Path.Combine(bundle.Bundle, "stopped");
        // In the moment in which the init waits for the hooks: whatever shares its pid namespace could do the same.
        bundle.Spec = bundle.Spec with
        {
            Hooks = new()
            {
                CreateRuntime = [new() { Path = "/bin/sh", Args = ["sh", "-c", $"pid=$(sed 's/.*\"pid\": *\\([0-9]*\\).*/\\1/'); kill -STOP $pid; echo $pid >'{note}'"] }],
            },
        };
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        using Process start = bundle.StartProcess(verb, "-b", bundle.Bundle, bundle.Id);
        TestBundle.Eventually(() => File.Exists(note) && File.ReadAllText(note).Length > 1, "the init is stopped");
        int init = int.Parse(File.ReadAllText(note));
        Signal(start, signal);
        Assert.True(start.WaitForExit(60_000), $"{verb} cannot be ended");
        Assert.Equal(128 + signal, start.ExitCode);
        Assert.Null(ProcessStat.StartTimeOf(init));
        Assert.Empty(bundle.Leftovers());
    }

    [RootTheory]
    [Trait("Attack", "C-15")]
    [InlineData("prestart")]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    public void A_start_with_a_hook_that_hangs_can_be_ended(string point)
    {
        using var bundle = new TestBundle();
        string note = Path.Combine(bundle.Bundle, "begun");
        IReadOnlyList<HookSpec> hooks = [new() { Path = "/bin/sh", Args = ["sh", "-c", $"echo $$ >'{note}'; exec sleep 1000"] }];
        bundle.Spec = bundle.Spec with
        {
            Hooks = point switch
            {
                "prestart" => new() { Prestart = hooks },
                "createRuntime" => new() { CreateRuntime = hooks },
                _ => new() { CreateContainer = hooks },
            },
        };
        bundle.Process = bundle.Process with { Args = ["true"] };
        bundle.Write();
        using Process start = bundle.StartProcess("create", "-b", bundle.Bundle, bundle.Id);
        TestBundle.Eventually(() => File.Exists(note) && File.ReadAllText(note).Length > 1, "the hook hangs");
        Signal(start, SIGTERM);
        Assert.True(start.WaitForExit(60_000), "create cannot be ended");
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    [Trait("Attack", "C-15")]
    public void A_program_inside_that_hangs_before_the_command_keeps_no_starter()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("/tmp", "tmpfs", "tmpfs", "rw");
        bundle.Spec = bundle.Spec with
        {
            Hooks = new() { StartContainer = [new() { Path = "/bin/sh", Args = ["sh", "-c", "echo >/tmp/begun; exec sleep 1000"] }] },
        };
        bundle.Create("true");
        int init = bundle.Pid;
        using Process start = bundle.StartProcess("start", bundle.Id);
        TestBundle.Eventually(() => File.Exists($"/proc/{init}/root/tmp/begun"), "the hook hangs");
        Signal(start, SIGTERM);
        Assert.True(start.WaitForExit(60_000), "start cannot be ended");
        Assert.Equal(128 + SIGTERM, start.ExitCode);
        TestBundle.Eventually(() => bundle.Status == "stopped", "the init ended");
        TestBundle.Succeed(bundle.Invoke("delete", bundle.Id));
    }

    [RootTheory]
    [Trait("Attack", "C-15")]
    [InlineData("SCMP_ACT_ERRNO", null)]
    [InlineData("SCMP_ACT_ERRNO", 4u)] // EINTR, which asks to try again
    [InlineData("SCMP_ACT_KILL_PROCESS", null)]
    [InlineData("SCMP_ACT_TRACE", null)]
    public void A_filter_that_refuses_even_the_end_ends(string action, uint? errno)
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with
        {
            Seccomp = new SeccompSpec
            {
                DefaultAction = action,
                DefaultErrnoRet = errno,
                Syscalls = [new SeccompRuleSpec { Names = ["read", "write"], Action = "SCMP_ACT_ALLOW" }],
            },
        };
        Outcome run = bundle.RunCommand("true");
        Assert.NotEqual(0, run.Code);
        Assert.Empty(bundle.Leftovers());
        TestBundle.Succeed(bundle.InvokeDetached("create", "-b", bundle.Bundle, bundle.Id));
        int init = bundle.Pid;
        Outcome start = bundle.Invoke("start", bundle.Id);
        Assert.NotEqual(0, start.Code);
        Assert.Contains("errorId=", start.Error, StringComparison.Ordinal);
        TestBundle.Eventually(() => ProcessStat.StartTimeOf(init) is null, "the init ended");
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
    }

    private static void Signal(Process process, int signal)
    {
        using FileHandle handle = Pidfd.Open(process.Id)!;
        Pidfd.SendSignal(handle.Fd, signal);
    }

    private static int[] Children(int pid)
    {
        try
        {
            return [.. File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static bool HasStoppedChild(int pid) => Children(pid).Any(static child => IsStopped(child));

    private static bool IsStopped(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')')..].StartsWith(") T", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
