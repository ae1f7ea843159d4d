using PSContainer.Kernel;

namespace PSContainer.Freestanding;

/// <summary>A message with at most one descriptor over a unix socket, unix(7) SCM_RIGHTS.</summary>
internal static unsafe class DescriptorMessage
{
    private const int SOL_SOCKET = 1, SCM_RIGHTS = 1, MSG_NOSIGNAL = 0x4000, MSG_CMSG_CLOEXEC = 0x40000000;
    private const int ControlSize = 24, ControlLength = 20;

    /// <summary>Sends one byte and a descriptor.</summary>
    /// <returns>1, or a negated error number.</returns>
    public static nint Send(int socket, byte message, int descriptor)
    {
        // struct cmsghdr: length, level, type, then the descriptor.
        long* control = stackalloc long[3];
        control[0] = ControlLength;
        control[1] = SOL_SOCKET | (long)SCM_RIGHTS << 32;
        control[2] = descriptor;
        return Transfer(SyscallNumber.sendmsg, socket, &message, 1, control, MSG_NOSIGNAL);
    }

    /// <summary>Waits for a message.</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="buffer">Where it goes; of a datagram, what does not fit is lost.</param>
    /// <param name="size">Room there.</param>
    /// <param name="descriptor">The descriptor that came along, close-on-exec; -1 for none.</param>
    /// <returns>Its length, 0 at the end, or a negated error number.</returns>
    public static nint Receive(int socket, byte* buffer, nint size, int* descriptor)
    {
        long* control = stackalloc long[3];
        control[0] = 0;
        nint got = Transfer(SyscallNumber.recvmsg, socket, buffer, size, control, MSG_CMSG_CLOEXEC);
        bool hasDescriptor = got >= 0 && control[0] >= ControlLength && control[1] == (SOL_SOCKET | (long)SCM_RIGHTS << 32);
        *descriptor = hasDescriptor ? (int)control[2] : -1;
        return got;
    }

    private static nint Transfer(int call, int socket, byte* buffer, nint size, long* control, int flags)
    {
        // struct msghdr: name, its length, vector, its count, control, its length, flags.
        nint* vector = stackalloc nint[2];
        vector[0] = (nint)buffer;
        vector[1] = size;
        nint* header = stackalloc nint[7];
        header[0] = header[1] = header[6] = 0;
        header[2] = (nint)vector;
        header[3] = 1;
        header[4] = (nint)control;
        header[5] = ControlSize;
        return Raw.Retry(call, socket, (nint)header, flags);
    }
}
