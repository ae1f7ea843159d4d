using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>Paths of the container that cannot be read, or not be written.</summary>
internal static unsafe class Walls
{
    private const ulong NullDevice = 0x103;

    /// <summary>Covers a file with the null device, or a directory with an empty one. Text1: the path.</summary>
    /// <remarks>The cover is the host's own device, checked by number, never a file of the container (CVE-2025-31133).</remarks>
    public static nint Mask(ChildContext* context, ChildOperation* operation)
    {
        int target = RootPath.Open(context, operation->Text1);
        if (target == -Errno.ENOENT)
            return 0;
        if (target < 0)
            return target;
        FileFacts facts;
        nint result = FileFacts.Read(context, target, &facts);
        if (result >= 0)
        {
            int* first = facts.IsDirectory ? &context->EmptyDirectory : &context->NullDevice;
            result = CoverWith(context, first, facts.IsDirectory, target);
        }
        Raw.Close(target);
        if (result < 0)
            context->Explain(operation->Text1);
        return result;
    }

    /// <summary>
    /// Puts a read-only view of a path over it, or with Number1 = 1 makes the mount that is there read-only. Text1: the path.
    /// </summary>
    public static nint MakeReadOnly(ChildContext* context, ChildOperation* operation)
    {
        int target = RootPath.Open(context, operation->Text1);
        if (target == -Errno.ENOENT)
            return 0;
        if (target < 0)
            return target;
        MountAttr attributes = default;
        attributes.Set = (ulong)MountApi.AttrRdonly;
        nint result = operation->Number1 == 1
            ? Mounting.SetAttributes(context, target, MountApi.AtEmptyPath, &attributes)
            : Cover(context, target, &attributes);
        Raw.Close(target);
        if (result < 0)
            context->Explain(operation->Text1);
        return result;
    }

    private static nint Cover(ChildContext* context, int target, MountAttr* attributes)
    {
        nint tree = Clone(context, target, MountApi.AtRecursive);
        if (tree < 0)
            return tree;
        nint result = Mounting.SetAttributes(context, (int)tree, MountApi.AtEmptyPath | MountApi.AtRecursive, attributes);
        if (result >= 0)
            result = Mounting.MoveOnto(context, (int)tree, target);
        Raw.Close((int)tree);
        return result;
    }

    // One cover serves every masked path of its kind: the first is mounted, the others are views of it, with its attributes. A
    // mount that is not attached yet cannot be cloned before Linux 6.15, so the first one is made apart.
    private static nint CoverWith(ChildContext* context, int* first, bool isDirectory, int target)
    {
        nint cover = *first >= 0 ? Clone(context, *first, 0) : isDirectory ? OpenEmptyDirectory(context) : OpenNullDevice(context);
        if (cover < 0)
            return cover;
        nint result = Mounting.MoveOnto(context, (int)cover, target);
        if (*first < 0)
            *first = (int)cover;
        else
            Raw.Close((int)cover);
        return result;
    }

    private static nint OpenEmptyDirectory(ChildContext* context)
    {
        const long Locked = MountApi.AttrRdonly | MountApi.AttrNosuid | MountApi.AttrNodev | MountApi.AttrNoexec;
        fixed (byte* type = "tmpfs"u8)
            return Mounting.MakeFileSystem(context, type, type, null, Locked);
    }

    private static nint OpenNullDevice(ChildContext* context)
    {
        nint tree;
        fixed (byte* path = "/dev/null"u8)
        {
            tree = context->Make(SyscallNumber.open_tree, Raw.AtFdCwd, (nint)path,
                MountApi.OpenTreeClone | MountApi.OpenTreeCloexec);
        }
        if (tree < 0)
            return tree;
        FileFacts facts;
        nint result = FileFacts.Read(context, (int)tree, &facts);
        if (result >= 0 && !(facts.IsCharacterDevice && facts.Device == NullDevice))
            result = -Errno.ENODEV;
        MountAttr attributes = default;
        attributes.Set = (ulong)Devices.HostsNode;
        if (result >= 0)
            result = Mounting.SetAttributes(context, (int)tree, MountApi.AtEmptyPath, &attributes);
        if (result >= 0)
            return tree;
        Raw.Close((int)tree);
        return result;
    }

    private static nint Clone(ChildContext* context, int fd, int recursive)
    {
        fixed (byte* empty = "\0"u8)
        {
            return context->Make(SyscallNumber.open_tree, fd, (nint)empty,
                MountApi.AtEmptyPath | MountApi.OpenTreeClone | MountApi.OpenTreeCloexec | recursive);
        }
    }
}
