using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Spec;
using static PSContainer.Kernel.Files;

namespace PSContainer.FileSystems;

/// <summary>The calls that mount a filesystem, or a directory at another place.</summary>
internal sealed class FileSystemCalls(FileSystemRequest request, MountOptions options)
{
    private FileHandle? fs;

    /// <summary>A directory or file of one place, seen at another.</summary>
    internal MountOperation<MountPoint> Bind(statx_data place)
    {
        string source = request.Source ?? throw new InvalidMountException("A bind needs something to show.",
            "Name it with -Source.");
        nint found = MountTable.Look(source, out statx_data data);
        if (-found is Errno.ENOENT or Errno.ENOTDIR)
            throw new InvalidMountException($"The source '{source}' of the bind does not exist.",
                "Give a directory or file that is there.")
            { Call = "statx", Errno = (int)-found, Target = source };
        Syscall.Check(found, "statx", source);
        if (((data.stx_mode & S_IFMT) == S_IFDIR) != ((place.stx_mode & S_IFMT) == S_IFDIR))
        {
            throw new InvalidMountException(
                $"'{source}' is a {Rooted.FileStatus.KindOf(data.stx_mode)} and "
                + $"'{request.Path}' a {Rooted.FileStatus.KindOf(place.stx_mode)}.",
                "A directory is bound on a directory, and a file on a file.")
            { Target = request.Path };
        }
        var operation = new MountOperation<MountPoint>();
        string how = options.IsRecursiveBind ? "OPEN_TREE_CLONE|AT_RECURSIVE" : "OPEN_TREE_CLONE";
        Describe(operation, "open_tree", source, how);
        operation.Yield(() => InNamespace(() =>
        {
            using FileHandle tree = Open(MountCalls.open_tree(source, options.IsRecursiveBind), "open_tree", source);
            if (options.Set != 0 || options.Clear != 0)
            {
                var attributes = new MountAttr { Set = (ulong)options.Set, Clear = (ulong)options.Clear };
                Require(MountCalls.mount_setattr(tree.Fd, attributes, options.IsRecursiveAttribute), "mount_setattr",
                    request.Path);
            }
            return Attach(tree);
        }));
        return operation;
    }

    /// <summary>A filesystem of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="pids">File of the pid namespace that a proc is to show, or <see langword="null"/>.</param>
    /// <param name="place">What the mount point is.</param>
    internal MountOperation<MountPoint> Make(string type, string? pids, statx_data place)
    {
        if ((place.stx_mode & S_IFMT) != S_IFDIR)
            throw new InvalidMountException($"The mount point '{request.Path}' is no directory.",
                "A filesystem is mounted on a directory.")
            { Target = request.Path };
        var operation = new MountOperation<MountPoint>();
        operation.Add("fsopen", type, "", static () => { });
        operation.Add("fsconfig", "source", request.Source ?? type, static () => { });
        if (pids is not null)
            operation.Add("fsconfig", "pidns", pids, static () => { });
        foreach (string option in options.Data)
            operation.Add("fsconfig", option, "", static () => { });
        Describe(operation, "fsmount", type, "");
        operation.Yield(() =>
        {
            using FileHandle? pidNamespace = pids is null ? null : Open(openat(AT_FDCWD, pids, O_RDONLY | O_CLOEXEC), "openat",
                pids);
            return InNamespace(() => Make(type, pidNamespace));
        });
        return operation;
    }

    private MountPoint Make(string type, FileHandle? pidNamespace)
    {
        using (fs = OpenType(type))
        {
            Require(MountCalls.fsconfig(fs.Fd, "source", request.Source ?? type), "fsconfig", "source");
            if (pidNamespace is not null)
                SetPidNamespace(pidNamespace);
            foreach (string option in options.Data)
                SetOption(type, option);
            Require(MountCalls.fsconfig_create(fs.Fd), "fsconfig", type);
            using FileHandle mount = Open(MountCalls.fsmount(fs.Fd, options.Set), "fsmount", type);
            return Attach(mount);
        }
    }

    private void SetPidNamespace(FileHandle pidNamespace)
    {
        nint result = MountCalls.fsconfig(fs!.Fd, "pidns", pidNamespace.Fd);
        if (-result == Errno.EINVAL)
            throw new MountFailedException(
                "This kernel mounts proc only for the pid namespace of whoever mounts it (before Linux 6.17).",
                "Mount it from inside: Invoke-NamespaceCommand -Namespace $ns -- mount -t proc proc PATH")
            { Step = "Mount", Call = "fsconfig", Errno = Errno.EINVAL, Target = "pidns" };
        Require(result, "fsconfig", "pidns");
    }

    private static FileHandle OpenType(string type)
    {
        nint fs = MountCalls.fsopen(type);
        return -fs switch
        {
            Errno.ENODEV => throw new InvalidMountException(
                $"The kernel has no filesystem '{type}'.",
                    "See what it has: Get-Content /proc/filesystems; others come as modules: modprobe.")
            { Call = "fsopen", Errno = Errno.ENODEV, Target = type },
            Errno.EPERM => throw OverlayFeatures.MayNotMount("fsopen", type),
            _ => new FileHandle((int)Syscall.Check(fs, "fsopen", type)),
        };
    }

    private void SetOption(string type, string option)
    {
        int equals = option.IndexOf('=', StringComparison.Ordinal);
        nint result = equals < 0
            ? MountCalls.fsconfig(fs!.Fd, option, null)
            : MountCalls.fsconfig(fs!.Fd, option[..equals], option[(equals + 1)..]);
        if (-result == Errno.EINVAL)
            throw new InvalidMountException($"{type} does not take the option '{option}'.{KernelMessages.Read(fs)}",
                $"See the options of {type} in mount(8).")
            { Call = "fsconfig", Errno = Errno.EINVAL, Target = option };
        Require(result, "fsconfig", option);
    }

    private MountPoint Attach(FileHandle mount)
    {
        const int Flags = O_PATH | O_CLOEXEC;
        statx(mount.Fd, "\0"u8, Files.AT_EMPTY_PATH, STATX_MNT_ID, out statx_data data);
        using (FileHandle place = Open(openat(AT_FDCWD, request.Path, Flags), "openat", request.Path))
            Require(MountCalls.move_mount(mount.Fd, place.Fd), "move_mount", request.Path);
        if (options.Propagation != 0)
        {
            bool recursive = (options.Propagation & MountApi.MsRec) != 0;
            var attributes = new MountAttr { Propagation = (ulong)(options.Propagation & ~MountApi.MsRec) };
            nint set = MountCalls.mount_setattr(mount.Fd, attributes, recursive);
            if (set < 0)
            {
                MountCalls.umount2(request.Path, MountApi.MntDetach);
                Require(set, "mount_setattr", request.Path);
            }
        }
        return new MountPoint(MountTable.Current.First(one => one.Id == (int)data.stx_mnt_id), request.Namespaces);
    }

    private void Describe(MountOperation<MountPoint> operation, string call, string target, string value)
    {
        operation.Add(call, target, value, static () => { });
        string words = string.Join(',', request.Options);
        if (options.Set != 0 || options.Clear != 0)
            operation.Add("mount_setattr", target, words, static () => { });
        operation.Add("move_mount", request.Path, options.Propagation == 0 ? "" : words, static () => { });
    }

    private T InNamespace<T>(Func<T> action) => NamespaceVisit.Run(request.Namespaces, action);

    private FileHandle Open(nint result, string call, string target) => new((int)Require(result, call, target));

    private nint Require(nint result, string call, string target)
    {
        if (result >= 0)
            return result;
        int errno = (int)-result;
        if (errno == Errno.EPERM)
            throw OverlayFeatures.MayNotMount(call, target);
        string recommendation = errno switch
        {
            Errno.EBUSY => "Something that contradicts it is mounted already, or the device is in use.",
            Errno.EINVAL => "Check source, type and options; dmesg may say more.",
            Errno.ENOTBLK => "The source must be a block device.",
            Errno.ENOENT => "Check that the source is there.",
            Errno.ENOSPC => "There are too many mounts in this namespace: sysctl fs.mount-max",
            _ => $"See {call}(2) for what this error means.",
        };
        throw new MountFailedException(
            $"{call} '{target}' for '{request.Path}': {Errno.Name(errno)} ({Errno.Describe(errno)}).{KernelMessages.Read(fs)}",
                recommendation)
        { Step = "Mount", Call = call, Errno = errno, Target = target };
    }
}
