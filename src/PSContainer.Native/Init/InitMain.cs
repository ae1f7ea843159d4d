using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Init;

/// <summary>
/// A container's PID 1: runs a command, hands it the signals it gets, takes the ends of all orphans, and ends as the command
/// ends. Without a command it keeps the container's namespaces alive until it is told to end.
/// </summary>
internal static unsafe class InitMain
{
    private const int PR_SET_CHILD_SUBREAPER = 36;
    private const short POLLIN = 1;

    private struct PollEntry
    {
        public int Fd;
        public short Wanted;
        public short Got;
    }

    /// <summary>Runs <c>pscontainer init [--] [COMMAND ARG…]</c>.</summary>
    /// <param name="arguments">What follows the verb, ended by a null pointer.</param>
    /// <param name="environment">The environment, ended by a null pointer.</param>
    /// <returns>The exit code.</returns>
    public static int Run(byte** arguments, byte** environment)
    {
        if (*arguments != null && Bytes.Same(*arguments, "--"u8))
            arguments++;
        // Where it is not PID 1, orphans come to it all the same.
        Raw.Call(SyscallNumber.prctl, PR_SET_CHILD_SUBREAPER, 1);
        int signals = Signals.OpenForAll();
        if (signals < 0)
            return Fail("signalfd4"u8, signals);
        if (*arguments == null)
            return Idle(signals);
        int child = Processes.Fork(out int pidFd);
        if (child < 0)
            return Fail("clone"u8, child);
        if (child == 0)
            InitCommand.Become(arguments, environment);
        return Serve(signals, child, pidFd);
    }

    private static int Serve(int signals, int child, int pidFd)
    {
        while (true)
        {
            nint awaited = AwaitSignal(signals);
            if (awaited < 0)
                return Fail("ppoll"u8, awaited);
            int signal;
            while ((signal = Signals.Next(signals)) != 0)
            {
                if (signal != Signals.SIGCHLD)
                    Signals.Send(pidFd, signal);
            }
            while (true)
            {
                ProcessEnd end = Processes.TakeAny();
                if (end.Pid == child)
                    return end.ShellCode;
                if (end.Errno is not 0 and not Errno.ECHILD)
                    return Fail("waitid"u8, -end.Errno);
                if (end.Pid == 0)
                    break;
            }
        }
    }

    private static int Idle(int signals)
    {
        while (true)
        {
            nint awaited = AwaitSignal(signals);
            if (awaited < 0)
                return Fail("ppoll"u8, awaited);
            int signal;
            while ((signal = Signals.Next(signals)) != 0)
            {
                if (signal is Signals.SIGTERM or Signals.SIGINT or Signals.SIGQUIT or Signals.SIGHUP)
                    return 0;
            }
            while (Processes.TakeAny().Pid != 0)
                continue;
        }
    }

    // A filter may refuse it: a loop without it would never rest.
    private static nint AwaitSignal(int signals)
    {
        PollEntry entry = default;
        entry.Fd = signals;
        entry.Wanted = POLLIN;
        return Raw.Retry(SyscallNumber.ppoll, (nint)(&entry), 1);
    }

    private static int Fail(ReadOnlySpan<byte> call, nint error)
    {
        InitCommand.Complain(call, error);
        return 1;
    }
}
