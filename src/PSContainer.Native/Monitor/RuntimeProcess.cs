using System.Runtime.CompilerServices;
using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Monitor;

/// <summary>Starts the OCI runtime: to make the container, and with <c>--remove</c> to delete it.</summary>
[SkipLocalsInit]
internal static unsafe class RuntimeProcess
{
    private const int NotExecuted = 127;
    private const int F_SETFL = 4;

    private struct Pipe
    {
        public int Reader;
        public int Writer;
    }

    /// <summary>Starts the runtime with the container's streams.</summary>
    /// <returns>False when that failed, which has been reported.</returns>
    public static bool Start(MonitorContext* monitor)
    {
        Pipe output = default, error = default, input = default;
        input.Reader = input.Writer = -1;
        nint result = MakePipe(&output);
        if (result == 0)
            result = MakePipe(&error);
        if (result == 0 && monitor->Input.Reader >= 0 && !monitor->Arguments.Terminal)
            result = Raw.Call(SyscallNumber.pipe2, (nint)(&input), Files.O_CLOEXEC);
        if (result != 0)
        {
            SyncReport.Failure(monitor->Arguments.SyncFd, "MakePipe"u8, "pipe2"u8, result, null);
            return false;
        }
        int self = (int)Raw.Call(SyscallNumber.getpid);
        int pid = Processes.Fork(out monitor->RuntimePidFd);
        if (pid == 0)
            Become(monitor, input.Reader, output.Writer, error.Writer, self);
        Raw.Close(output.Writer);
        Raw.Close(error.Writer);
        Raw.Close(monitor->Arguments.StdinFd);
        Raw.Close(input.Reader);
        monitor->Input.Sink = input.Writer;
        monitor->Output.Fd = output.Reader;
        monitor->Error.Fd = error.Reader;
        if (pid < 0)
            SyncReport.Failure(monitor->Arguments.SyncFd, "StartRuntime"u8, "clone"u8, pid, null);
        return pid > 0;
    }

    private static nint MakePipe(Pipe* pipe)
    {
        nint result = Raw.Call(SyscallNumber.pipe2, (nint)pipe, Files.O_CLOEXEC);
        if (result == 0)
            Raw.Call(SyscallNumber.fcntl, pipe->Reader, F_SETFL, Files.O_NONBLOCK);
        return result;
    }

    private static void Become(MonitorContext* monitor, int input, int output, int error, int parent)
    {
        // Without a monitor nobody waits for what it makes, nor learns of its end: it is asked to undo it.
        if (ParentTie.ToParent(parent, Signals.SIGTERM) == -Errno.ESRCH)
            Raw.Exit(NotExecuted);
        if (monitor->Arguments.StdinFd >= 0)
            input = monitor->Arguments.StdinFd;
        if (input >= 0 && !monitor->Arguments.Terminal)
            Raw.Call(SyscallNumber.dup3, input, 0, 0);
        Raw.Call(SyscallNumber.dup3, output, 1, 0);
        Raw.Call(SyscallNumber.dup3, error, 2, 0);
        Execute(monitor->Arguments.Runtime, monitor);
    }

    private static void Execute(byte** arguments, MonitorContext* monitor)
    {
        Signals.SetAllDefault();
        Signals.SetMask(0);
        fixed (byte* self = "/proc/self/exe"u8)
        {
            if (Bytes.Same(arguments[0], "self"u8))
                arguments[0] = self;
            nint result = Processes.Execute(arguments, monitor->Environment);
            SyncReport.Failure(monitor->Arguments.SyncFd, "StartRuntime"u8, "execve"u8, result, arguments[0]);
            Raw.Exit(NotExecuted);
        }
    }

    /// <summary>Has the runtime delete the container: its root and id are the state directory's parent and name.</summary>
    public static void DeleteContainer(MonitorContext* monitor)
    {
        byte* root = monitor->DirectoryPath;
        nint slash = Bytes.Length(root);
        while (slash > 0 && root[slash] != (byte)'/')
            slash--;
        if (slash == 0)
            return;
        root[slash] = 0;
        int pid = Processes.Fork(out int pidFd);
        if (pid == 0)
            BecomeDelete(monitor, root, root + slash + 1);
        if (pid > 0)
            Processes.Wait(pidFd);
    }

    private static void BecomeDelete(MonitorContext* monitor, byte* root, byte* id)
    {
        fixed (byte* rootOption = "--root"u8)
        fixed (byte* verb = "delete"u8)
        fixed (byte* force = "--force"u8)
        {
            byte** arguments = stackalloc byte*[7];
            arguments[0] = monitor->Arguments.Runtime[0];
            arguments[1] = rootOption;
            arguments[2] = root;
            arguments[3] = verb;
            arguments[4] = force;
            arguments[5] = id;
            arguments[6] = null;
            Execute(arguments, monitor);
        }
    }
}
