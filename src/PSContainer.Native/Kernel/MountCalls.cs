namespace PSContainer.Kernel;

/// <summary>
/// The mount calls for managed code: mount(2), umount2(2), fsopen(2), fsconfig(2), fsmount(2), move_mount(2), open_tree(2),
/// mount_setattr(2). A result is the call's own or a negated error number.
/// </summary>
public static unsafe class MountCalls
{
    /// <summary>fsopen(2), closed by execve(2).</summary>
    public static nint fsopen(string type)
    {
        using var name = new CString(type);
        return Syscall.Call(SyscallNumber.fsopen, name, MountApi.FsCloexec);
    }

    /// <summary>fsconfig(2) with a text; a <see langword="null"/> value sets a flag.</summary>
    public static nint fsconfig(int fs, string key, string? value)
    {
        using var name = new CString(key);
        using var text = new CString(value);
        return Syscall.Call(
            SyscallNumber.fsconfig, fs, value is null ? MountApi.FsconfigSetFlag : MountApi.FsconfigSetString, name, text);
    }

    /// <summary>fsconfig(2) with a descriptor.</summary>
    public static nint fsconfig(int fs, string key, int fd)
    {
        using var name = new CString(key);
        return Syscall.Call(SyscallNumber.fsconfig, fs, MountApi.FsconfigSetFd, name, 0, fd);
    }

    /// <summary>fsconfig(2) with FSCONFIG_CMD_CREATE.</summary>
    public static nint fsconfig_create(int fs) => Syscall.Call(SyscallNumber.fsconfig, fs, MountApi.FsconfigCreate);

    /// <summary>fsmount(2), closed by execve(2).</summary>
    public static nint fsmount(int fs, long attributes) =>
        Syscall.Call(SyscallNumber.fsmount, fs, MountApi.FsCloexec, (nint)attributes);

    /// <summary>move_mount(2) of what a descriptor holds onto a directory or file that another holds.</summary>
    public static nint move_mount(int mount, int place)
    {
        fixed (byte* empty = "\0"u8)
        {
            return Syscall.Call(
                SyscallNumber.move_mount, mount, (nint)empty, place, (nint)empty,
                    MountApi.MoveFromEmptyPath | MountApi.MoveToEmptyPath);
        }
    }

    /// <summary>open_tree(2) with OPEN_TREE_CLONE.</summary>
    public static nint open_tree(string path, bool recursive)
    {
        using var text = new CString(path);
        int flags = MountApi.OpenTreeClone | MountApi.OpenTreeCloexec | (recursive ? MountApi.AtRecursive : 0);
        return Syscall.Call(SyscallNumber.open_tree, Files.AT_FDCWD, text, flags);
    }

    /// <summary>open_tree(2) with OPEN_TREE_CLONE of what a descriptor holds.</summary>
    public static nint open_tree(int place, bool recursive)
    {
        fixed (byte* empty = "\0"u8)
        {
            return Syscall.Call(SyscallNumber.open_tree, place, (nint)empty,
                MountApi.OpenTreeClone | MountApi.OpenTreeCloexec | MountApi.AtEmptyPath | (recursive ? MountApi.AtRecursive : 0));
        }
    }

    /// <summary>mount_setattr(2) of what a descriptor holds.</summary>
    public static nint mount_setattr(int mount, MountAttr attributes, bool recursive)
    {
        fixed (byte* empty = "\0"u8)
        {
            return Syscall.Call(
                SyscallNumber.mount_setattr, mount, (nint)empty, MountApi.AtEmptyPath | (recursive ? MountApi.AtRecursive : 0),
                (nint)(&attributes), sizeof(MountAttr));
        }
    }

    /// <summary>mount(2).</summary>
    public static nint mount(string? source, string target, string? type, long flags, string? data)
    {
        using var from = new CString(source);
        using var onto = new CString(target);
        using var name = new CString(type);
        using var options = new CString(data);
        return Syscall.Call(SyscallNumber.mount, from, onto, name, (nint)flags, options);
    }

    /// <summary>umount2(2).</summary>
    public static nint umount2(string path, int flags)
    {
        using var text = new CString(path);
        return Syscall.Call(SyscallNumber.umount2, text, flags);
    }
}
