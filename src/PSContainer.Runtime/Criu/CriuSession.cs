using System.Text;
using PSContainer.Kernel;

namespace PSContainer.Runtime.Criu;

/// <summary>One request to criu(8), spoken over a socket with a criu that was started for it (<c>criu swrk</c>).</summary>
/// <remarks>Written against images/rpc.proto of criu; the numbers of fields and requests are from there.</remarks>
internal sealed unsafe class CriuSession : IDisposable
{
    public const int Dump = 1, Restore = 2, PreDump = 4;

    /// <summary>The descriptor that the first of the handed ones becomes.</summary>
    public const int FirstDescriptor = 4;

    private const int Notify = 6, SocketDescriptor = 3, Largest = 256 << 10;
    private readonly FileHandle _own;
    private readonly FileHandle _process;

    /// <summary>Starts criu.</summary>
    /// <param name="descriptors">Descriptors that it gets from <see cref="FirstDescriptor"/> on.</param>
    /// <exception cref="ContainerException">It is not installed, or cannot be started.</exception>
    public CriuSession(IReadOnlyList<int> descriptors)
    {
        const int Unix = 1, SeqPacket = 5, CloseOnExec = 0x80000;
        int* pair = stackalloc int[2];
        Syscall.Check(Syscall.Call(SyscallNumber.socketpair, Unix, SeqPacket | CloseOnExec, 0, (nint)pair), "socketpair");
        _own = new FileHandle(pair[0]);
        var handed = new List<FileHandle> { Above(pair[1]) };
        new FileHandle(pair[1]).Dispose();
        try
        {
            handed.AddRange(descriptors.Select(Above));
            _process = HostProgram.Start("criu", ["swrk", $"{SocketDescriptor}"],
                [.. handed.Select((handle, index) => (handle.Fd, SocketDescriptor + index))], out int pid);
            Pid = pid;
        }
        catch
        {
            _own.Dispose();
            throw;
        }
        finally
        {
            handed.ForEach(handle => handle.Dispose());
        }
    }

    /// <summary>criu's own pid.</summary>
    public int Pid { get; }

    /// <summary>Makes a request and waits for its end.</summary>
    /// <param name="type">What is asked.</param>
    /// <param name="options">A criu_opts.</param>
    /// <param name="onNotify">Gets what criu tells on the way: the script's name, a pid or 0, a descriptor or -1.</param>
    /// <returns>The pid of a restored process, else 0.</returns>
    /// <exception cref="CriuException">criu refused.</exception>
    public int Call(int type, Message options, Action<string, int, int> onNotify)
    {
        Send(new Message().Add(1, type).Add(2, options));
        while (true)
        {
            (byte[] answer, int descriptor) = Receive();
            int kind = 0, pid = 0, errno = 0;
            bool isDone = false;
            string? message = null;
            (string Script, int Pid) notice = ("", 0);
            foreach ((int field, long number, byte[] bytes) in Message.Read(answer))
            {
                if (field == 1) kind = (int)number;
                else if (field == 2) isDone = number != 0;
                else if (field == 4) pid = (int)Message.Read(bytes).FirstOrDefault(one => one.Field == 1).Number;
                else if (field == 5) notice = ReadNotice(bytes);
                else if (field == 7) errno = (int)number;
                else if (field == 9) message = Encoding.UTF8.GetString(bytes);
            }
            if (!isDone)
                throw new CriuException(errno, message);
            if (kind != Notify)
                return pid;
            onNotify(notice.Script, notice.Pid, descriptor);
            Send(new Message().Add(1, Notify).Add(3, 1));
        }
    }

    /// <summary>Lets criu end, and waits for that.</summary>
    public void Dispose()
    {
        _own.Dispose();
        // It undoes what it has begun when nobody listens any more.
        if (Pidfd.WaitForEnd(_process.Fd, WayOut.Grace))
            Pidfd.Wait(_process.Fd);
        else
            Pidfd.KillAndWait(_process.Fd);
        _process.Dispose();
    }

    private static (string Script, int Pid) ReadNotice(byte[] bytes)
    {
        string script = "";
        int pid = 0;
        foreach ((int field, long number, byte[] text) in Message.Read(bytes))
        {
            if (field == 1)
                script = Encoding.UTF8.GetString(text);
            else if (field == 2)
                pid = (int)number;
        }
        return (script, pid);
    }

    // Out of the way of the numbers that they will have there.
    private static FileHandle Above(int descriptor)
    {
        const int DuplicateCloseOnExec = 1030, Lowest = 64;
        return new FileHandle((int)Syscall.Check(Syscall.Call(SyscallNumber.fcntl, descriptor, DuplicateCloseOnExec, Lowest),
            "fcntl"));
    }

    private void Send(Message message)
    {
        const int NoSignal = 0x4000;
        byte[] bytes = message.ToArray();
        fixed (byte* first = bytes)
            Syscall.Check(Syscall.Call(SyscallNumber.sendto, _own.Fd, (nint)first, bytes.Length, NoSignal), "sendto", "criu");
    }

    private (byte[] Answer, int Descriptor) Receive()
    {
        byte[] buffer = new byte[Largest];
        WayOut.Wait(_own.Fd);
        nint got = UnixSocket.Receive(_own.Fd, buffer, out int descriptor);
        return got > 0 ? (buffer[..(int)got], descriptor) : throw new CriuException(0, "it ended without an answer");
    }
}

/// <summary>criu(8) could not do what it was asked.</summary>
internal sealed class CriuException(int errno, string? message) : Exception
{
    /// <summary>The error number, 0 when it told none.</summary>
    public int ErrorNumber { get; } = errno;

    /// <summary>What it said, or <see langword="null"/>.</summary>
    public string? Said { get; } = message;
}
