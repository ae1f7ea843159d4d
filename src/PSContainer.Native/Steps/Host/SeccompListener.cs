using System.Text;
using PSContainer.Hooks;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Steps.Host;

/// <summary>Who answers the system calls of a filter with SCMP_ACT_NOTIFY (config-linux.md, "The Container Process State").</summary>
internal sealed class SeccompListener : IDisposable
{
    private readonly FileHandle _socket;
    private readonly string? _metadata;

    private SeccompListener(FileHandle socket, string? metadata)
    {
        _socket = socket;
        _metadata = metadata;
    }

    /// <summary>Connects before anything is made: a socket that nobody listens on must not cost a container.</summary>
    /// <exception cref="ContainerException">Nobody listens there.</exception>
    public static SeccompListener Connect(SeccompSpec filter) => new(UnixSocket.Connect(filter.ListenerPath!), filter.ListenerMetadata);

    /// <summary>Sends the descriptor with the state of its process, once, and closes the connection.</summary>
    /// <param name="descriptor">The listener, which this closes.</param>
    /// <param name="pid">The process that has the filter.</param>
    /// <param name="state">The container.</param>
    /// <param name="status">A status of <see cref="HookStateText"/>.</param>
    /// <param name="initPid">The container's init.</param>
    public void Send(int descriptor, int pid, HookStateText state, string status, int initPid)
    {
        using var owned = new FileHandle(descriptor);
        var json = new StateJsonWriter();
        json.Open('{');
        json.Member("ociVersion", state.OciVersion);
        json.Members("fds", ["seccompFd"]);
        json.Name("pid");
        json.Number((ulong)pid);
        if (_metadata is not null)
            json.Member("metadata", _metadata);
        json.Name("state");
        string text = $"{Encoding.UTF8.GetString(json.Written)}{Encoding.UTF8.GetString(state.Write(status, initPid)).TrimEnd()}}}";
        UnixSocket.Send(_socket.Fd, text, owned.Fd);
        Dispose();
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _socket.Dispose();
}
