using System.Text;
using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Spec;
using PSContainer.Trees;

namespace PSContainer.Runtime;

/// <summary>sd_notify(3) from inside a container to the service manager of the caller, who set <c>NOTIFY_SOCKET</c>.</summary>
/// <remarks>
/// The manager gets nothing but that the container is ready, and whose pid it is: what else a container might say (another main
/// process, a longer timeout) is not its business.
/// </remarks>
internal sealed class NotifySocket : IDisposable
{
    private const string Variable = "NOTIFY_SOCKET", Inside = "/run/notify", Name = "notify.sock";
    private const int DatagramSize = 4096;
    private readonly FileHandle _socket;
    private readonly string _manager;

    private NotifySocket(string directory, string manager)
    {
        _manager = manager;
        string path = Path.Combine(directory, Name);
        File.Delete(path);
        // By the directory's descriptor: with a container's id in it, the path can be longer than an address has room for.
        using var place = new FileHandle((int)Syscall.Check(
            Files.openat(Files.AT_FDCWD, directory, Files.O_PATH | Files.O_CLOEXEC), "openat", directory));
        _socket = UnixSocket.BindDatagram($"/proc/self/fd/{place.Fd}/{Name}");
        using FileHandle socket = FreshNode.Open(place.Fd, PathBytes.From(Name), Files.S_IFSOCK, (0, 0), path);
        Syscall.Check(FreshNode.Chmod(socket, 0x1FF), "fchmodat", path);
    }

    /// <summary>The socket of the caller's service manager, or <see langword="null"/>.</summary>
    public static string? Manager { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    /// <summary>Whether the container can be given the socket.</summary>
    /// <param name="spec">Its configuration.</param>
    /// <param name="warn">Gets why it cannot.</param>
    public static bool IsFor(ContainerSpec spec, Action<string> warn)
    {
        if (Manager is null || spec.Process is null)
            return false;
        IReadOnlyList<NamespaceSpec> namespaces = spec.Linux?.Namespaces ?? [];
        // Elsewhere the runtime opens for its root what that one does not reach.
        bool isMapped = namespaces.Any(item => item.Type == "user")
            && namespaces.Any(item => item is { Type: "mount", Path: not null });
        if (isMapped && Files.geteuid() == 0)
        {
            warn($"{Variable} is not handed on: a container with a user namespace, in a mount namespace that it joins, does not "
                + "reach the state directory of root.");
            return false;
        }
        return true;
    }

    /// <summary>The configuration with the socket: a bind of its directory, and the variable that names it.</summary>
    public static ContainerSpec Announce(ContainerSpec spec, string stateDirectory) => spec with
    {
        Mounts =
        [
            .. spec.Mounts ?? [],
            new MountSpec { Destination = Inside, Type = "bind", Source = DirectoryIn(stateDirectory), Options = ["bind", "nosuid", "noexec", "nodev", "ro"] },
        ],
        Process = spec.Process! with
        {
            Env =
            [
                .. (spec.Process.Env ?? []).Where(variable => !variable.StartsWith(Variable + "=", StringComparison.Ordinal)),
                $"{Variable}={Inside}/{Name}",
            ],
        },
    };

    /// <summary>Makes the directory that the container sees.</summary>
    public static void MakeDirectory(string stateDirectory)
    {
        string directory = DirectoryIn(stateDirectory);
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, (UnixFileMode)0x1ED);
    }

    /// <summary>Listens where a container was given a directory for it; <see langword="null"/> where there is none.</summary>
    public static NotifySocket? Listen(string stateDirectory)
    {
        string directory = DirectoryIn(stateDirectory);
        return Manager is { } manager && Directory.Exists(directory) ? new NotifySocket(directory, manager) : null;
    }

    /// <summary>Waits until the container says that it is ready, or has ended, and hands the former on.</summary>
    /// <param name="pid">The container's init.</param>
    /// <param name="pidFd">Its descriptor.</param>
    /// <param name="warn">Gets what went wrong: a container is not less started for it.</param>
    public void Forward(int pid, int pidFd, Action<string> warn)
    {
        Span<PollEntry> entries =
        [
            new PollEntry { Fd = _socket.Fd, Events = PollEntry.In },
            new PollEntry { Fd = pidFd, Events = PollEntry.In },
        ];
        while (true)
        {
            Poll.Wait(entries, -1);
            if (entries[0].Returned != 0)
            {
                if (!IsReady(_socket.Fd))
                    continue;
                Tell($"READY=1\nMAINPID={pid}", warn);
                return;
            }
            if (entries[1].Returned != 0)
                return;
        }
    }

    /// <summary>As <see cref="Forward"/>, in a thread, which then closes the socket: a queue that nobody reads would block the container.</summary>
    public Thread ForwardBeside(int pid, int pidFd, Action<string> warn)
    {
        var thread = new Thread(() =>
        {
            Forward(pid, pidFd, warn);
            Dispose();
        });
        thread.Start();
        return thread;
    }

    /// <summary>Closes the socket: the container's later messages are refused.</summary>
    public void Dispose() => _socket.Dispose();

    private static string DirectoryIn(string stateDirectory) => Path.Combine(stateDirectory, "notify");

    private static bool IsReady(int socket)
    {
        Span<byte> buffer = stackalloc byte[DatagramSize];
        nint length = UnixSocket.Receive(socket, buffer, out int descriptor);
        new FileHandle(descriptor).Dispose();
        return length > 0 && Encoding.UTF8.GetString(buffer[..(int)length]).Split('\n').Contains("READY=1");
    }

    private void Tell(string message, Action<string> warn)
    {
        try
        {
            using FileHandle manager = UnixSocket.ConnectDatagram(_manager);
            UnixSocket.Send(manager.Fd, message);
        }
        catch (ContainerException failure)
        {
            warn($"{Variable}: {failure.Message}");
        }
    }
}
