using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>The container's root: where it comes from, and entering it.</summary>
internal static unsafe class Roots
{
    /// <summary>Sets the propagation of everything below the current root. Number1: MS_SLAVE and so on.</summary>
    public static nint SetPropagation(ChildContext* context, ChildOperation* operation)
    {
        fixed (byte* root = "/"u8)
            return context->Make(SyscallNumber.mount, 0, (nint)root, 0, (nint)operation->Number1, 0);
    }

    /// <summary>
    /// Takes a directory of the host as the root. Text1: its path; Number1: 1 where the mounts are the host's, and nothing below may reach others;
    /// Number3: <see cref="Mounting.ParentReaches"/>.
    /// </summary>
    public static nint Bind(ChildContext* context, ChildOperation* operation)
    {
        nint tree = context->Make(SyscallNumber.open_tree, Raw.AtFdCwd, (nint)operation->Text1,
            MountApi.OpenTreeClone | MountApi.OpenTreeCloexec | MountApi.AtRecursive);
        if (tree == -Errno.EACCES && (operation->Number3 & Mounting.ParentReaches) != 0)
        {
            // Put in its place too, which has the same path.
            tree = Handshake.AskForSource(context, operation->Step);
            context->Root = (int)tree;
            return tree;
        }
        if (tree >= 0 && operation->Number1 == 1)
        {
            MountAttr attributes = default;
            attributes.Propagation = MountApi.MsPrivate;
            nint set = Mounting.SetAttributes(context, (int)tree, MountApi.AtEmptyPath | MountApi.AtRecursive, &attributes);
            tree = set < 0 ? set : tree;
        }
        if (tree < 0)
            return tree;
        fixed (byte* empty = "\0"u8)
        {
            nint moved = context->Make(SyscallNumber.move_mount, tree, (nint)empty, Raw.AtFdCwd, (nint)operation->Text1,
                MountApi.MoveFromEmptyPath | MountApi.MoveToSymlinks);
            if (moved < 0)
                return moved;
        }
        context->Root = (int)tree;
        return 0;
    }

    /// <summary>Opens the directory that an overlay is put together on. Text1: its path.</summary>
    public static nint OpenOverlayPlace(ChildContext* context, ChildOperation* operation)
    {
        nint place = context->Make(SyscallNumber.openat, Raw.AtFdCwd, (nint)operation->Text1,
            RootPath.O_PATH | RootPath.O_DIRECTORY | RootPath.O_CLOEXEC);
        context->OverlayPlace = (int)place;
        return place;
    }

    /// <summary>Mounts an overlay as the root. Text1: its options; Number1: 1 when it gets a temporary upper directory.</summary>
    /// <remarks>mount(2), not fsconfig(2): before Linux 6.7 overlayfs takes no lower directory of over 255 bytes there.</remarks>
    public static nint Overlay(ChildContext* context, ChildOperation* operation)
    {
        nint place = MakePlace(context, operation->Number1 == 1);
        if (place < 0)
            return place;
        fixed (byte* type = "overlay"u8, root = "root"u8)
        {
            nint result = context->Make(SyscallNumber.mount, (nint)type, (nint)root, (nint)type, 0, (nint)operation->Text1);
            if (result >= 0)
            {
                result = context->Make(SyscallNumber.openat, place, (nint)root, RootPath.O_PATH | RootPath.O_DIRECTORY | RootPath.O_CLOEXEC);
                context->Root = (int)result;
            }
            Raw.Close((int)place);
            return result;
        }
    }

    /// <summary>Makes an empty root, to be put together of parts; the working directory is left above it. List1: its options.</summary>
    public static nint Assemble(ChildContext* context, ChildOperation* operation)
    {
        nint place = MakePlace(context, hasUpper: true);
        if (place < 0)
            return place;
        fixed (byte* type = "tmpfs"u8, root = "root"u8)
        {
            nint mount = Mounting.MakeFileSystem(context, type, type, operation->List1, 0);
            if (mount >= 0)
            {
                nint target = context->Make(SyscallNumber.openat, place, (nint)root,
                    RootPath.O_PATH | RootPath.O_DIRECTORY | RootPath.O_CLOEXEC);
                nint result = target < 0 ? target : Mounting.MoveOnto(context, (int)mount, (int)target);
                Raw.Close((int)target);
                context->Root = (int)mount;
                mount = result < 0 ? result : mount;
            }
            Raw.Close((int)place);
            return mount;
        }
    }

    /// <summary>
    /// Mounts an overlay at a place of an assembled root. Text1: its options; Text2: its upper directory; Text3: its working
    /// directory, both below where <see cref="Assemble"/> left; List1: the place from there; Number1: mode of the upper directory.
    /// </summary>
    public static nint OverlayPart(ChildContext* context, ChildOperation* operation)
    {
        const int WorkMode = 0x1C0;
        byte* place = operation->List1[0];
        nint result = context->Make(SyscallNumber.mkdirat, Raw.AtFdCwd, (nint)operation->Text2, (nint)operation->Number1);
        if (result >= 0)
            result = context->Make(SyscallNumber.mkdirat, Raw.AtFdCwd, (nint)operation->Text3, WorkMode);
        if (result >= 0)
            result = context->Make(SyscallNumber.mkdirat, Raw.AtFdCwd, (nint)place, (nint)operation->Number1);
        if (result < 0)
            return result;
        fixed (byte* type = "overlay"u8)
            return context->Make(SyscallNumber.mount, (nint)type, (nint)place, (nint)type, 0, (nint)operation->Text1);
    }

    /// <summary>Takes the root of the mount namespace just joined: the container's own.</summary>
    public static nint Open(ChildContext* context)
    {
        fixed (byte* path = "/"u8)
        {
            nint root = context->Make(SyscallNumber.openat, Raw.AtFdCwd, (nint)path,
                RootPath.O_PATH | RootPath.O_DIRECTORY | RootPath.O_CLOEXEC);
            context->Root = (int)root;
            return root;
        }
    }

    /// <summary>Makes the root read-only.</summary>
    public static nint Remount(ChildContext* context, ChildOperation* operation)
    {
        MountAttr attributes = default;
        attributes.Set = (ulong)operation->Number1;
        attributes.Propagation = (ulong)operation->Number2;
        fixed (byte* empty = "\0"u8)
        {
            return context->Make(SyscallNumber.mount_setattr, context->Root, (nint)empty, MountApi.AtEmptyPath,
                (nint)(&attributes), sizeof(MountAttr));
        }
    }

    /// <summary>Makes the container's root the process's, and lets go of the host's. Number1: 1 where the host's root cannot pivot, and
    /// List1 then: where the host has a procfs or sysfs; 2 where the mounts are the host's.</summary>
    public static nint Enter(ChildContext* context, ChildOperation* operation)
    {
        nint result = context->Make(SyscallNumber.fchdir, context->Root);
        if (result < 0)
            return result;
        fixed (byte* here = "."u8, root = "/"u8)
        {
            if (operation->Number1 == 2)
                result = context->Make(SyscallNumber.chroot, (nint)here);
            else if (operation->Number1 == 1)
            {
                const int MsMove = 0x2000;
                CoverKernelMounts(operation->List1);
                result = context->Make(SyscallNumber.mount, (nint)here, (nint)root, 0, MsMove, 0);
                if (result >= 0)
                    result = context->Make(SyscallNumber.chroot, (nint)here);
            }
            else
            {
                // With "." twice the old root lands on top of the new one: no directory of the container is needed for it.
                result = context->Make(SyscallNumber.pivot_root, (nint)here, (nint)here);
                if (result >= 0)
                    result = context->Make(SyscallNumber.umount2, (nint)here, MountApi.MntDetach);
            }
            return result < 0 ? result : context->Make(SyscallNumber.chdir, (nint)root);
        }
    }

    /// <summary>Makes a directory the process's root; mounts stay as they are, chroot(2). Text1: its path.</summary>
    public static nint Change(ChildContext* context, ChildOperation* operation)
    {
        context->Explain(operation->Text1);
        nint root = context->Make(SyscallNumber.openat, Raw.AtFdCwd, (nint)operation->Text1,
            RootPath.O_PATH | RootPath.O_DIRECTORY | RootPath.O_CLOEXEC);
        if (root < 0)
            return root;
        context->Root = (int)root;
        nint result = context->Make(SyscallNumber.fchdir, root);
        if (result < 0)
            return result;
        fixed (byte* here = "."u8)
            result = context->Make(SyscallNumber.chroot, (nint)here);
        if (result >= 0)
            context->Program->Failure->Text[0] = 0;
        return result;
    }

    /// <summary>Unmounts what this mount namespace has no use for. List1: paths; one that is no mount is passed over.</summary>
    public static nint LeaveMounts(ChildContext* context, ChildOperation* operation)
    {
        for (byte** path = operation->List1; *path != null; path++)
        {
            nint result = context->Make(SyscallNumber.umount2, (nint)(*path), MountApi.MntDetach);
            if (result is < 0 and not (-Errno.EINVAL or -Errno.ENOENT))
                return result;
        }
        return 0;
    }

    // Without pivot_root the host's mounts stay below the new root. A whole procfs among them would let a user namespace of the
    // container's mount another, without what masks the container's own (mount_too_revealing in the kernel).
    private static void CoverKernelMounts(byte** places)
    {
        if (places == null)
            return;
        fixed (byte* tmpfs = "tmpfs"u8, size = "size=0"u8)
        {
            for (; *places != null; places++)
            {
                // What a user namespace got from the host cannot be unmounted there, only covered.
                if (Raw.Call(SyscallNumber.umount2, (nint)(*places), MountApi.MntDetach) < 0)
                    Raw.Call(SyscallNumber.mount, (nint)tmpfs, (nint)(*places), (nint)tmpfs, 0, (nint)size);
            }
        }
    }

    // The state directory is closed to the root of a user namespace, so the overlay is made on a tmpfs of its own, by names
    // that begin in it.
    private static nint MakePlace(ChildContext* context, bool hasUpper)
    {
        const int WorkMode = 0x1C0, OtherMode = 0x1ED;
        fixed (byte* type = "tmpfs"u8, root = "root"u8, upper = "upper"u8, work = "work"u8)
        {
            nint place = Mounting.MakeFileSystem(context, type, type, null, 0);
            if (place < 0)
                return place;
            nint result = Mounting.MoveOnto(context, (int)place, context->OverlayPlace);
            if (result >= 0)
                result = context->Make(SyscallNumber.fchdir, place);
            if (result >= 0)
                result = context->Make(SyscallNumber.mkdirat, place, (nint)root, OtherMode);
            if (result >= 0 && hasUpper)
                result = context->Make(SyscallNumber.mkdirat, place, (nint)upper, OtherMode);
            if (result >= 0 && hasUpper)
                result = context->Make(SyscallNumber.mkdirat, place, (nint)work, WorkMode);
            if (result >= 0)
                return place;
            Raw.Close((int)place);
            return result;
        }
    }
}
