namespace PSContainer.Kernel;

/// <summary>A unix socket that waits for one peer, unix(7).</summary>
public static class UnixListener
{
    private const int SOCK_STREAM = 1, SOCK_CLOEXEC = 0x80000;

    /// <summary>Listens at a path, which must not exist; whoever connects need not wait to be accepted.</summary>
    /// <exception cref="ContainerException">A call failed, or the path is longer than 107 bytes.</exception>
    public static FileHandle Open(string path)
    {
        FileHandle socket = UnixSocket.OpenAt(path, SOCK_STREAM, SyscallNumber.bind, "bind", "Use a shorter path for --root.");
        nint result = Syscall.Call(SyscallNumber.listen, socket.Fd, 1);
        if (result >= 0)
            return socket;
        socket.Dispose();
        throw Syscall.Failure((int)-result, "bind", path);
    }

    /// <summary>Takes the peer that has connected, or connects within a time.</summary>
    /// <param name="socket">What <see cref="Open"/> opened.</param>
    /// <param name="milliseconds">How long to wait.</param>
    /// <returns>The connection, or <see langword="null"/> when nobody came.</returns>
    /// <exception cref="ContainerException">The call failed.</exception>
    public static FileHandle? Accept(int socket, int milliseconds)
    {
        PollEntry[] entries = [new PollEntry { Fd = socket, Events = PollEntry.In }];
        return Poll.Wait(entries, milliseconds) <= 0
            ? null
            : new FileHandle((int)Syscall.Check(Syscall.Call(SyscallNumber.accept4, socket, 0, 0, SOCK_CLOEXEC), "accept4"));
    }
}
