using System.Diagnostics;
using System.Text;
using PSContainer.Kernel;

namespace PSContainer.Systemd;

/// <summary>A connection to a message bus, or straight to systemd: calls, and waiting for signals.</summary>
/// <remarks>
/// Our own, for the six messages that the systemd cgroup manager needs: a library would be loaded by the module, which has no
/// third-party assembly, since removing a container stops its unit.
/// </remarks>
internal sealed class DBusConnection : IDisposable
{
    private const int Patience = 25_000;
    private readonly FileHandle _socket;
    private readonly List<DBusMessage> _signals = [];
    private uint _serial;

    private DBusConnection(FileHandle socket) => _socket = socket;

    /// <summary>Connects.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="isBus">Whether a bus is behind it, which wants to be greeted, or the peer itself.</param>
    /// <exception cref="ContainerException">Nobody listens, or we are not let in.</exception>
    public static DBusConnection Open(string path, bool isBus)
    {
        var connection = new DBusConnection(UnixSocket.Connect(path));
        try
        {
            connection.Authenticate(path);
            if (isBus)
                connection.Call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello", "", _ => { });
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Calls a method and waits for its return.</summary>
    /// <param name="destination">Whom; a peer that is no bus does not look at it.</param>
    /// <param name="path">Which object of it.</param>
    /// <param name="of">The interface.</param>
    /// <param name="method">The method.</param>
    /// <param name="signature">Of the arguments.</param>
    /// <param name="arguments">Writes them.</param>
    /// <exception cref="DBusCallException">The other side says no.</exception>
    /// <exception cref="ContainerException">The connection is broken, or no answer came.</exception>
    public DBusMessage Call(string destination, string path, string of, string method, string signature, Action<DBusWriter> arguments)
    {
        var body = new DBusWriter();
        arguments(body);
        var message = new DBusWriter();
        WriteHeader(message, ++_serial, body.Length);
        message.Array(8, () =>
        {
            WriteField(message, 1, "o", path);
            WriteField(message, 2, "s", of);
            WriteField(message, 3, "s", method);
            WriteField(message, 6, "s", destination);
            if (signature.Length > 0)
                WriteField(message, 8, "g", signature);
        });
        message.Align(8);
        message.Raw(body.Written);
        Send(message.Written);
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            DBusMessage answer = Receive(Left(start), $"{method}");
            if (answer.Type == DBusMessage.Signal)
                _signals.Add(answer);
            else if (answer.ReplySerial == _serial && answer.Type == DBusMessage.Return)
                return answer;
            else if (answer.ReplySerial == _serial && answer.Type == DBusMessage.Error)
                throw new DBusCallException(method, answer.ErrorName, answer.Text());
        }
    }

    /// <summary>The next signal of a name, of those that came meanwhile or will come.</summary>
    /// <exception cref="ContainerException">None came in 25 seconds.</exception>
    public DBusMessage WaitForSignal(string name)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            int place = _signals.FindIndex(signal => signal.Member == name);
            if (place >= 0)
            {
                DBusMessage found = _signals[place];
                _signals.RemoveAt(place);
                return found;
            }
            DBusMessage message = Receive(Left(start), name);
            if (message.Type == DBusMessage.Signal)
                _signals.Add(message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static int Left(long start) => (int)Math.Max(0, Patience - Stopwatch.GetElapsedTime(start).TotalMilliseconds);

    private static void WriteHeader(DBusWriter message, uint serial, int bodyLength)
    {
        const byte Call = 1, Version = 1;
        message.Byte((byte)'l');
        message.Byte(Call);
        message.Byte(0);
        message.Byte(Version);
        message.UInt32((uint)bodyLength);
        message.UInt32(serial);
    }

    private static void WriteField(DBusWriter message, byte field, string signature, string value)
    {
        message.Align(8);
        message.Byte(field);
        message.Signature(signature);
        if (signature == "g")
            message.Signature(value);
        else
            message.Text(value);
    }

    // Without an identity in words the other side takes the socket's own, which a user namespace does not change. All in one:
    // systemd's own socket does not look at a first call that comes together with the end of this.
    private void Authenticate(string path)
    {
        Send("\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n"u8);
        string answer = ReadLine(path);
        if (answer == "DATA" || answer.StartsWith("DATA ", StringComparison.Ordinal))
            answer = ReadLine(path);
        if (answer.StartsWith("OK", StringComparison.Ordinal))
            return;
        throw new ContainerPermissionException($"The D-Bus at '{path}' does not let user {Files.geteuid()} in: {answer}",
            "Use --systemd-cgroup as root, or in a session of this user's own.")
        { Target = path };
    }

    private string ReadLine(string path)
    {
        var line = new StringBuilder();
        byte[] one = new byte[1];
        while (line.Length < 1000)
        {
            ReadExactly(one, Patience, $"authentication at '{path}'");
            if (one[0] == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }
        throw new ContainerException($"What listens at '{path}' is no D-Bus.") { Target = path };
    }

    private DBusMessage Receive(int patience, string what)
    {
        byte[] header = new byte[DBusMessage.FixedHeader];
        ReadExactly(header, patience, what);
        byte[] message = new byte[DBusMessage.LengthOf(header)];
        header.CopyTo(message, 0);
        ReadExactly(message.AsSpan(header.Length), Patience, what);
        return new DBusMessage(message);
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            nint sent = Syscall.Check(Files.write(_socket.Fd, bytes), "write", "D-Bus");
            bytes = bytes[(int)sent..];
        }
    }

    private void ReadExactly(Span<byte> bytes, int patience, string what)
    {
        PollEntry[] entries = [new PollEntry { Fd = _socket.Fd, Events = PollEntry.In }];
        while (bytes.Length > 0)
        {
            if (WayOut.Wait(entries, patience) == 0)
                throw new ContainerException($"The D-Bus did not answer in time ({what}).", "See with 'systemctl status' whether systemd is well.");
            nint read = Syscall.Check(Files.read(_socket.Fd, bytes), "read", "D-Bus");
            if (read == 0)
                throw new ContainerException($"The D-Bus closed the connection ({what}).", "See its journal for the reason.");
            bytes = bytes[(int)read..];
        }
    }
}

/// <summary>An error that came back over the bus.</summary>
/// <param name="method">What was called.</param>
/// <param name="name">The error's name, in reverse-domain form.</param>
/// <param name="text">What it says.</param>
internal sealed class DBusCallException(string method, string name, string text)
    : ContainerException($"systemd refused {method}: {text} ({name})", "See 'systemctl status' and the journal; --cgroup-manager cgroupfs does without systemd.")
{
    /// <summary>The error's name.</summary>
    public string Name { get; } = name;
}
