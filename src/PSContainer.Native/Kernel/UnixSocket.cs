using System.Text;

namespace PSContainer.Kernel;

/// <summary>Messages of one byte with at most one descriptor over unix sockets, unix(7).</summary>
public static unsafe class UnixSocket
{
    private const int AF_UNIX = 1, SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_CLOEXEC = 0x80000, SOL_SOCKET = 1, SCM_RIGHTS = 1;
    private const int MSG_CMSG_CLOEXEC = 0x40000000, MSG_NOSIGNAL = 0x4000, ControlSize = 24, PathMax = 108;
    private const int SO_SNDTIMEO = 21, Patience = 10;

    /// <summary>Waits for a message.</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="descriptor">The descriptor that came along, close-on-exec and the caller's; -1 for none.</param>
    /// <returns>The message's first byte, or -1 at the end.</returns>
    public static int Receive(int socket, out int descriptor)
    {
        Span<byte> buffer = stackalloc byte[256];
        return Receive(socket, buffer, out descriptor) > 0 ? buffer[0] : -1;
    }

    /// <summary>Waits for a message and takes all of it.</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="buffer">Where it goes; what does not fit is lost.</param>
    /// <param name="descriptor">As in <see cref="Receive(int, out int)"/>.</param>
    /// <returns>Its length, 0 at the end, or a negated error number.</returns>
    public static nint Receive(int socket, Span<byte> buffer, out int descriptor)
    {
        fixed (byte* place = buffer)
        {
            nint* vector = stackalloc nint[] { (nint)place, buffer.Length };
            long* control = stackalloc long[3];
            control[0] = 0;
            nint* header = stackalloc nint[] { 0, 0, (nint)vector, 1, (nint)control, ControlSize, 0 };
            nint got;
            do
                got = Syscall.Call(SyscallNumber.recvmsg, socket, (nint)header, MSG_CMSG_CLOEXEC);
            while (got == -Errno.EINTR);
            bool hasDescriptor = got > 0 && header[5] >= 20 && control[1] == (SOL_SOCKET | (long)SCM_RIGHTS << 32);
            descriptor = hasDescriptor ? (int)control[2] : -1;
            return got;
        }
    }

    /// <summary>Sends a message with a descriptor.</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="text">The message; the descriptor goes with its first part.</param>
    /// <param name="descriptor">The descriptor, which stays the caller's too.</param>
    /// <exception cref="ContainerException">It could not be sent.</exception>
    public static void Send(int socket, string text, int descriptor)
    {
        using var message = new CString(text.Length == 0 ? "\n" : text);
        nint length = Math.Max(1, Encoding.UTF8.GetByteCount(text));
        nint* vector = stackalloc nint[] { (nint)message.Pointer, length };
        long* control = stackalloc long[] { 20, SOL_SOCKET | (long)SCM_RIGHTS << 32, descriptor };
        nint* header = stackalloc nint[] { 0, 0, (nint)vector, 1, (nint)control, ControlSize, 0 };
        nint sent = 0;
        while (sent < length)
        {
            nint result = sent == 0
                ? Syscall.Call(SyscallNumber.sendmsg, socket, (nint)header, MSG_NOSIGNAL)
                : Syscall.Call(SyscallNumber.sendto, socket, (nint)message.Pointer + sent, length - sent, MSG_NOSIGNAL);
            if (result != -Errno.EINTR)
                sent += Syscall.Check(result, "sendmsg");
        }
    }

    /// <summary>Sends one datagram.</summary>
    /// <exception cref="ContainerException">It could not be sent.</exception>
    public static void Send(int socket, string text)
    {
        using var message = new CString(text);
        nint sent;
        do
            sent = Syscall.Call(SyscallNumber.sendto, socket, message, Encoding.UTF8.GetByteCount(text), MSG_NOSIGNAL);
        while (sent == -Errno.EINTR);
        Syscall.Check(sent, "sendto");
    }

    /// <summary>Connects to a socket by path.</summary>
    /// <exception cref="ContainerException">Nobody listens there, or the path is longer than 107 bytes.</exception>
    public static FileHandle Connect(string path) => Connect(path, SOCK_STREAM);

    /// <summary>Connects to a socket that takes datagrams, by path, or by a name that begins with <c>@</c> for the abstract one.</summary>
    /// <exception cref="ContainerException">Nobody listens there, or the path is longer than 107 bytes.</exception>
    public static FileHandle ConnectDatagram(string path) => Connect(path, SOCK_DGRAM);

    /// <summary>Makes a socket that takes datagrams at a path, which must not exist.</summary>
    /// <exception cref="ContainerException">The call failed, or the path is longer than 107 bytes.</exception>
    public static FileHandle BindDatagram(string path) => OpenAt(path, SOCK_DGRAM, SyscallNumber.bind, "bind", "Use a shorter path.");

    private static FileHandle Connect(string path, int type) => OpenAt(path, type, SyscallNumber.connect, "connect", "Use a shorter path.");

    /// <summary>Makes a socket and gives it a path: connects it there, or binds it.</summary>
    /// <exception cref="ContainerException">The call failed, or the path is longer than 107 bytes.</exception>
    internal static FileHandle OpenAt(string path, int type, int number, string call, string advice)
    {
        int length = Encoding.UTF8.GetByteCount(path);
        if (length >= PathMax)
            throw new ContainerException($"The path of the socket '{path}' is longer than 107 bytes.", advice) { Target = path };
        var socket = new FileHandle((int)Syscall.Check(Syscall.Call(SyscallNumber.socket, AF_UNIX, type | SOCK_CLOEXEC, 0), "socket"));
        // Whoever listens need not take the connection, nor read what is sent.
        long* patience = stackalloc long[] { Patience, 0 };
        Syscall.Call(SyscallNumber.setsockopt, socket.Fd, SOL_SOCKET, SO_SNDTIMEO, (nint)patience, 2 * sizeof(long));
        byte* address = stackalloc byte[2 + PathMax];
        new Span<byte>(address, 2 + PathMax).Clear();
        *(short*)address = AF_UNIX;
        Encoding.UTF8.GetBytes(path, new Span<byte>(address + 2, PathMax));
        bool isAbstract = path.StartsWith('@');
        if (isAbstract)
            address[2] = 0;
        nint result = Syscall.Call(number, socket.Fd, (nint)address, 2 + length + (isAbstract ? 0 : 1));
        if (result >= 0)
            return socket;
        socket.Dispose();
        throw Syscall.Failure((int)-result, call, path);
    }
}
