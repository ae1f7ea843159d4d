using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Programs;
using PSContainer.Runtime.Tests.Conformance;
using PSContainer.State;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>
/// Whatever the runtime waits for on the host, the wait can be ended: a hook, newuidmap, criu, systemd, a lock. What it started and
/// waits for ends with it, also when it is killed.
/// </summary>
[Trait("Category", "Container")]
public sealed class WayOutTests
{
    private const int SIGHUP = 1, SIGINT = 2, SIGKILL = 9, SIGTERM = 15;

    /// <summary>By the pipe of <c>--cancel</c>, which is how Ctrl+C and -Timeout of a cmdlet end it.</summary>
    private const int Cancel = 0;

    [RootTheory]
    [InlineData("create", "prestart")]
    [InlineData("create", "createRuntime")]
    [InlineData("create", "createContainer")]
    [InlineData("run", "createContainer")]
    [InlineData("run", "poststart")]
    [InlineData("delete", "poststop")]
    public void A_hook_ends_with_a_runtime_that_is_killed_and_what_it_left_behind_does_not(string verb, string point)
    {
        using var bundle = new TestBundle();
        string note = Path.Combine(bundle.Bundle, "begun"), daemon = Path.Combine(bundle.Bundle, "daemon");
        // With the host's pid namespace: no other's end takes the hook along.
        bundle.SetNamespaces([.. bundle.Linux.Namespaces!.Where(item => item.Type != "pid")]);
        bundle.Spec = bundle.Spec with
        {
            Hooks = TestHooks.At(point, TestHooks.Shell($"sleep 1001 & echo $! >'{daemon}'; echo $$ >'{note}'; exec sleep 1000")),
        };
        if (verb == "delete")
        {
            bundle.Start("sleep", "1000");
            TestBundle.Succeed(bundle.Invoke("kill", bundle.Id, "KILL"));
            TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        }
        else
        {
            bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
            bundle.Write();
        }
        string[] place = verb == "delete" ? [] : ["-b", bundle.Bundle];
        using Process runtime = bundle.StartProcess([verb, .. place, bundle.Id]);
        TestBundle.Eventually(() => File.Exists(note) && File.ReadAllText(note).EndsWith('\n'), "the hook hangs");
        (int hook, int left) = (ReadPid(note), ReadPid(daemon));
        Assert.True(IsAlive(hook));
        Send(runtime.Id, SIGKILL);
        TestBundle.Eventually(() => !IsAlive(hook), "the hook ends");
        Assert.True(IsAlive(left));
        Send(left, SIGKILL);
    }

    [RootTheory]
    [Trait("Kernel", "cgroup2")]
    [InlineData("create")]
    [InlineData("run")]
    public void A_start_is_undone_when_its_monitor_is_killed(string verb)
    {
        using var bundle = new TestBundle { IsOwnBundle = true };
        string place = bundle.MakeDirectory("notes"), note = Path.Combine(place, "begun");
        bundle.Spec = bundle.Spec with
        {
            Hooks = TestHooks.At("createRuntime", TestHooks.Shell($"echo $$ >'{note}'; exec sleep 1000")),
        };
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        string[] words = verb == "run" ? ["run", "--detach"] : ["create"];
        Task<int> start = Task.Run(() => MonitorSpawn.Start(new MonitorRequest
        {
            Executable = TestRepository.Executable, StateDirectory = bundle.StateDirectory,
            RuntimeArguments =
            [
                "--root", bundle.StateRoot, .. words, "--bundle", bundle.Bundle,
                "--pid-file", Path.Combine(bundle.StateDirectory, "init.pid"), bundle.Id,
            ],
        }));
        TestBundle.Eventually(() => File.Exists(note) && File.ReadAllText(note).EndsWith('\n'), "the hook hangs");
        int hook = ReadPid(note);
        using (FileHandle monitor = MonitorState.Open(bundle.StateDirectory)!)
            Pidfd.SendSignal(monitor.Fd, SIGKILL);
        Assert.ThrowsAny<ContainerException>(() => start.GetAwaiter().GetResult());
        TestBundle.Eventually(() => !IsAlive(hook), "the hook ends");
        // What the module itself has put there is the module's.
        TestBundle.Eventually(
            () => !bundle.Leftovers().Any(one => one != bundle.StateDirectory), () => string.Join(", ", bundle.Leftovers()));
        Assert.False(File.Exists(Path.Combine(bundle.StateDirectory, "creating.json")));
    }

    [RootCommandTheory("useradd", "setpriv", "newuidmap", "unshare")]
    [InlineData(SIGTERM)]
    [InlineData(SIGINT)]
    [InlineData(SIGKILL)]
    [InlineData(Cancel)]
    public void A_newuidmap_that_hangs_ends_with_the_start(int way)
    {
        using var user = new TestUser();
        (string[] words, string id) = user.Bundle("sleep 1000");
        // pause(2), for ever; with the set-user-ID bit, by which the kernel forgets what ends it with its parent.
        string helper = $"{user.Home}/helper";
        SyscallProgram.Write(helper, SyscallProgram.ThisMachine, SyscallNumber.ppoll);
        HostCommand.Run("chown", "root:root", helper);
        HostCommand.Run("chmod", "4755", helper);
        user.Before = ["unshare", "--mount", "/bin/sh", "-c", $"mount --bind {helper} /usr/bin/newuidmap && exec \"$@\"", "sh"];
        string[] options = way == Cancel ? ["--cancel", $"{user.Home}/cancel"] : [];
        if (way == Cancel)
            HostCommand.Run("mkfifo", "-m", "666", $"{user.Home}/cancel");
        using FileStream? fifo = way == Cancel ? new($"{user.Home}/cancel", FileMode.Open, FileAccess.ReadWrite) : null;
        using Process start = user.StartProcess(["run", .. options, .. words]);
        int hung = 0;
        TestBundle.Eventually(
            () => (hung = Children(start.Id).FirstOrDefault(pid => NameOf(pid) == "newuidmap")) != 0, "newuidmap hangs");
        int[] all = Children(start.Id);
        Assert.Equal("0", TestBundle.Field(File.ReadLines($"/proc/{hung}/status"), "Uid").Split('\t')[1]);
        if (fifo is not null)
        {
            fifo.WriteByte(1);
            fifo.Flush();
        }
        else
        {
            Send(start.Id, way);
        }
        Assert.True(start.WaitForExit(60_000), "the start cannot be ended");
        Assert.Equal(128 + (way == Cancel ? SIGKILL : way), start.ExitCode);
        foreach (int pid in all)
            TestBundle.Eventually(() => !IsAlive(pid), $"{pid} ends");
        if (way == SIGKILL)
            TestBundle.Succeed(user.Invoke("delete", "--force", id));
        Assert.False(Directory.Exists($"{user.Home}/run/pscontainer/{id}"));
    }

    [RootTheory]
    [Trait("Kernel", "cgroup2")]
    [InlineData("start", SIGTERM)]
    [InlineData("start", SIGINT)]
    [InlineData("checkpoint", SIGHUP)]
    [InlineData("update", SIGTERM)]
    [InlineData("delete", SIGTERM)]
    public void A_lock_that_somebody_holds_keeps_nobody(string verb, int signal)
    {
        using var bundle = new TestBundle();
        bundle.Create("sleep", "1000");
        using (FileStream held = HoldLock(bundle))
        {
            string[] options = verb == "update" ? ["--pids-limit", "100"] : [];
            using Process waiting = bundle.StartProcess([verb, .. options, bundle.Id]);
            TestBundle.Eventually(() => HasOpen(waiting.Id, held.Name), "it waits for the lock");
            Send(waiting.Id, signal);
            Assert.True(waiting.WaitForExit(60_000), $"{verb} cannot be ended");
            Assert.Equal(128 + signal, waiting.ExitCode);
        }
        Assert.Equal("created", bundle.Status);
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        Assert.Equal("running", bundle.Status);
    }

    [RootTheory]
    [InlineData("checkpoint", SIGTERM)]
    [InlineData("checkpoint", SIGINT)]
    [InlineData("restore", SIGTERM)]
    public void A_criu_that_hangs_ends_with_who_asked_it(string verb, int signal)
    {
        using var bundle = new TestBundle();
        string place = bundle.MakeDirectory("bin"), note = Path.Combine(place, "begun"), images = bundle.MakeDirectory("images");
        ProgramFile.Write(Path.Combine(place, "criu"), $"#!/bin/sh\necho $$ >'{note}'\nexec sleep 1000\n");
        if (verb == "checkpoint")
        {
            bundle.Start("sleep", "1000");
        }
        else
        {
            bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
            bundle.Write();
            File.WriteAllText(Path.Combine(images, "descriptors.json"), "[\"/dev/null\",\"/dev/null\",\"/dev/null\"]");
        }
        string[] words = verb == "checkpoint" ? [bundle.Id] : ["-b", bundle.Bundle, bundle.Id];
        using Process runtime = StartWith(bundle, $"PATH={place}:/usr/bin:/bin", [verb, "--image-path", images, .. words]);
        TestBundle.Eventually(() => File.Exists(note) && File.ReadAllText(note).EndsWith('\n'), "criu hangs");
        int criu = ReadPid(note);
        Send(runtime.Id, signal);
        Assert.True(runtime.WaitForExit(60_000), $"{verb} cannot be ended");
        Assert.Equal(128 + signal, runtime.ExitCode);
        Assert.False(IsAlive(criu));
        if (verb == "checkpoint")
            Assert.Equal("running", bundle.Status);
        else
        {
            Assert.Empty(bundle.Leftovers());
            // What /dev holds is on a filesystem of the container's own, and none of the root filesystem's.
            Assert.Empty(Directory.GetFileSystemEntries(bundle.Rootfs + "/dev"));
        }
    }

    [RootTheory]
    [Trait("Kernel", "cgroup2")]
    [InlineData(SIGTERM)]
    [InlineData(SIGHUP)]
    [InlineData(Cancel)]
    public void A_bus_that_does_not_answer_keeps_no_start(int way)
    {
        using var bundle = new TestBundle();
        string path = Path.Combine(bundle.MakeDirectory("bus"), "socket");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        bundle.Linux = bundle.Linux with { CgroupsPath = null };
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        using var cancel = new CancelPipe();
        string[] options = way == Cancel ? ["--cancel", cancel.Path] : [];
        string[] words = ["--systemd-cgroup", "run", "-b", bundle.Bundle, .. options, bundle.Id];
        using Process start = StartWith(bundle, $"DBUS_SYSTEM_BUS_ADDRESS=unix:path={path}", words);
        using Socket taken = listener.Accept();
        // What it says first it has said by then, and waits.
        Assert.True(taken.Receive(new byte[64]) > 0);
        if (way == Cancel)
            cancel.Fire();
        else
            Send(start.Id, way);
        Assert.True(start.WaitForExit(20_000), "the start cannot be ended");
        Assert.Equal(128 + (way == Cancel ? SIGKILL : way), start.ExitCode);
        Assert.Empty(bundle.Leftovers());
    }

    private static Process StartWith(TestBundle bundle, string variable, string[] words) => Process.Start(
        new ProcessStartInfo("/usr/bin/env", [variable, TestRepository.Executable, "--root", bundle.StateRoot, .. words])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;

    private static FileStream HoldLock(TestBundle bundle)
    {
        const int Exclusive = 2;
        string path = Path.Combine(bundle.StateDirectory, StateStore.LockFile);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Syscall.Check(Syscall.Call(SyscallNumber.flock, (nint)file.SafeFileHandle.DangerousGetHandle(), Exclusive), "flock");
        return file;
    }

    private static bool HasOpen(int pid, string path)
    {
        try
        {
            return new DirectoryInfo($"/proc/{pid}/fd").EnumerateFileSystemInfos().Any(one => one.LinkTarget == path);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void Send(int pid, int signal)
    {
        using FileHandle handle = Pidfd.Open(pid)!;
        Pidfd.SendSignal(handle.Fd, signal);
    }

    private static int ReadPid(string file) => int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);

    private static bool IsAlive(int pid) => ProcessStat.StartTimeOf(pid) is not null;

    private static string NameOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static int[] Children(int pid)
    {
        try
        {
            return [.. Directory.GetDirectories($"/proc/{pid}/task").SelectMany(static task =>
                File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse)];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
