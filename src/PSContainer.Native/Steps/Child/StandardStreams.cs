using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Child;

/// <summary>The standard streams that a container begins with.</summary>
internal static unsafe class StandardStreams
{
    private const ulong NullDevice = 0x103;

    /// <summary>
    /// Puts the container's own null device in the place of the host's: a stream of the host's would be a way to change that
    /// file's owner or mode, and nothing that criu could take along.
    /// </summary>
    /// <remarks>What cannot be opened stays as it is: a container need not have a null device.</remarks>
    public static void ReopenNull(ChildContext* context)
    {
        const int CloseOnExec = 0x80000, ReadWrite = 2;
        int own = -1;
        for (int stream = 0; stream < 3; stream++)
        {
            if (!IsNull(context, stream))
                continue;
            if (own < 0)
            {
                fixed (byte* path = "/dev/null"u8)
                    own = (int)Raw.Call(SyscallNumber.openat, Raw.AtFdCwd, (nint)path, ReadWrite | CloseOnExec | RootPath.O_NOFOLLOW);
                if (own < 0 || !IsNull(context, own))
                    break;
            }
            Raw.Call(SyscallNumber.dup3, own, stream, 0);
        }
        Raw.Close(own);
    }

    private static bool IsNull(ChildContext* context, int descriptor)
    {
        FileFacts facts;
        return FileFacts.Read(context, descriptor, &facts) >= 0 && facts.IsCharacterDevice && facts.Device == NullDevice;
    }
}
