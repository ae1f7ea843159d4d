using System.Buffers.Binary;

namespace PSContainer.Kernel.Netlink;

/// <summary>A conversation with the kernel about network devices and addresses of one network namespace, rtnetlink(7).</summary>
public sealed unsafe class RouteSocket : IDisposable
{
    private const int AF_NETLINK = 16, SOCK_RAW = 3, SOCK_CLOEXEC = 0x80000, NETLINK_ROUTE = 0, BufferSize = 64 << 10;
    private const ushort NLMSG_ERROR = 2, NLMSG_DONE = 3, NLM_F_ACK = 4, NLM_F_DUMP = 0x300;
    private readonly FileHandle _socket;

    private RouteSocket(FileHandle socket) => _socket = socket;

    /// <summary>Opens one in this thread's network namespace.</summary>
    /// <exception cref="ContainerException">The kernel refused.</exception>
    public static RouteSocket Open() => new(new FileHandle((int)Syscall.Check(
        Syscall.Call(SyscallNumber.socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), "socket", "AF_NETLINK")));

    /// <summary>Opens one in another network namespace, where this thread is only for that moment.</summary>
    /// <exception cref="ContainerException">The kernel refused.</exception>
    public static RouteSocket OpenIn(string namespacePath)
    {
        const string own = "/proc/thread-self/ns/net";
        using FileHandle back = OpenNamespace(own), other = OpenNamespace(namespacePath);
        Syscall.Check(Syscall.Call(SyscallNumber.setns, other.Fd, CloneFlags.NewNetwork), "setns", namespacePath);
        try
        {
            return Open();
        }
        finally
        {
            Syscall.Check(Syscall.Call(SyscallNumber.setns, back.Fd, CloneFlags.NewNetwork), "setns", own);
        }
    }

    /// <summary>Asks for a change and waits for the kernel's word.</summary>
    /// <returns>0, or a negated error number.</returns>
    public int Change(RouteMessage message)
    {
        byte[] bytes = message.ToBytes();
        AddFlags(bytes, NLM_F_ACK);
        Send(bytes);
        int result = 0;
        Receive((type, body) =>
        {
            if (type != NLMSG_ERROR)
                return true;
            result = ErrorOf(body);
            return false;
        });
        return result;
    }

    /// <summary>Asks for a list.</summary>
    /// <returns>What follows each answer's header.</returns>
    /// <exception cref="ContainerException">The kernel refused.</exception>
    public List<byte[]> List(RouteMessage message)
    {
        byte[] bytes = message.ToBytes();
        AddFlags(bytes, NLM_F_DUMP);
        Send(bytes);
        var answers = new List<byte[]>();
        int result = 0;
        Receive((type, body) =>
        {
            if (type is NLMSG_DONE or NLMSG_ERROR)
            {
                result = type == NLMSG_ERROR ? ErrorOf(body) : 0;
                return false;
            }
            answers.Add(body.ToArray());
            return true;
        });
        Syscall.Check(result, "recvfrom", "rtnetlink");
        return answers;
    }

    /// <summary>Closes it.</summary>
    public void Dispose() => _socket.Dispose();

    private static FileHandle OpenNamespace(string path) =>
        new((int)Syscall.Check(Files.openat(Files.AT_FDCWD, path, Files.O_RDONLY | Files.O_CLOEXEC), "openat", path));

    private static void AddFlags(byte[] bytes, ushort flags)
    {
        Span<byte> place = bytes.AsSpan(6);
        BinaryPrimitives.WriteUInt16LittleEndian(place, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(place) | flags));
    }

    private void Send(byte[] bytes)
    {
        fixed (byte* start = bytes)
            Syscall.Check(Syscall.Call(SyscallNumber.sendto, _socket.Fd, (nint)start, bytes.Length), "sendto", "rtnetlink");
    }

    /// <summary>Takes one message.</summary>
    /// <returns>Whether more is wanted.</returns>
    internal delegate bool Answer(ushort type, ReadOnlySpan<byte> body);

    private void Receive(Answer take)
    {
        byte[] buffer = new byte[BufferSize];
        while (true)
        {
            nint got = Files.read(_socket.Fd, buffer);
            if (got == -Errno.EINTR)
                continue;
            if (!Split(buffer.AsSpan(0, (int)Syscall.Check(got, "read", "rtnetlink")), take))
                return;
        }
    }

    /// <summary>Takes apart what one read gave: whole messages, until one is the last that is wanted.</summary>
    /// <returns>Whether more is wanted.</returns>
    internal static bool Split(ReadOnlySpan<byte> messages, Answer take)
    {
        while (messages.Length >= RouteMessage.HeaderSize)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(messages);
            if (length < RouteMessage.HeaderSize || length > messages.Length)
                break;
            if (!take(BinaryPrimitives.ReadUInt16LittleEndian(messages[4..]), messages[RouteMessage.HeaderSize..length]))
                return false;
            messages = length > messages.Length - 3 ? default : messages[((length + 3) & ~3)..];
        }
        return true;
    }

    // struct nlmsgerr begins with the negated error number.
    private static int ErrorOf(ReadOnlySpan<byte> body) =>
        body.Length >= sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(body) : -Errno.EBADMSG;
}
