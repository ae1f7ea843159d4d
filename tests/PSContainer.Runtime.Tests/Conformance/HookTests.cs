using PSContainer.Kernel;
using PSContainer.Runtime.Tests.Containers;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Conformance;

/// <summary>config.md "POSIX-platform Hooks": when, where and with what hooks run.</summary>
public sealed class HookTests
{
    [RootFact]
    public void Hooks_run_in_the_order_of_the_lifecycle_and_of_the_list()
    {
        using var bundle = NotingBundle();
        bundle.Create("sleep", "1000");
        Assert.Equal(["prestart1", "prestart2", "createRuntime1", "createRuntime2", "createContainer1", "createContainer2"], TestHooks.Names(bundle));
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        Assert.Equal(["poststart1", "poststart2"], TestHooks.Names(bundle)[6..]);
        TestBundle.Succeed(bundle.Invoke("kill", bundle.Id, "KILL"));
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        Assert.Equal(8, TestHooks.Names(bundle).Length);
        TestBundle.Succeed(bundle.Invoke("delete", bundle.Id));
        Assert.Equal(["poststop1", "poststop2"], TestHooks.Names(bundle)[8..]);
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void Each_hook_gets_the_state_of_its_moment_on_standard_input()
    {
        using var bundle = NotingBundle();
        bundle.Annotate("com.example.key", "a \"value\"");
        bundle.Create("sleep", "1000");
        int pid = bundle.Pid;
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        foreach (HookLine note in TestHooks.Notes(bundle))
        {
            Assert.Equal(bundle.Id, note.State.GetProperty("id").GetString());
            Assert.Equal(bundle.Bundle, note.State.GetProperty("bundle").GetString());
            Assert.Equal(bundle.Spec.OciVersion, note.State.GetProperty("ociVersion").GetString());
            Assert.Equal("a \"value\"", note.State.GetProperty("annotations").GetProperty("com.example.key").GetString());
            (string status, int seen) = note.Name[..^1] switch
            {
                "createContainer" => ("created", 1),
                "poststart" => ("running", pid),
                "poststop" => ("stopped", 0),
                _ => ("created", pid),
            };
            Assert.Equal((note.Name, status, seen), (note.Name, note.Status, note.StatePid));
        }
    }

    [RootFact]
    public void Hooks_run_in_the_runtimes_namespaces_and_createContainer_in_the_containers()
    {
        using var bundle = NotingBundle();
        bundle.Create("sleep", "1000");
        (string mount, string pid) = (bundle.NamespaceOf("mnt"), bundle.NamespaceOf("pid"));
        (string hostMount, string hostPid) = (bundle.NamespaceOf("mnt", "self"), bundle.NamespaceOf("pid", "self"));
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.All(TestHooks.Notes(bundle), note => Assert.Equal(
            note.Name.StartsWith("createContainer", StringComparison.Ordinal) ? (note.Name, mount, pid) : (note.Name, hostMount, hostPid),
            (note.Name, note.Mount, note.Pid)));
    }

    [RootFact]
    public void StartContainer_runs_in_the_container_as_the_containers_user_before_its_command()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Process = bundle.Process with { User = new UserSpec { Uid = 1234, Gid = 5678 }, NoNewPrivileges = true };
        bundle.AddMount("/out", "tmpfs", "tmpfs", "mode=1777");
        bundle.Spec = bundle.Spec with
        {
            Hooks = TestHooks.At("startContainer", new HookSpec
            {
                Path = "/bin/sh",
                Args = ["sh", "-c", "cat >/out/state; id -u >/out/id; grep -E 'Seccomp:|NoNewPrivs:|CapEff:' /proc/self/status >/out/status; pwd >/out/pwd"],
            }),
        };
        Outcome outcome = bundle.RunShell("cat /out/state /out/id /out/pwd /out/status");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("\"status\":\"created\"", outcome.Lines[0], StringComparison.Ordinal);
        Assert.Contains("\"pid\":1}", outcome.Lines[0], StringComparison.Ordinal);
        Assert.Equal(["1234", "/"], outcome.Lines[1..3]);
        Assert.Equal(["0000000000000000", "1", "2"], outcome.Lines[3..].Select(line => line.Split('\t')[1]));
    }

    [RootFact]
    public void StartContainer_waits_for_start()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Spec = bundle.Spec with { Hooks = TestHooks.At("startContainer", new HookSpec { Path = "/bin/touch", Args = ["touch", "/hook"] }) };
        bundle.Create("/bin/sh", "-c", "test -e /hook && touch /after; sleep 1000");
        Assert.False(File.Exists(Path.Combine(bundle.Rootfs, "hook")));
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        Assert.True(File.Exists(Path.Combine(bundle.Rootfs, "hook")));
        TestBundle.Eventually(() => File.Exists(Path.Combine(bundle.Rootfs, "after")), "the command ran after the hook");
    }

    [RootTheory]
    [Trait("Attack", "B-44")]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    [InlineData("poststart")]
    [InlineData("poststop")]
    public void A_hook_has_its_own_arguments_and_environment_and_nothing_of_the_containers(string point)
    {
        using var bundle = new TestBundle();
        string log = TestHooks.LogOf(bundle);
        bundle.Process = bundle.Process with { Env = ["SECRET=of the container", "PATH=/bin"] };
        bundle.Spec = bundle.Spec with
        {
            Hooks = TestHooks.At(point,
                new HookSpec { Path = "/bin/sh", Args = ["my name", "-c", $"tr '\\0' '\\n' </proc/self/environ >{log}; echo \"$0\" >>{log}"], Env = ["A=1", "B=x y"] }),
        };
        Assert.Equal(0, bundle.RunCommand("/bin/true").Code);
        Assert.Equal(["A=1", "B=x y", "my name"], File.ReadLines(log));
    }

    [RootTheory]
    [InlineData("createRuntime", "of the runtime")]
    [InlineData("createContainer", "of the runtime")]
    [InlineData("startContainer", "of the container")]
    [InlineData("poststart", "of the runtime")]
    [InlineData("poststop", "of the runtime")]
    public void A_hook_without_an_environment_has_that_of_who_runs_it(string point, string expected)
    {
        using var bundle = new TestBundle(ownRoot: true);
        string log = bundle.MakeDirectory("log");
        bundle.AddMount(log, "bind", log, "bind");
        bundle.Process = bundle.Process with { Args = ["/bin/true"], Env = ["WHOSE=of the container", "PATH=/bin"] };
        bundle.Spec = bundle.Spec with { Hooks = TestHooks.At(point, TestHooks.Shell($"echo \"$WHOSE\" >{log}/whose")) };
        bundle.Write();
        TestBundle.Succeed(HostCommand.Try("env", "WHOSE=of the runtime", PSContainer.Tests.TestRepository.Executable,
            "--root", bundle.StateRoot, "run", "-b", bundle.Bundle, bundle.Id));
        Assert.Equal([expected], File.ReadLines(Path.Combine(log, "whose")));
    }

    [RootFact]
    public void CreateContainer_begins_in_the_containers_root_with_everything_mounted()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string log = TestHooks.LogOf(bundle);
        bundle.Process = bundle.Process with { Args = ["/bin/true"] };
        bundle.Spec = bundle.Spec with { Hooks = TestHooks.At("createContainer", TestHooks.Shell($"pwd >{log}; readlink proc/self/ns/pid >>{log}")) };
        Assert.Equal(0, bundle.RunCommand("/bin/true").Code);
        string[] lines = File.ReadAllLines(log);
        Assert.Equal(bundle.Rootfs, lines[0]);
        Assert.StartsWith("pid:", lines[1], StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    [InlineData("poststart")]
    public void A_hook_gets_no_descriptor_but_the_standard_ones(string point)
    {
        using var bundle = new TestBundle();
        string log = TestHooks.LogOf(bundle);
        bundle.Process = bundle.Process with { Args = ["/bin/true"] };
        // The listing itself holds one more.
        bundle.Spec = bundle.Spec with { Hooks = TestHooks.At(point, TestHooks.Shell($"ls /proc/self/fd >{log}")) };
        bundle.Write();
        TestBundle.Succeed(HostCommand.Try("/bin/sh", "-c", $"exec 7</dev/null; exec {PSContainer.Tests.TestRepository.Executable} --root {bundle.StateRoot} run -b {bundle.Bundle} {bundle.Id}"));
        Assert.Equal(["0", "1", "2", "3"], File.ReadLines(log));
    }

    [RootFact]
    public void A_hook_of_createContainer_can_add_to_what_the_container_sees()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = bundle.MakeDirectory("source");
        File.WriteAllText(Path.Combine(source, "file"), "by the hook");
        Directory.CreateDirectory(Path.Combine(bundle.Rootfs, "mnt"));
        bundle.Spec = bundle.Spec with
        {
            Root = bundle.Spec.Root! with { Readonly = true },
            Hooks = TestHooks.At("createContainer", TestHooks.Shell($"mount --bind {source} {bundle.Rootfs}/mnt")),
        };
        Assert.Equal("by the hook", bundle.RunShell("cat /mnt/file").Output);
        Assert.DoesNotContain(MountLine.Read("/proc/self/mountinfo"), line => line.Point.StartsWith(bundle.Rootfs, StringComparison.Ordinal));
    }

    [RootFact]
    public void A_hook_that_does_not_read_a_large_state_does_not_block()
    {
        using var bundle = new TestBundle();
        bundle.Annotate("com.example.large", new string('x', 300_000));
        HookSpec[] idle = [new() { Path = "/bin/true" }];
        bundle.Spec = bundle.Spec with { Hooks = new HooksSpec { CreateRuntime = idle, CreateContainer = idle, StartContainer = idle, Poststart = idle, Poststop = idle } };
        Assert.Equal(0, bundle.RunCommand("/bin/true").Code);
    }

    [RootFact]
    public void A_daemon_of_a_hook_holds_nobody_up()
    {
        using var bundle = new TestBundle();
        string pidFile = Path.Combine(bundle.Bundle, "daemon");
        bundle.Spec = bundle.Spec with { Hooks = TestHooks.At("createRuntime", TestHooks.Shell($"sleep 1000 & echo $! >{pidFile}")) };
        Assert.Equal(0, bundle.RunCommand("/bin/true").Code);
        using var daemon = PSContainer.Kernel.Pidfd.Open(int.Parse(File.ReadAllText(pidFile), System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(PSContainer.Kernel.Pidfd.SendSignal(daemon!.Fd, 9));
    }

    [RootFact]
    public void Hooks_of_later_commands_are_those_of_create()
    {
        using var bundle = NotingBundle();
        bundle.Create("sleep", "1000");
        bundle.Spec = bundle.Spec with { Hooks = null };
        bundle.Write();
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.Equal(["poststart1", "poststart2", "poststop1", "poststop2"], TestHooks.Names(bundle)[6..]);
    }

    [RootFact]
    public void In_a_user_namespace_hooks_run_too()
    {
        using var bundle = NotingBundle(ownRoot: true);
        bundle.AddUserNamespace();
        File.SetUnixFileMode(bundle.Bundle, (UnixFileMode)0b111_111_111);
        File.WriteAllText(TestHooks.LogOf(bundle), "");
        File.SetUnixFileMode(TestHooks.LogOf(bundle), (UnixFileMode)0b110_110_110);
        Assert.Equal(0, bundle.RunCommand("/bin/true").Code);
        Assert.Equal(10, TestHooks.Names(bundle).Length);
    }

    private static TestBundle NotingBundle(bool ownRoot = false)
    {
        var bundle = new TestBundle(ownRoot);
        HookSpec[] Two(string name) => [TestHooks.Note(bundle, $"{name}1"), TestHooks.Note(bundle, $"{name}2")];
        bundle.Spec = bundle.Spec with
        {
            Hooks = new HooksSpec
            {
                Prestart = Two("prestart"),
                CreateRuntime = Two("createRuntime"),
                CreateContainer = Two("createContainer"),
                Poststart = Two("poststart"),
                Poststop = Two("poststop"),
            },
        };
        return bundle;
    }
}
