using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>The standard streams that a container begins with.</summary>
internal static unsafe class StandardStreams
{
    private const ulong NullDevice = 0x103;
    private const long PipeFilesystem = 0x50495045;
    private const int StatfsSize = 120, NonBlocking = 0x800, SetStatusFlags = 4;
    private const uint NobodysId = 65534;

    /// <summary>Takes what the parent chose in the place of the caller's streams, before anything is entered.</summary>
    public static void Take(ChildProgram* program)
    {
        for (int stream = 0; stream < ChildProgram.StreamCount; stream++)
        {
            if (program->Streams[stream] >= 0)
                Raw.Call(SyscallNumber.dup3, program->Streams[stream], stream, 0);
        }
    }

    /// <summary>
    /// Gives the pipes among them to the command's user: a command that opens /dev/stdout again needs to own it. Only pipes that
    /// have no name: a FIFO, device or file of the caller stays its own.
    /// </summary>
    public static void Give(ChildContext* context, nint uid)
    {
        byte* filesystem = stackalloc byte[StatfsSize];
        for (int stream = 0; stream < ChildProgram.StreamCount; stream++)
        {
            FileFacts facts;
            if (FileFacts.Read(context, stream, &facts) >= 0 && facts.IsFifo
                && Raw.Call(SyscallNumber.fstatfs, stream, (nint)filesystem) == 0 && *(long*)filesystem == PipeFilesystem)
                context->Make(SyscallNumber.fchown, stream, uid, -1);
        }
    }

    /// <summary>
    /// Puts the container's own null device in the place of the host's: a stream of the host's would be a way to change that
    /// file's owner or mode, and nothing that criu could take along.
    /// </summary>
    /// <param name="context">The child.</param>
    /// <param name="mustSucceed">
    /// Whether the start fails where the container has no null device and could change the host's; else that stays, since a
    /// container need not have one.
    /// </param>
    public static nint ReopenNull(ChildContext* context, bool mustSucceed)
    {
        const int CloseOnExec = 0x80000, ReadWrite = 2;
        int own = -1;
        nint result = 0;
        for (int stream = 0; stream < ChildProgram.StreamCount; stream++)
        {
            FileFacts facts, found;
            if (!IsNull(context, stream, &facts))
                continue;
            if (own < 0)
            {
                // A FIFO in its place must not hold us up.
                fixed (byte* path = "/dev/null"u8)
                    own = (int)context->Make(SyscallNumber.openat, Raw.AtFdCwd, (nint)path,
                        ReadWrite | CloseOnExec | NonBlocking | RootPath.O_NOFOLLOW);
                if (own < 0 || !IsNull(context, own, &found))
                {
                    // Whose owner has no id inside can be changed by nobody there.
                    if (mustSucceed && facts.Owner != NobodysId)
                        result = ExplainNull(context, own);
                    break;
                }
                Raw.Call(SyscallNumber.fcntl, own, SetStatusFlags, ReadWrite);
            }
            Raw.Call(SyscallNumber.dup3, own, stream, 0);
        }
        Raw.Close(own);
        return result;
    }

    private static nint ExplainNull(ChildContext* context, int opened)
    {
        fixed (byte* path = "/dev/null"u8)
            context->Explain(path);
        return opened < 0 ? opened : -Errno.ENODEV;
    }

    private static bool IsNull(ChildContext* context, int descriptor, FileFacts* facts) =>
        FileFacts.Read(context, descriptor, facts) >= 0 && facts->IsCharacterDevice && facts->Device == NullDevice;
}
