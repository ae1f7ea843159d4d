using System.Runtime.CompilerServices;
using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Monitor;

/// <summary>
/// The monitor's side of a container's terminal: the socket <c>console.sock</c>, over which a runtime hands the master, and
/// input on its way to it.
/// </summary>
[SkipLocalsInit]
internal unsafe struct TerminalLink
{
    private const int AF_UNIX = 1;
    private const int SOCK_STREAM = 1;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int SOL_SOCKET = 1;
    private const int SO_PEERCRED = 17;
    private const int AddressSize = 110;
    private const int F_SETFL = 4;
    private const int InputCapacity = 256;

    private fixed byte _input[InputCapacity];
    private int _inputStart;
    private int _inputLength;

    /// <summary>The socket that waits for the runtime or talks with it, or -1.</summary>
    public int Socket;

    /// <summary>Whether <see cref="Socket"/> is a connection.</summary>
    public bool IsConnected;

    /// <summary>Begins without a socket.</summary>
    public void Initialize()
    {
        Socket = -1;
        IsConnected = false;
        _inputStart = _inputLength = 0;
    }

    /// <summary>Makes the socket in the state directory.</summary>
    /// <returns>0 or a negated error number.</returns>
    public nint Listen(int directory)
    {
        StateFile.Remove(directory, "console.sock"u8);
        Socket = (int)Raw.Call(SyscallNumber.socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC);
        if (Socket < 0)
            return Socket;
        // A socket's address holds 107 bytes: by descriptor it fits whatever the directory's path is.
        byte* address = stackalloc byte[AddressSize];
        *(ushort*)address = AF_UNIX;
        TextBuffer path = new(address + 2, AddressSize - 2);
        path.Append("/proc/self/fd/"u8);
        path.Append(directory);
        path.Append("/console.sock"u8);
        nint result = Raw.Call(SyscallNumber.bind, Socket, (nint)address, 2 + path.Length + 1);
        return result != 0 ? result : Raw.Call(SyscallNumber.listen, Socket, 1);
    }

    /// <summary>Takes a connection of a process of this user, or the master that it sends.</summary>
    /// <returns>The master, non-blocking, or -1 when it has not come yet.</returns>
    public int Advance()
    {
        if (!IsConnected)
        {
            Accept();
            return -1;
        }
        int master = Receive();
        Close();
        if (master >= 0)
            Raw.Call(SyscallNumber.fcntl, master, F_SETFL, Files.O_RDWR | Files.O_NONBLOCK);
        return master;
    }

    private void Accept()
    {
        int connection = (int)Raw.Retry(SyscallNumber.accept4, Socket, 0, 0, SOCK_CLOEXEC);
        if (connection < 0)
            return;
        uint* peer = stackalloc uint[3];
        int size = 3 * sizeof(uint);
        nint result = Raw.Call(SyscallNumber.getsockopt, connection, SOL_SOCKET, SO_PEERCRED, (nint)peer, (nint)(&size));
        if (result != 0 || peer[1] != (uint)Raw.Call(SyscallNumber.geteuid))
        {
            Raw.Close(connection);
            return;
        }
        Raw.Close(Socket);
        Socket = connection;
        IsConnected = true;
    }

    private readonly int Receive()
    {
        byte* data = stackalloc byte[256];
        int descriptor;
        DescriptorMessage.Receive(Socket, data, 256, &descriptor);
        return descriptor;
    }

    /// <summary>Closes the socket.</summary>
    public void Close()
    {
        Raw.Close(Socket);
        Socket = -1;
    }

    /// <summary>Whether input waits for the terminal to take it.</summary>
    public readonly bool HasInput => _inputLength > 0;

    /// <summary>Reads input, when none waits, for the terminal.</summary>
    /// <returns>False at its end.</returns>
    public bool ReadInput(int source)
    {
        nint count;
        fixed (byte* buffer = _input)
            count = Raw.Read(source, buffer, InputCapacity);
        if (count == -Errno.EAGAIN)
            return true;
        _inputStart = 0;
        _inputLength = count > 0 ? (int)count : 0;
        return count > 0;
    }

    /// <summary>Gives the terminal as much of the input as it takes.</summary>
    public void WriteInput(int master)
    {
        nint count;
        fixed (byte* buffer = _input)
            count = Raw.Retry(SyscallNumber.write, master, (nint)(buffer + _inputStart), _inputLength);
        if (count == -Errno.EAGAIN)
            return;
        _inputStart += count > 0 ? (int)count : 0;
        _inputLength = count > 0 ? _inputLength - (int)count : 0;
    }
}
