using System.Globalization;
using System.Text;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Proc;
using PSContainer.Programs;
using PSContainer.Rooted;
using PSContainer.Spec;
using PSContainer.State;
using PSContainer.Steps.Host;

namespace PSContainer.Runtime.Criu;

/// <summary>
/// The host half of a restore: claims the id, makes the cgroup and a mount of the root, and has criu do the rest.
/// </summary>
/// <remarks>Either the container exists in the end, or nothing of it does.</remarks>
internal sealed unsafe class ContainerRestore(StateStore store, string id, string bundle, ContainerSpec spec, byte[] json)
{
    private const string Log = "restore.log";
    private const int Recursive = 0x4000, Bind = 0x1000, Slave = 0x80000;
    private readonly List<(string Key, FileHandle Handle)> _namespaces = [];
    private ContainerCgroup? _cgroup;

    public string? PidFile { get; init; }

    public Action<int>? TakeTerminal { get; init; }

    /// <summary>What becomes of the caller's streams, for pipes that the processes had.</summary>
    public required CallerStreams Streams { get; init; }

    public bool ClosesConnections { get; init; }

    public string? SecurityProfile { get; init; }

    public string? MountContext { get; init; }

    /// <summary>
    /// Gives this thread, and the criu that it starts, a mount namespace that ends with them: what is mounted for a restore is
    /// seen by nobody else. To be called before any directory is opened, since criu mounts in those.
    /// </summary>
    public static void LeaveMounts()
    {
        Syscall.Check(Syscall.Call(SyscallNumber.unshare, CloneFlags.NewMount), "unshare", "CLONE_NEWNS");
        Mount(null, "/", Recursive | Slave);
    }

    private string Rootfs => RootfsCheck.PathOf(spec, bundle);

    /// <summary>Restores.</summary>
    /// <returns>The init, whose descriptor the caller owns.</returns>
    /// <exception cref="ContainerException">It cannot be restored; nothing is left.</exception>
    public InitProcess Run(CriuOptions criu)
    {
        string path = spec.Linux?.CgroupsPath is { Length: > 0 } own ? own : CgroupPath.Default(id);
        CgroupPlan plan = CgroupPlan.Make(CgroupHost.Current, path, spec.Linux?.Resources);
        using FileHandle held = store.Claim(id);
        try
        {
            using StateLock transition = store.TryLock(id, wait: true)!;
            var state = new ContainerState
            {
                OciVersion = spec.OciVersion,
                Id = id,
                BootId = Boot.Id,
                Bundle = bundle,
                Rootfs = Rootfs,
                Created = DateTimeOffset.UtcNow,
                Annotations = spec.Annotations,
                Cgroups = plan.Directories,
            };
            store.WriteCreating(state);
            AtomicFile.Write(store.FileOf(id, "config.json"), json);
            _cgroup = ContainerCgroup.Create(plan);
            MakeMountPoints();
            return Restore(criu, state);
        }
        catch
        {
            _cgroup?.Undo();
            UnmountRoot();
            RemoveState();
            throw;
        }
        finally
        {
            UnmountRoot();
            _cgroup?.Dispose();
            _namespaces.ForEach(one => one.Handle.Dispose());
        }
    }

    private InitProcess Restore(CriuOptions criu, ContainerState state)
    {
        Message request = criu.Message(Log, CriuConfiguration.Find(spec)).Add(6, 1).Add(26, 1).AddIf(52, ClosesConnections);
        request.Add(13, MountRoot()).Add(53, SecurityProfile).Add(63, MountContext);
        foreach (string directory in state.Cgroups)
            AddCgroupRoot(request, directory);
        _namespaces.AddRange(CriuNamespaces.OpenForRestore(spec));
        var descriptors = new List<int>();
        foreach ((string key, FileHandle handle) in _namespaces)
        {
            request.Add(27, new Message().Add(1, key).Add(2, CriuSession.FirstDescriptor + descriptors.Count));
            descriptors.Add(handle.Fd);
        }
        CriuNamespaces.AddJoined(request, spec);
        CriuMounts.AddForRestore(request, spec, bundle, criu.Images);
        ExternalStreams.AddForRestore(request, criu.Images);
        using IDisposable lent = Streams.Lend();
        using var session = new CriuSession(descriptors);
        Enter(state.Cgroups, session.Pid);
        try
        {
            InitProcess? init = null;
            int pid = session.Call(CriuSession.Restore, request, (script, process, descriptor) =>
            {
                if (script == "orphan-pts-master" && descriptor >= 0)
                    HandOver(descriptor);
                else if (script == "post-restore")
                    init = Save(state, process);
            });
            return init ?? Save(state, pid);
        }
        catch (CriuException failure)
        {
            throw criu.Describe("restore", Log, failure);
        }
    }

    // What criu forks begins where criu is, and with --manage-cgroups-mode ignore it stays there.
    private static void Enter(IReadOnlyList<string> cgroups, int pid)
    {
        foreach (string directory in cgroups)
        {
            string file = $"{directory}/cgroup.procs";
            Syscall.Check(SmallFile.TryWrite(file, pid.ToString(CultureInfo.InvariantCulture)), "write", file);
        }
    }

    private void HandOver(int master)
    {
        if (TakeTerminal is { } take)
            take(master);
        else
            new FileHandle(master).Dispose();
    }

    private InitProcess Save(ContainerState state, int pid)
    {
        FileHandle? handle = pid > 0 ? Pidfd.Open(pid) : null;
        if (handle is null || ProcessStat.StartTimeOf(pid) is not { } startTime)
            throw new ContainerStartException("The restored process ended at once.", "See criu's log.") { Target = id };
        store.Write(state with { Pid = pid, PidStartTime = startTime });
        store.ForgetCreating(id);
        if (PidFile is not null)
            AtomicFile.Write(PidFile, Encoding.ASCII.GetBytes(pid.ToString(CultureInfo.InvariantCulture)));
        return new InitProcess(pid, handle.Release());
    }

    // The processes were below the cgroup of a container of perhaps another name: each hierarchy gets this one's as its root.
    private static void AddCgroupRoot(Message request, string directory)
    {
        if (CgroupHost.Current.HierarchyOf(directory) is not { } hierarchy)
            return;
        string path = directory[hierarchy.MountPoint.Length..];
        if (hierarchy.IsUnified)
            request.Add(25, new Message().Add(1, "").Add(2, path));
        else
            request.Add(25, new Message().Add(1, string.Join(',', hierarchy.Controllers)).Add(2, path));
    }

    // criu wants a mount of its own as the root.
    private string MountRoot()
    {
        string place = store.FileOf(id, "criu-root");
        Directory.CreateDirectory(place);
        Mount(Rootfs, place, Bind | Recursive);
        return place;
    }

    private void UnmountRoot()
    {
        const int Detach = 2;
        string place = store.FileOf(id, "criu-root");
        using var path = new CString(place);
        Syscall.Call(SyscallNumber.umount2, path, Detach);
        Files.unlinkat(Files.AT_FDCWD, place, Files.AT_REMOVEDIR);
    }

    private void RemoveState()
    {
        try
        {
            ContainerCleanup.RemoveState(store, id, keepsConfiguration: false);
        }
        catch (ContainerException)
        {
            // What made the restore fail is worth more to the caller. The container is listed as a dead one, which delete
            // removes.
        }
    }

    private static void Mount(string? source, string target, int flags)
    {
        using CString from = new(source), to = new(target);
        Syscall.Check(Syscall.Call(SyscallNumber.mount, from, to, 0, flags, 0), "mount", target);
    }

    // A root filesystem that no container has run from lacks the places that its mounts go to, and so does a bind's source.
    private void MakeMountPoints()
    {
        foreach (MountSpec mount in spec.Mounts ?? [])
        {
            if (CriuMounts.PlaceOf(spec, bundle, Rootfs, mount) is not (string place, string rest))
                continue;
            using RootedDirectory root = RootedDirectory.OpenHost(place);
            if (rest.Trim('/').Length == 0 || root.Exists(rest))
                continue;
            bool isFile = CriuMounts.IsBind(mount) && File.Exists(CriuMounts.SourceOf(mount, bundle));
            if (!isFile)
            {
                root.MakeDirectories(rest).Dispose();
                continue;
            }
            root.MakeDirectories(Path.GetDirectoryName(rest) ?? "/").Dispose();
            root.Open(rest, Files.O_WRONLY | Files.O_CREAT | Files.O_CLOEXEC, 0x1A4).Dispose();
        }
    }
}
