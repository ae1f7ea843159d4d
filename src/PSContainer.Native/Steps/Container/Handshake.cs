using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>
/// The messages between the child and the parent, one byte each over a socket pair. Either side takes the other's end of
/// file for its death.
/// </summary>
/// <remarks>
/// <code>
///   parent                                   child
///     |  clone3                                |
///     |------------- Go ---------------------->|  after the id maps are written (only with a user namespace)
///     |&lt;------------ Source ------------------|  a bind's source that it may not reach (only with a user namespace)
///     |------------- Go, descriptor ----------->|  opened with the parent's rights; without one, shared memory says why not
///     |&lt;------------ descriptor ---------------|  the terminal's master (only with a terminal)
///     |&lt;------------ Hooks --------------------|  all is mounted, the root not yet entered (only with hooks of create)
///     |  prestart, createRuntime               |
///     |------------- Go ---------------------->|  createContainer
///     |&lt;------------ Listener -----------------|  then its number in shared memory (only with a seccomp listener)
///     |  takes it, passes it on                |
///     |&lt;------------ Ready --------------------|  all is set up but seccomp and execve
///     |  state.json has the pid                |
///     |------------- Go ---------------------->|  not for `create`: there the child waits at the start socket
///     |&lt;============ end of file ==============|  execve closed the socket: success
/// </code>
/// A failure goes through shared memory and exit: of a container that is created, memory that it shares with the file <c>result</c>.
/// </remarks>
internal static unsafe class Handshake
{
    public const byte Go = (byte)'g';
    public const byte Ready = (byte)'r';
    public const byte Descriptor = (byte)'d';
    public const byte Hooks = (byte)'h';
    public const byte Listener = (byte)'l';
    public const byte Source = (byte)'s';

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

    /// <summary>Waits while the parent runs hooks.</summary>
    public static nint MeetForHooks(ChildContext* context)
    {
        nint sent = Send(context, Hooks);
        return sent < 0 ? sent : WaitForParent(context);
    }

    /// <summary>Has the parent open what a step binds.</summary>
    /// <returns>A mount that is attached nowhere, or in its place where the step says so; or a negated error number.</returns>
    public static nint AskForSource(ChildContext* context, int step)
    {
        context->Program->Failure->Step = step;
        nint sent = Send(context, Source);
        if (sent < 0)
            return sent;
        byte message = 0;
        int tree;
        nint got = DescriptorMessage.Receive(context->Program->Socket, &message, 1, &tree);
        if (got <= 0 || message != Go)
            Raw.Exit(1);
        // For a failure's record: it is the parent's call.
        context->Call = SyscallNumber.open_tree;
        return tree >= 0 ? tree : -context->Program->Failure->SourceErrno;
    }

    /// <summary>Tells the parent that a listener is about to be there, in shared memory.</summary>
    public static nint AnnounceListener(ChildContext* context) => Send(context, Listener);

    /// <summary>Tells the parent that all is set up.</summary>
    public static nint ReportReady(ChildContext* context)
    {
        nint cut = Lifeline.Cut(context);
        return cut < 0 ? cut : Send(context, Ready);
    }

    private static nint Send(ChildContext* context, byte message)
    {
        const int NoSignal = 0x4000;
        return context->Make(SyscallNumber.sendto, context->Program->Socket, (nint)(&message), 1, NoSignal, 0, 0);
    }

    /// <summary>Waits to be started: by the parent at once, or by whoever sends to the socket later.</summary>
    public static nint WaitForStart(ChildContext* context)
    {
        // Also before parking: a container that its state does not know could never be removed.
        WaitForParent(context);
        ChildProgram* program = context->Program;
        if (program->StartFd < 0)
            return 0;
        // From here on nobody reads the socket: its end lets the parent finish.
        program->Failure->IsParked = 1;
        Raw.Close(program->Socket);
        program->Socket = -1;
        byte message = 0;
        context->Call = SyscallNumber.read;
        nint got;
        do
            got = Raw.Read(program->StartFd, &message, 1);
        while (got == 1 && message != Go);
        return got == 1 ? 0 : got < 0 ? got : -Errno.EIO;
    }
}
