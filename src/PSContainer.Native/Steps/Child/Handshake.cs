using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Child;

/// <summary>
/// The messages between the child and the parent, one byte each over a socket pair. Either side takes the other's end of
/// file for its death.
/// </summary>
/// <remarks>
/// <code>
///   parent                                   child
///     |  clone3                                |
///     |------------- Go ---------------------->|  after the id maps are written (only with a user namespace)
///     |&lt;------------ descriptor ---------------|  the terminal's master (only with a terminal)
///     |&lt;------------ Ready --------------------|  all is set up but seccomp and execve
///     |  state.json has the pid                |
///     |------------- Go ---------------------->|  not for `create`: there the child waits on the start FIFO
///     |&lt;============ end of file ==============|  execve closed the socket: success
/// </code>
/// A failure goes through shared memory and exit, or, once started from the FIFO, through the result FIFO.
/// </remarks>
internal static unsafe class Handshake
{
    public const byte Go = (byte)'g';
    public const byte Ready = (byte)'r';
    public const byte Descriptor = (byte)'d';

    /// <summary>Waits until the parent says go.</summary>
    public static nint WaitForParent(ChildContext* context)
    {
        byte message = 0;
        context->Call = SyscallNumber.read;
        nint got = Raw.Read(context->Program->Socket, &message, 1);
        if (got <= 0 || message != Go)
            Raw.Exit(1);
        return 0;
    }

    /// <summary>Tells the parent that all is set up.</summary>
    public static nint ReportReady(ChildContext* context)
    {
        const int NoSignal = 0x4000;
        byte message = Ready;
        nint sent = context->Make(SyscallNumber.sendto, context->Program->Socket, (nint)(&message), 1, NoSignal, 0, 0);
        if (sent < 0)
            Raw.Exit(1);
        return 0;
    }

    /// <summary>Waits to be started: by the parent at once, or by whoever opens the FIFO later.</summary>
    public static nint WaitForStart(ChildContext* context)
    {
        // Also before parking: a container that its state does not know could never be removed.
        WaitForParent(context);
        ChildProgram* program = context->Program;
        if (program->StartFd < 0)
            return 0;
        // From here on nobody reads the socket: its end lets the parent finish.
        Raw.Close(program->Socket);
        program->Socket = -1;
        byte message;
        context->Call = SyscallNumber.read;
        return Raw.Read(program->StartFd, &message, 1) == 1 ? 0 : -Errno.EIO;
    }
}
