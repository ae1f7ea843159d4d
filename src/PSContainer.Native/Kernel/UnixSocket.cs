using System.Text;

namespace PSContainer.Kernel;

/// <summary>Messages of one byte with at most one descriptor over unix sockets, unix(7).</summary>
public static unsafe class UnixSocket
{
    private const int AF_UNIX = 1, SOCK_STREAM = 1, SOCK_CLOEXEC = 0x80000, SOL_SOCKET = 1, SCM_RIGHTS = 1;
    private const int MSG_CMSG_CLOEXEC = 0x40000000, MSG_NOSIGNAL = 0x4000, ControlSize = 24, PathMax = 108;

    /// <summary>Waits for a message.</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="descriptor">The descriptor that came along, close-on-exec and the caller's; -1 for none.</param>
    /// <returns>The message's first byte, or -1 at the end.</returns>
    public static int Receive(int socket, out int descriptor)
    {
        byte* buffer = stackalloc byte[256];
        nint* vector = stackalloc nint[] { (nint)buffer, 256 };
        long* control = stackalloc long[3];
        control[0] = 0;
        nint* header = stackalloc nint[] { 0, 0, (nint)vector, 1, (nint)control, ControlSize, 0 };
        nint got;
        do
            got = Syscall.Call(SyscallNumber.recvmsg, socket, (nint)header, MSG_CMSG_CLOEXEC);
        while (got == -Errno.EINTR);
        bool hasDescriptor = got > 0 && header[5] >= 20 && control[1] == (SOL_SOCKET | (long)SCM_RIGHTS << 32);
        descriptor = hasDescriptor ? (int)control[2] : -1;
        return got > 0 ? *buffer : -1;
    }

    /// <summary>Sends a message with a descriptor.</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="text">The message, 255 bytes at most.</param>
    /// <param name="descriptor">The descriptor, which stays the caller's too.</param>
    /// <exception cref="ContainerException">It could not be sent.</exception>
    public static void Send(int socket, string text, int descriptor)
    {
        using var message = new CString(text.Length == 0 ? "\n" : text);
        nint* vector = stackalloc nint[] { (nint)message.Pointer, Math.Max(1, Encoding.UTF8.GetByteCount(text)) };
        long* control = stackalloc long[] { 20, SOL_SOCKET | (long)SCM_RIGHTS << 32, descriptor };
        nint* header = stackalloc nint[] { 0, 0, (nint)vector, 1, (nint)control, ControlSize, 0 };
        Syscall.Check(Syscall.Call(SyscallNumber.sendmsg, socket, (nint)header, MSG_NOSIGNAL), "sendmsg");
    }

    /// <summary>Connects to a socket by path.</summary>
    /// <exception cref="ContainerException">Nobody listens there, or the path is longer than 107 bytes.</exception>
    public static FileHandle Connect(string path)
    {
        int length = Encoding.UTF8.GetByteCount(path);
        if (length >= PathMax)
            throw new ContainerException($"The path of the socket '{path}' is longer than 107 bytes.", "Use a shorter path.") { Target = path };
        var socket = new FileHandle((int)Syscall.Check(Syscall.Call(SyscallNumber.socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
        byte* address = stackalloc byte[2 + PathMax];
        new Span<byte>(address, 2 + PathMax).Clear();
        *(short*)address = AF_UNIX;
        Encoding.UTF8.GetBytes(path, new Span<byte>(address + 2, PathMax));
        nint result = Syscall.Call(SyscallNumber.connect, socket.Fd, (nint)address, 2 + length + 1);
        if (result >= 0)
            return socket;
        socket.Dispose();
        throw Syscall.Failure((int)-result, "connect", path);
    }
}
