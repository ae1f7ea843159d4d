using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>Entering cgroups and namespaces.</summary>
internal static unsafe class Isolation
{
    /// <summary>Blob: descriptors of the <c>tasks</c> files of v1 hierarchies.</summary>
    /// <remarks>
    /// A lone thread that writes itself to <c>tasks</c> does not wait; any write to <c>cgroup.procs</c> waits for an RCU grace
    /// period of up to 12 ms.
    /// </remarks>
    public static nint JoinCgroups(ChildContext* context, ChildOperation* operation)
    {
        int* files = (int*)operation->Blob;
        int count = operation->BlobLength / sizeof(int);
        byte self = (byte)'0';
        for (int i = 0; i < count; i++)
        {
            nint written = context->Make(SyscallNumber.write, files[i], (nint)(&self), 1);
            if (written < 0)
                return written;
            Raw.Close(files[i]);
        }
        return 0;
    }

    /// <summary>Number1: a namespace's descriptor or a pidfd; Number2: CLONE_NEW… types to join.</summary>
    public static nint JoinNamespaces(ChildContext* context, ChildOperation* operation)
    {
        nint result = context->Make(SyscallNumber.setns, (nint)operation->Number1, (nint)operation->Number2);
        Raw.Close((int)operation->Number1);
        if (result < 0 && operation->Text1 != null)
            context->Explain(operation->Text1);
        return result;
    }

    /// <summary>
    /// A joined pid namespace holds only for children, and new namespaces must be made after a joined user namespace: so the
    /// init is a child of this process, and through CLONE_PARENT its sibling. Number1: CLONE_NEW… types to make.
    /// </summary>
    public static nint Fork(ChildContext* context, ChildOperation* operation)
    {
        nint tied = Lifeline.BeginGuard(context);
        if (tied < 0)
            return tied;
        int pidFd = -1;
        CloneArguments arguments = default;
        arguments.Flags = (ulong)operation->Number1 | CloneFlags.Parent | CloneFlags.PidFd;
        arguments.PidFd = (ulong)&pidFd;
        nint pid = context->Make(SyscallNumber.clone3, (nint)(&arguments), sizeof(CloneArguments));
        if (pid < 0)
            return pid;
        if (pid == 0)
            return Lifeline.TieGuarded(context, (int)tied);
        context->Program->Failure->InitPid = (int)pid;
        nint guarded = Lifeline.Guard(context, (int)tied, pidFd);
        if (guarded < 0)
            return guarded;
        Raw.Exit(0);
        return 0;
    }

    /// <summary>
    /// A time namespace for what is forked from here on; its clocks can be set for as long as nothing is in it. Text1: lines of
    /// /proc/PID/timens_offsets, time_namespaces(7).
    /// </summary>
    public static nint SetTimeOffsets(ChildContext* context, ChildOperation* operation)
    {
        nint result = context->Make(SyscallNumber.unshare, CloneFlags.NewTime);
        if (result >= 0 && context->TimeOffsets < 0)
            result = OpenTimeOffsets(context);
        if (result < 0)
            return result;
        // One write: the kernel takes all clocks or none.
        result = context->Make(SyscallNumber.write, context->TimeOffsets, (nint)operation->Text1, Bytes.Length(operation->Text1));
        Raw.Close(context->TimeOffsets);
        context->TimeOffsets = -1;
        return result;
    }

    /// <summary>Opens them while the process is not hidden: then the file is the host's root's.</summary>
    public static nint OpenTimeOffsets(ChildContext* context)
    {
        fixed (byte* path = "/proc/self/timens_offsets"u8)
        {
            nint result = context->Make(SyscallNumber.openat, Raw.AtFdCwd, (nint)path, Files.O_WRONLY | Files.O_CLOEXEC);
            context->TimeOffsets = (int)result;
            return result;
        }
    }

    /// <summary>Sets the flags of <c>lo</c> up, netdevice(7).</summary>
    public static nint BringUpLoopback(ChildContext* context)
    {
        const int Inet = 2, Datagram = 2, CloseOnExec = 0x80000, SetFlags = 0x8914, IfreqSize = 40, NameSize = 16;
        const short UpAndRunning = 0x41;
        nint socket = context->Make(SyscallNumber.socket, Inet, Datagram | CloseOnExec, 0);
        if (socket < 0)
            return socket;
        byte* request = stackalloc byte[IfreqSize];
        Bytes.Clear(request, IfreqSize);
        request[0] = (byte)'l';
        request[1] = (byte)'o';
        *(short*)(request + NameSize) = UpAndRunning;
        nint result = context->Make(SyscallNumber.ioctl, socket, SetFlags, (nint)request);
        Raw.Close((int)socket);
        return result;
    }

    /// <summary>A session keyring of the container's own: no key of the caller is reachable. Text1: its name.</summary>
    public static nint MakeSessionKeyring(ChildContext* context, ChildOperation* operation)
    {
        const int JoinSessionKeyring = 1;
        nint result = context->Make(SyscallNumber.keyctl, JoinSessionKeyring, (nint)operation->Text1);
        // A kernel without keys has none to leak; where the user's key quota is full, runc and crun go on as well.
        return result is -Errno.ENOSYS or -Errno.EDQUOT ? 0 : result;
    }
}
