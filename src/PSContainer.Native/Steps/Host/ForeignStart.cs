using System.Globalization;
using System.Text;
using System.Text.Json;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Proc;
using PSContainer.Programs;
using PSContainer.Runtimes;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Steps.Host;

/// <summary>Starts that another OCI runtime carries out: a container, or a process in one.</summary>
/// <remarks>
/// What it starts becomes this process's child, since this process takes orphans: its end is waited for, signalled and
/// reported as if it were our own.
/// </remarks>
internal static class ForeignStart
{
    private const string PidFile = "foreign.pid", ConsoleSocket = "foreign.sock", BundleDirectory = "bundle", Root = "rootfs";

    /// <summary>Makes a container. The caller has claimed its state and keeps its lock.</summary>
    /// <param name="store">Where it is kept.</param>
    /// <param name="runtime">Who carries it out.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="state">What is known of it so far.</param>
    /// <returns>The first process, whose descriptor the caller owns.</returns>
    /// <exception cref="ContainerException">It failed, and the runtime has forgotten the container.</exception>
    public static InitProcess Create(StateStore store, OciRuntime runtime, StartRequest request, ContainerState state)
    {
        string id = request.Id, bundle = store.FileOf(id, BundleDirectory);
        runtime.Require(request.Spec);
        using MountNamespace? overlays = PortableSpec.HasOverlay(request.Spec) ? MountNamespace.Enter() : null;
        try
        {
            Directory.CreateDirectory(bundle);
            string root = overlays is null
                ? RootfsCheck.PathOf(request.Spec, request.Bundle)
                : MountOverlay(request.Spec, store.FileOf(id, Root));
            ContainerSpec spec = PortableSpec.Make(request.Spec, root, runtime.OwnExecutable);
            LinuxSpec linux = spec.Linux!;
            spec = spec with { Linux = linux with { CgroupsPath = CgroupOf(linux, id) } };
            AtomicFile.Write(Path.Combine(bundle, "config.json"), JsonSerializer.SerializeToUtf8Bytes(spec, SpecJson.Default.ContainerSpec));
            InitProcess init = Run(store, runtime, spec.Process?.Terminal == true ? request.TerminalReceiver : null, request.Streams, id,
                ["create", "--bundle", bundle, .. Options(request)]);
            try
            {
                Note(store, request, state, init);
                if (!request.Parks)
                    runtime.Start();
                return init;
            }
            catch
            {
                init.Dispose();
                throw;
            }
        }
        catch
        {
            runtime.Delete();
            throw;
        }
    }

    // A user to whom none is delegated has no cgroup, and the other runtime must not be told to make one.
    private static string? CgroupOf(LinuxSpec linux, string id)
    {
        string path = string.IsNullOrEmpty(linux.CgroupsPath) ? CgroupPath.Default(id) : linux.CgroupsPath;
        return Files.geteuid() == 0 || CgroupPlan.Make(CgroupHost.Current, path, linux.Resources).Places.Count > 0 ? path : null;
    }

    /// <summary>Starts a process in a container.</summary>
    /// <returns>The process, whose descriptor the caller owns.</returns>
    /// <exception cref="ContainerException">It failed; no process is left.</exception>
    public static InitProcess Execute(StateStore store, OciRuntime runtime, ExecRequest request)
    {
        string file = store.FileOf(request.Id, $"foreign-process-{Environment.ProcessId}.json");
        AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(request.Process, SpecJson.Default.ProcessSpec));
        try
        {
            string[] preserved = request.PreservedFds > 0 ? ["--preserve-fds", Number(request.PreservedFds)] : [];
            InitProcess process = Run(store, runtime, request.Process.Terminal ? request.TerminalReceiver : null, request.Streams, request.Id,
                ["exec", "--detach", "--process", file, .. preserved]);
            if (request.PidFile is { } pidFile)
                AtomicFile.Write(pidFile, Encoding.ASCII.GetBytes(Number(process.Pid)));
            return process;
        }
        finally
        {
            Files.unlinkat(Files.AT_FDCWD, file);
        }
    }

    private static InitProcess Run(
        StateStore store, OciRuntime runtime, Action<int>? terminal, CallerStreams? streams, string id, IReadOnlyList<string> arguments)
    {
        string unique = Number(Environment.ProcessId), pidFile = store.FileOf(id, $"{unique}.{PidFile}");
        string socketPath = store.FileOf(id, $"{unique}.{ConsoleSocket}");
        // Orphans become ours: the runtime ends as soon as the process is there.
        Syscall.Check(Syscall.Call(SyscallNumber.prctl, Prctl.SetChildSubreaper, 1), "prctl");
        using FileHandle? listener = terminal is null ? null : UnixListener.Open(socketPath);
        try
        {
            string[] console = terminal is null ? [] : ["--console-socket", socketPath];
            using (streams?.Lend())
                runtime.Run([.. arguments, "--pid-file", pidFile, .. console, id]);
            int pid = int.Parse(AtomicFile.Read(pidFile) is { } text ? Encoding.ASCII.GetString(text).Trim() : "", CultureInfo.InvariantCulture);
            FileHandle held = Pidfd.Open(pid)
                ?? throw new ContainerStartException("The container's process ended before it could be looked after.");
            var process = new InitProcess(pid, held.Release());
            if (listener is not null)
                terminal!(ReceiveTerminal(listener));
            return process;
        }
        catch (FormatException)
        {
            throw new ContainerStartException($"{Path.GetFileName(runtime.Path)} did not say which process it started.") { Target = runtime.Path };
        }
        finally
        {
            Files.unlinkat(Files.AT_FDCWD, pidFile);
            Files.unlinkat(Files.AT_FDCWD, socketPath);
        }
    }

    private static int ReceiveTerminal(FileHandle listener)
    {
        const int Patience = 10_000;
        using FileHandle? sender = UnixListener.Accept(listener.Fd, Patience);
        int master = -1;
        if (sender is null || UnixSocket.Receive(sender.Fd, out master) < 0 || master < 0)
            throw new ContainerStartException("The runtime did not hand the terminal over.", "Start it without -Tty.");
        return master;
    }

    private static IEnumerable<string> Options(StartRequest request)
    {
        if (request.PreservedFds > 0)
            yield return $"--preserve-fds={Number(request.PreservedFds)}";
        if (request.NoPivot)
            yield return "--no-pivot";
        if (request.NoNewKeyring)
            yield return "--no-new-keyring";
    }

    private static void Note(StateStore store, StartRequest request, ContainerState state, InitProcess init)
    {
        IReadOnlyList<string> cgroups = CgroupsOf(init.Pid);
        if (ProcessStat.StartTimeOf(init.Pid) is not { } startTime)
            throw new ContainerStartException("The container's process ended before it could be looked after.");
        if (request.Parks)
            AtomicFile.Write(store.FileOf(request.Id, StartPlace.Name), []);
        if (request.IsWatched && OomFile.PathOf(CgroupHost.Current, cgroups) is { } oomFile)
            AtomicFile.Write(store.FileOf(request.Id, "oom-file"), Encoding.UTF8.GetBytes(oomFile));
        using (PendingFile file = store.Prepare(state with { Pid = init.Pid, PidStartTime = startTime, Cgroups = cgroups }))
            file.Commit();
        store.ForgetCreating(request.Id);
        if (request.PidFile is { } pidFile)
            AtomicFile.Write(pidFile, Encoding.ASCII.GetBytes(Number(init.Pid)));
    }

    // Where the runtime put it; where it is still in our own cgroup it has none there.
    private static List<string> CgroupsOf(int pid)
    {
        var directories = new List<string>();
        foreach (OwnCgroup cgroup in CgroupHostParser.ParseOwn(SmallFile.Read($"/proc/{pid}/cgroup") ?? ""))
        {
            CgroupHierarchy? hierarchy = cgroup.Controllers.Length == 0
                ? CgroupHost.Current.Unified
                : CgroupHost.Current.Find(cgroup.Controllers[0]);
            if (hierarchy is null || cgroup.Path == "/" || cgroup.Path == hierarchy.OwnPath)
                continue;
            directories.Add((hierarchy with { OwnPath = cgroup.Path }).OwnDirectory);
        }
        return directories;
    }

    /// <summary>
    /// Puts an overlay root together in a mount namespace of this process's own: the container's mount namespace is a copy of
    /// it, and when both are gone so is the overlay. The host never sees it.
    /// </summary>
    private static string MountOverlay(ContainerSpec spec, string place)
    {
        // The directory of that name is on the host too: runc goes there before it enters a container again.
        Directory.CreateDirectory(Path.Combine(place, "root"));
        MountNamespace.Mount("tmpfs", place, "tmpfs", 0, "mode=0700");
        string upper = Path.Combine(place, "upper"), work = Path.Combine(place, "work"), root = Path.Combine(place, "root");
        Array.ForEach([upper, work, root], path => Directory.CreateDirectory(path));
        MountNamespace.Mount("overlay", root, "overlay", 0, MountPlan.OverlayData(spec, upper, work, inUserNamespace: false));
        return root;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
