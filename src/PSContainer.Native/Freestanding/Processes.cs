using System.Runtime.CompilerServices;
using PSContainer.Kernel;

namespace PSContainer.Freestanding;

/// <summary>How a process ended, waitid(2).</summary>
internal struct ProcessEnd
{
    /// <summary>The process, 0 when none has ended.</summary>
    public int Pid;

    /// <summary>The exit code, 0 when a signal ended it.</summary>
    public int Code;

    /// <summary>The signal that ended it, or 0.</summary>
    public int Signal;

    /// <summary>Why nothing could be learned, 0 when it could: <c>ECHILD</c> says that there is no child.</summary>
    public int Errno;

    /// <summary>The code a shell reports: 128 and the signal's number when a signal ended it.</summary>
    public readonly int ShellCode => Signal != 0 ? 128 + Signal : Code;
}

/// <summary>Making, finding and awaiting processes without a .NET runtime.</summary>
[SkipLocalsInit]
internal static unsafe class Processes
{
    private const int CLONE_PIDFD = 0x1000;
    private const int P_ALL = 0;
    private const int P_PIDFD = 3;
    private const int WNOHANG = 1;
    private const int WEXITED = 4;
    private const int WNOWAIT = 0x1000000;
    private const int AnyChild = 0x40000000; // __WALL: children whose exit signal is not SIGCHLD too
    private const int CLD_EXITED = 1;

    /// <summary>fork(2) with a pidfd of the child, which is close-on-exec.</summary>
    /// <returns>The child's pid, 0 in the child, or a negated error number.</returns>
    public static int Fork(out int pidFd)
    {
        int fd = -1;
        nint pid = Raw.Call(SyscallNumber.clone, CLONE_PIDFD | Signals.SIGCHLD, 0, (nint)(&fd));
        pidFd = fd;
        return (int)pid;
    }

    /// <summary>Waits for the end of a child.</summary>
    public static ProcessEnd Wait(int pidFd) => WaitFor(P_PIDFD, pidFd, WEXITED | AnyChild);

    /// <summary>Takes the end of a child that has ended already.</summary>
    /// <returns>False when it has not ended, or is not a child of this process.</returns>
    public static bool TryTake(int pidFd, out ProcessEnd end)
    {
        end = WaitFor(P_PIDFD, pidFd, WEXITED | WNOHANG | AnyChild);
        return end.Pid != 0;
    }

    /// <summary>
    /// Takes the end of any child. For a process that adopts orphans and cannot know their pidfds, and never inside one
    /// whose .NET runtime runs: it would take the ends of that runtime's own children.
    /// </summary>
    /// <returns>The end; its pid is 0 when no child has ended.</returns>
    public static ProcessEnd TakeAny() => WaitFor(P_ALL, 0, WEXITED | WNOHANG | AnyChild);

    /// <summary>The pid of a child that has ended and whose end is not taken yet, or 0.</summary>
    public static int PeekAny() => WaitFor(P_ALL, 0, WEXITED | WNOHANG | WNOWAIT | AnyChild).Pid;

    private static ProcessEnd WaitFor(int kind, int id, int options)
    {
        // siginfo_t: si_code at 8, si_pid at 16, si_status at 24.
        int* information = stackalloc int[32];
        information[4] = 0;
        ProcessEnd end = default;
        nint result = Raw.Retry(SyscallNumber.waitid, kind, id, (nint)information, options);
        end.Errno = (int)-result;
        if (result != 0 || information[4] == 0)
            return end;
        end.Pid = information[4];
        if (information[2] == CLD_EXITED)
            end.Code = information[6];
        else
            end.Signal = information[6] & 0x7f;
        return end;
    }

    /// <summary>Replaces the program, searching for it in PATH as a shell does when its name has no slash, execvp(3).</summary>
    /// <returns>
    /// A negated error number: <c>ENOENT</c> when nothing of the name was found, <c>EACCES</c> when only files that may not
    /// be executed were.
    /// </returns>
    public static nint Execute(byte** arguments, byte** environment) => Execute(arguments[0], arguments, environment);

    /// <summary>As the other, for a program that is told another name than its own.</summary>
    /// <inheritdoc cref="Execute(byte**, byte**)" path="/returns"/>
    public static nint Execute(byte* name, byte** arguments, byte** environment)
    {
        nint length = Bytes.Length(name);
        if (length == 0)
            return -Errno.ENOENT;
        if (Bytes.IndexOf(name, length, (byte)'/') >= 0)
            return Raw.Call(SyscallNumber.execve, (nint)name, (nint)arguments, (nint)environment);
        byte* search = Variable(environment, "PATH="u8);
        if (search != null)
            return ExecuteFrom(search, name, arguments, environment);
        // What a C library searches when PATH is not set.
        fixed (byte* standard = "/bin:/usr/bin"u8)
            return ExecuteFrom(standard, name, arguments, environment);
    }

    private static nint ExecuteFrom(byte* search, byte* name, byte** arguments, byte** environment)
    {
        const int MaxPath = 4096;
        byte* memory = stackalloc byte[MaxPath];
        nint failure = -Errno.ENOENT;
        while (true)
        {
            nint length = 0;
            while (search[length] is not 0 and not (byte)':')
                length++;
            TextBuffer path = new(memory, MaxPath);
            path.Append(search, length);
            // An empty element of PATH is the current directory.
            path.Append(length == 0 ? "./"u8 : "/"u8);
            path.Append(name);
            nint result = path.Overflowed
                ? -Errno.ENAMETOOLONG
                : Raw.Call(SyscallNumber.execve, (nint)path.Start, (nint)arguments, (nint)environment);
            if (result == -Errno.EACCES)
                failure = result;
            else if (result is not (-Errno.ENOENT or -Errno.ENOTDIR or -Errno.ENAMETOOLONG))
                return result;
            if (search[length] == 0)
                return failure;
            search += length + 1;
        }
    }

    /// <summary>The value of an environment variable.</summary>
    /// <param name="environment">The environment, ended by a null pointer.</param>
    /// <param name="prefix">The name with its equals sign.</param>
    public static byte* Variable(byte** environment, ReadOnlySpan<byte> prefix)
    {
        for (; *environment != null; environment++)
        {
            if (Bytes.StartsWith(*environment, prefix))
                return *environment + prefix.Length;
        }
        return null;
    }
}
