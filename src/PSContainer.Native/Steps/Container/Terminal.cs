using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>The container's terminal: a pair of its own devpts, never the caller's.</summary>
internal static unsafe class Terminal
{
    private const int ReadWrite = 2, NoControllingTerminal = 0x100;

    /// <summary>Number1: 1 when /dev/console is made from it; Number2: rows in the upper half, columns in the lower; Number3: uid.</summary>
    /// <remarks>
    /// The other side comes from the master itself (TIOCGPTPEER), not by a path that the container could have changed
    /// (CVE-2025-52565).
    /// </remarks>
    public static nint Open(ChildContext* context, ChildOperation* operation)
    {
        const int UnlockTerminal = 0x40045431, OpenPeer = 0x5441;
        int master;
        fixed (byte* path = "/dev/pts/ptmx"u8)
        {
            master = RootPath.Open(context, path, ReadWrite | NoControllingTerminal, RootPath.NoSymlinks);
        }
        if (master < 0)
            return master;
        int unlocked = 0;
        nint result = context->Make(SyscallNumber.ioctl, master, UnlockTerminal, (nint)(&unlocked));
        if (result < 0)
            return result;
        SetSize(master, operation->Number2);
        result = context->Make(SyscallNumber.ioctl, master, OpenPeer, ReadWrite | NoControllingTerminal | RootPath.O_CLOEXEC);
        if (result < 0)
            return result;
        context->Console = (int)result;
        result = context->Make(SyscallNumber.fchown, context->Console, (nint)operation->Number3, -1);
        if (result >= 0 && operation->Number1 == 1)
            result = MakeConsole(context);
        if (result >= 0)
            result = Send(context, master);
        Raw.Close(master);
        return result;
    }

    /// <summary>A session of its own; with a terminal, that is its controlling one and its standard streams.</summary>
    /// <remarks>Number1: 1 when the container had a say in what its null device is.</remarks>
    public static nint StartSession(ChildContext* context, ChildOperation* operation)
    {
        const int SetControllingTerminal = 0x540E;
        nint result = context->Make(SyscallNumber.setsid);
        // EPERM: already a leader, as the first process of a pid namespace can be.
        if (result < 0 && result != -Errno.EPERM)
            return result;
        if (context->Console < 0)
            return StandardStreams.ReopenNull(context, mustSucceed: operation->Number1 == 1);
        result = context->Make(SyscallNumber.ioctl, context->Console, SetControllingTerminal, 0);
        for (int fd = 0; fd <= 2 && result >= 0; fd++)
            result = context->Make(SyscallNumber.dup3, context->Console, fd, 0);
        Raw.Close(context->Console);
        return result;
    }

    /// <summary>Takes a terminal's side that the parent opened, for <see cref="StartSession"/>. Number1: its descriptor.</summary>
    public static nint Take(ChildContext* context, ChildOperation* operation)
    {
        context->Console = (int)operation->Number1;
        return 0;
    }

    /// <summary>Lets go of the caller's streams: a process that stays must not keep his pipes open.</summary>
    public static nint DetachStreams(ChildContext* context)
    {
        fixed (byte* path = "/dev/null"u8)
        {
            nint nothing = context->Make(SyscallNumber.openat, Raw.AtFdCwd, (nint)path, ReadWrite | RootPath.O_CLOEXEC);
            nint result = nothing;
            for (int fd = 0; fd <= 2 && result >= 0; fd++)
                result = context->Make(SyscallNumber.dup3, nothing, fd, 0);
            Raw.Close((int)nothing);
            return result;
        }
    }

    private static void SetSize(int master, long size)
    {
        const int SetWindowSize = 0x5414;
        if (size == 0)
            return;
        ushort* window = stackalloc ushort[4];
        window[0] = (ushort)(size >> 32);
        window[1] = (ushort)size;
        window[2] = window[3] = 0;
        Raw.Call(SyscallNumber.ioctl, master, SetWindowSize, (nint)window);
    }

    private static nint MakeConsole(ChildContext* context)
    {
        fixed (byte* empty = "\0"u8, path = "/dev/console"u8)
        {
            nint tree = context->Make(SyscallNumber.open_tree, context->Console, (nint)empty,
                MountApi.AtEmptyPath | MountApi.OpenTreeClone | MountApi.OpenTreeCloexec);
            return tree < 0 ? tree : Mounting.Attach(context, (int)tree, path, directory: false, 0, RootPath.NoSymlinks);
        }
    }

    private static nint Send(ChildContext* context, int fd)
    {
        context->Call = SyscallNumber.sendmsg;
        return DescriptorMessage.Send(context->Program->Socket, Handshake.Descriptor, fd);
    }
}
