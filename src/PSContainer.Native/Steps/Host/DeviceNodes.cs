using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Plan;
using PSContainer.Spec;
using PSContainer.Steps.Container;
using PSContainer.Users;

namespace PSContainer.Steps.Host;

/// <summary>
/// Device nodes for a container whose user namespace may make none: nodes with the mode and the owner that were asked for, on a
/// filesystem in memory that is mounted nowhere the host or the container sees, each handed over as a mount of its own.
/// </summary>
/// <param name="plan">The plan, whose nodes are all made at the first request.</param>
/// <param name="place">A directory of the host that the filesystem is on for as long as the nodes are made.</param>
internal sealed class DeviceNodes(StartPlan plan, string place) : IDisposable
{
    private readonly Dictionary<ChildStep, nint> _made = new(ReferenceEqualityComparer.Instance);

    /// <summary>The mount for a step.</summary>
    /// <param name="pid">The container's process, for the maps of its user namespace.</param>
    /// <param name="step">The step.</param>
    /// <returns>A descriptor of the caller's, or a negated error number.</returns>
    /// <exception cref="ContainerException">The nodes cannot be made, or an owner is nobody inside.</exception>
    public nint Take(int pid, ChildStep step)
    {
        if (_made.Count == 0)
            NamespaceVisit.Run(["/proc/self/ns/mnt"], () => Make(pid));
        return _made.Remove(step, out nint tree) ? tree : -Errno.ENODEV;
    }

    /// <summary>Closes what was not taken.</summary>
    public void Dispose()
    {
        foreach (nint tree in _made.Values)
            Close(tree);
        _made.Clear();
    }

    private bool Make(int pid)
    {
        var (uids, gids) = (Map(pid, "uid_map", "user"), Map(pid, "gid_map", "group"));
        Syscall.Check(Syscall.Call(SyscallNumber.unshare, CloneFlags.NewMount), "unshare", "CLONE_NEWNS");
        Syscall.Check(MountCalls.mount(null, "/", null, MountApi.MsSlave | MountApi.MsRec, null), "mount", "/");
        using var context = new FileHandle((int)Syscall.Check(MountCalls.fsopen("tmpfs"), "fsopen", "tmpfs"));
        Syscall.Check(MountCalls.fsconfig_create(context.Fd), "fsconfig", "tmpfs");
        using var nodes = new FileHandle(
            (int)Syscall.Check(MountCalls.fsmount(context.Fd, MountApi.AttrNosuid | MountApi.AttrNoexec), "fsmount", "tmpfs"));
        // A mount that is attached nowhere cannot be cloned before Linux 6.15.
        using var directory = new FileHandle(
            (int)Syscall.Check(Files.openat(Files.AT_FDCWD, place, Files.O_PATH | Files.O_DIRECTORY | Files.O_CLOEXEC), "openat", place));
        Syscall.Check(MountCalls.move_mount(nodes.Fd, directory.Fd), "move_mount", place);
        foreach (PlanStep step in plan.Steps)
        {
            if (step.Child is { Device: { } device } child)
                _made[child] = MakeOne(nodes.Fd, _made.Count.ToString(CultureInfo.InvariantCulture), device, uids, gids, child.Text1!);
        }
        return true;
    }

    private static nint MakeOne(int directory, string name, DeviceSpec device, IdMap uids, IdMap gids, string source)
    {
        nint made = Files.mknodat(directory, name, (uint)DevicePlan.Mode(device), (ulong)DevicePlan.Number(device));
        // Who may make no node has the host's own left, as it is.
        if (made == -Errno.EPERM)
            return ViewOf(source);
        Syscall.Check(made, "mknodat", device.Path);
        ReadOnlySpan<byte> path = System.Text.Encoding.UTF8.GetBytes(name + "\0");
        ReadOnlySpan<byte> shown = System.Text.Encoding.UTF8.GetBytes(device.Path);
        uint uid = uids.ToHost(device.Uid ?? 0, shown), gid = gids.ToHost(device.Gid ?? 0, shown);
        Syscall.Check(Files.fchownat(directory, path, uid, gid, 0), "fchownat", device.Path);
        Syscall.Check(Files.fchmodat(directory, path, (uint)DevicePlan.Mode(device) & 0xFFF), "fchmodat", device.Path);
        using var node = new FileHandle(
            (int)Syscall.Check(Files.openat(directory, name, Files.O_PATH | Files.O_NOFOLLOW | Files.O_CLOEXEC), "openat", device.Path));
        return MountCalls.open_tree(node.Fd, recursive: false);
    }

    private static nint ViewOf(string source)
    {
        nint tree = MountCalls.open_tree(source, recursive: false);
        if (tree < 0)
            return tree;
        nint set = MountCalls.mount_setattr((int)tree, new MountAttr { Set = (ulong)Devices.HostsNode }, recursive: false);
        if (set >= 0)
            return tree;
        Close(tree);
        return set;
    }

    private static IdMap Map(int pid, string file, string kind) => new(
        [.. IdMapFile.Parse(ProcFile.Read($"/proc/{pid}/{file}")).Select(static range =>
            new IdMapping { ContainerId = range.Inside, HostId = range.Outside, Size = range.Count })], kind,
        "Map the owner of the device with -UidMap and -GidMap (uidMappings and gidMappings).");

    private static void Close(nint tree)
    {
        if (tree >= 0)
            Syscall.Call(SyscallNumber.close, tree);
    }
}
