using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>
/// Mounts below the container's root: made detached, then moved onto a descriptor that was resolved inside the root.
/// </summary>
internal static unsafe class Mounting
{
    /// <summary>The destination may not be reached through a link: procfs and sysfs belong where they are named (CVE-2019-19921).</summary>
    public const long NoLinkToDestination = 1;

    /// <summary>The new filesystem gets a copy of what it covers (<c>tmpcopyup</c>).</summary>
    public const long CopyUp = 2;

    /// <summary>
    /// The new filesystem gets the mode of the directory that it covers, in the place of that in its last option,
    /// <see cref="ModeToKeep"/>. As an option, since its mounts show it then.
    /// </summary>
    public const long KeepsMode = 4;

    /// <summary>What a tmpfs has of itself, over nothing.</summary>
    public const string ModeToKeep = "mode=1777";

    /// <summary>A bind of everything mounted below the source too.</summary>
    public const long Recursive = 1;

    /// <summary>Attributes for everything mounted below too (<c>rro</c>).</summary>
    public const long RecursiveAttributes = 2;

    /// <summary>What the child may not reach the parent opens for it.</summary>
    public const long ParentReaches = 4;

    /// <summary>A link as the source is bound itself (<c>src-nofollow</c>).</summary>
    public const long SourceNoFollow = 8;

    /// <summary>A link as the destination is what is mounted on (<c>dest-nofollow</c>).</summary>
    public const long DestinationNoFollow = 16;

    /// <summary>A link as the source is made anew at the destination (<c>copy-symlink</c>).</summary>
    public const long CopyLink = 32;

    /// <summary>Where a user namespace may not have the filesystem, the host's own takes its place: it is at List2's.</summary>
    public const long HostsInstead = 64;

    /// <summary>The source is a peer of the host's own mount: what is mounted below either appears below both.</summary>
    public const long HostsPeer = 128;

    /// <summary>
    /// A new filesystem. Text1: type; Text2: source; Text3: destination; List1: options, each <c>key</c> or <c>key=value</c>;
    /// Number1: MOUNT_ATTR_…; Number2: propagation; Number3: <see cref="NoLinkToDestination"/>, <see cref="CopyUp"/>,
    /// <see cref="KeepsMode"/>, <see cref="HostsInstead"/>.
    /// </summary>
    public static nint MountFileSystem(ChildContext* context, ChildOperation* operation)
    {
        nint kept = (operation->Number3 & KeepsMode) != 0 ? KeepMode(context, operation->List1, operation->Text3) : 0;
        if (kept < 0)
            return kept;
        nint mount = MakeFileSystem(context, operation->Text1, operation->Text2, operation->List1, operation->Number1);
        if (mount == -Errno.EPERM && (operation->Number3 & HostsInstead) != 0)
            mount = TakeHosts(context, operation->List2[0], operation->Number1);
        if (mount < 0)
            return mount;
        if ((operation->Number3 & CopyUp) != 0)
        {
            nint copied = TreeCopyUp.Copy(context, operation->Text3, (int)mount, operation->List1);
            if (copied < 0)
                return copied;
        }
        ulong resolve = (operation->Number3 & NoLinkToDestination) != 0 ? RootPath.NoSymlinks : 0;
        return Attach(context, (int)mount, operation->Text3, directory: true, operation->Number2, resolve);
    }

    // All of it, since what is mounted below belongs to it, and no part more open than the new one was to be.
    private static nint TakeHosts(ChildContext* context, byte* place, long attributes)
    {
        int refused = context->Call;
        nint tree = context->Make(SyscallNumber.open_tree, Raw.AtFdCwd, (nint)place,
            MountApi.OpenTreeClone | MountApi.OpenTreeCloexec | MountApi.AtRecursive);
        if (tree < 0)
        {
            // A host that has none either: then the refusal is what there is to say.
            context->Call = refused;
            return -Errno.EPERM;
        }
        context->Program->Failure->Text[0] = 0;
        MountAttr closed = default;
        closed.Set = (ulong)attributes;
        nint set = SetAttributes(context, (int)tree, MountApi.AtEmptyPath | MountApi.AtRecursive, &closed);
        return set < 0 ? set : tree;
    }

    /// <summary>
    /// A bind. Text1: source on the host; Text3: destination; Blob: struct mount_attr; Number2: propagation;
    /// Number3: <see cref="Recursive"/>, <see cref="RecursiveAttributes"/>, <see cref="ParentReaches"/>,
    /// <see cref="SourceNoFollow"/>, <see cref="DestinationNoFollow"/>, <see cref="CopyLink"/>.
    /// </summary>
    public static nint Bind(ChildContext* context, ChildOperation* operation)
    {
        if ((operation->Number3 & CopyLink) != 0)
        {
            bool isLink;
            nint copied = Devices.CopyLink(context, operation, &isLink);
            if (isLink)
                return copied;
        }
        int recursive = (operation->Number3 & Recursive) != 0 ? MountApi.AtRecursive : 0;
        int last = (operation->Number3 & SourceNoFollow) != 0 ? MountApi.AtSymlinkNofollow : 0;
        nint tree = (operation->Number3 & HostsPeer) != 0 ? Handshake.AskForSource(context, operation->Step) : -Errno.EACCES;
        if (tree < 0)
        {
            tree = context->Make(SyscallNumber.open_tree, Raw.AtFdCwd, (nint)operation->Text1,
                MountApi.OpenTreeClone | MountApi.OpenTreeCloexec | recursive | last);
        }
        // EACCES: it may not pass the directories above. EINVAL: what is mounted below is locked to it.
        if (tree is -Errno.EACCES or -Errno.EINVAL && (operation->Number3 & ParentReaches) != 0)
            tree = Handshake.AskForSource(context, operation->Step);
        if (tree < 0)
        {
            context->Explain(operation->Text1);
            return tree;
        }
        if (operation->Blob != null)
        {
            int flags = MountApi.AtEmptyPath | ((operation->Number3 & RecursiveAttributes) != 0 ? MountApi.AtRecursive : 0);
            nint set = SetAttributes(context, (int)tree, flags, (MountAttr*)operation->Blob);
            if (set < 0)
                return set;
        }
        FileFacts facts;
        nint read = FileFacts.Read(context, (int)tree, &facts);
        if (read < 0)
            return read;
        return (operation->Number3 & DestinationNoFollow) != 0
            ? AttachAt(context, (int)tree, operation->Text3, RootPath.OpenLast(context, operation->Text3, facts.IsDirectory), operation->Number2)
            : Attach(context, (int)tree, operation->Text3, facts.IsDirectory, operation->Number2, 0);
    }

    /// <summary>A mount that the parent makes. Text1: its source; Text3: destination; Number2: propagation.</summary>
    public static nint AttachMade(ChildContext* context, ChildOperation* operation)
    {
        nint tree = Handshake.AskForSource(context, operation->Step);
        if (tree < 0)
            return tree;
        FileFacts facts;
        nint read = FileFacts.Read(context, (int)tree, &facts);
        return read < 0 ? read : Attach(context, (int)tree, operation->Text3, facts.IsDirectory, operation->Number2, 0);
    }

    /// <summary>
    /// Changes a mount that is there. Text3: its place; Blob: struct mount_attr; List1: options of the filesystem, or null to leave
    /// it; Number2: propagation; Number3: <see cref="RecursiveAttributes"/>.
    /// </summary>
    public static nint Remount(ChildContext* context, ChildOperation* operation)
    {
        int target = RootPath.Open(context, operation->Text3);
        nint result = target < 0 || operation->List1 == null ? target : Reconfigure(context, target, operation->List1);
        if (result >= 0)
        {
            var attributes = (MountAttr*)operation->Blob;
            attributes->Propagation = (ulong)(operation->Number2 & ~MountApi.MsRec);
            bool recursive = (operation->Number3 & RecursiveAttributes) != 0 || (operation->Number2 & MountApi.MsRec) != 0;
            result = SetAttributes(context, target, MountApi.AtEmptyPath | (recursive ? MountApi.AtRecursive : 0), attributes);
        }
        Raw.Close(target);
        if (result < 0)
            context->Explain(operation->Text3);
        return result;
    }

    private static nint Reconfigure(ChildContext* context, int target, byte** options)
    {
        nint filesystem;
        fixed (byte* empty = "\0"u8)
            filesystem = context->Make(SyscallNumber.fspick, target, (nint)empty, MountApi.FspickDescriptor);
        if (filesystem < 0)
            return filesystem;
        nint result = Configure(context, filesystem, null, options);
        if (result >= 0)
            result = context->Make(SyscallNumber.fsconfig, filesystem, MountApi.FsconfigReconfigure, 0, 0, 0);
        if (result < 0)
            ExplainByKernel(context, filesystem);
        Raw.Close((int)filesystem);
        return result;
    }

    private static nint KeepMode(ChildContext* context, byte** options, byte* destination)
    {
        int place = RootPath.Open(context, destination);
        if (place < 0)
            return place == -Errno.ENOENT ? 0 : place;
        FileFacts facts;
        nint result = FileFacts.Read(context, place, &facts);
        Raw.Close(place);
        if (result < 0 || !facts.IsDirectory)
            return result;
        while (options[1] != null)
            options++;
        byte* digits = *options + "mode="u8.Length;
        for (int i = 0; i < 4; i++)
            digits[i] = (byte)('0' + ((facts.Mode >> (3 * (3 - i))) & 7));
        return result;
    }

    /// <summary>Opens a procfs for the child's own writes, attached nowhere.</summary>
    public static nint OpenProc(ChildContext* context)
    {
        fixed (byte* type = "proc"u8, host = "/proc"u8)
        {
            nint proc = MakeFileSystem(context, type, null, null, 0);
            if (proc == -Errno.EPERM)
            {
                // A user namespace may not have a procfs where the host's is partly covered; the host's serves as well.
                context->Program->Failure->Text[0] = 0;
                proc = context->Make(SyscallNumber.openat, Raw.AtFdCwd, (nint)host,
                    RootPath.O_PATH | RootPath.O_DIRECTORY | RootPath.O_CLOEXEC);
            }
            context->Proc = (int)proc;
            return proc;
        }
    }

    /// <summary>A filesystem mounted nowhere yet, fsopen(2) to fsmount(2).</summary>
    public static nint MakeFileSystem(ChildContext* context, byte* type, byte* source, byte** options, long attributes)
    {
        nint filesystem = context->Make(SyscallNumber.fsopen, (nint)type, MountApi.FsCloexec);
        if (filesystem < 0)
        {
            context->Explain(type);
            return filesystem;
        }
        nint result = Configure(context, filesystem, source, options);
        if (result >= 0)
            result = context->Make(SyscallNumber.fsconfig, filesystem, MountApi.FsconfigCreate, 0, 0, 0);
        nint mount = result < 0
            ? result
            : context->Make(SyscallNumber.fsmount, filesystem, MountApi.FsCloexec, (nint)attributes);
        if (mount < 0)
            ExplainByKernel(context, filesystem);
        Raw.Close((int)filesystem);
        return mount;
    }

    /// <summary>Moves a detached mount to a place below the root, which is made when missing.</summary>
    public static nint Attach(ChildContext* context, int mount, byte* destination, bool directory, long propagation, ulong resolve)
    {
        return AttachAt(context, mount, destination, RootPath.OpenOrMake(context, destination, directory, resolve), propagation);
    }

    // The place is closed.
    private static nint AttachAt(ChildContext* context, int mount, byte* destination, int target, long propagation)
    {
        if (target < 0)
        {
            context->Explain(destination);
            return target;
        }
        nint result = MoveOnto(context, mount, target);
        Raw.Close(target);
        if (result >= 0 && propagation != 0)
        {
            MountAttr attributes = default;
            attributes.Propagation = (ulong)(propagation & ~MountApi.MsRec);
            int recursive = (propagation & MountApi.MsRec) != 0 ? MountApi.AtRecursive : 0;
            result = SetAttributes(context, mount, MountApi.AtEmptyPath | recursive, &attributes);
        }
        if (result < 0)
            context->Explain(destination);
        MountPlaces.Take(context, destination, mount);
        return result;
    }

    /// <summary>move_mount(2) of one descriptor onto another.</summary>
    public static nint MoveOnto(ChildContext* context, int mount, int target)
    {
        fixed (byte* empty = "\0"u8)
        {
            return context->Make(SyscallNumber.move_mount, mount, (nint)empty, target, (nint)empty,
                MountApi.MoveFromEmptyPath | MountApi.MoveToEmptyPath);
        }
    }

    /// <summary>mount_setattr(2) on a descriptor.</summary>
    public static nint SetAttributes(ChildContext* context, int mount, int flags, MountAttr* attributes)
    {
        fixed (byte* empty = "\0"u8)
            return context->Make(SyscallNumber.mount_setattr, mount, (nint)empty, flags, (nint)attributes, sizeof(MountAttr));
    }

    private static nint Configure(ChildContext* context, nint filesystem, byte* source, byte** options)
    {
        if (source != null)
        {
            fixed (byte* key = "source"u8)
            {
                nint result = context->Make(SyscallNumber.fsconfig, filesystem, MountApi.FsconfigSetString, (nint)key, (nint)source, 0);
                if (result < 0)
                    return result;
            }
        }
        for (; options != null && *options != null; options++)
        {
            byte* equals = *options;
            while (*equals is not (0 or (byte)'='))
                equals++;
            bool isFlag = *equals == 0;
            *equals = 0;
            nint result = context->Make(SyscallNumber.fsconfig, filesystem,
                isFlag ? MountApi.FsconfigSetFlag : MountApi.FsconfigSetString, (nint)(*options), isFlag ? 0 : (nint)(equals + 1), 0);
            if (!isFlag)
                *equals = (byte)'=';
            if (result < 0)
                return result;
        }
        return 0;
    }

    // The context's own words ("e proc: Unknown parameter 'x'") say more than EINVAL.
    private static void ExplainByKernel(ChildContext* context, nint filesystem)
    {
        byte* message = stackalloc byte[256];
        nint length = Raw.Read((int)filesystem, message, 255);
        if (length <= 2)
            return;
        if (message[length - 1] == (byte)'\n')
            length--;
        message[length] = 0;
        context->Explain(message + 2);
    }
}
