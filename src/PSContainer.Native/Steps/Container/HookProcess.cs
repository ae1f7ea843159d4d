using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>Runs a hook in the container's namespaces: createContainer and startContainer.</summary>
internal static unsafe class HookProcess
{
    /// <summary>The container's own root is entered already.</summary>
    public const long InContainer = 1;

    /// <summary>The path rules of the command, which come later, hold for the hook.</summary>
    public const long WithPathRules = 2;

    /// <summary>Where in Number3 the hook's place among those of its point begins.</summary>
    public const int IndexShift = 8;

    private const int CloseOnExec = 1, NotExecuted = 127, Kill = 9, ProcessGroup = 4;

    /// <summary>
    /// Text1: path; List1: arguments; List2: environment; Text2: the state up to the pid; Text3: what follows it; Number1:
    /// milliseconds it may take, 0 for any; Blob: a system call filter that only the hook gets, Number2: its flags; Number3:
    /// <see cref="InContainer"/>, <see cref="WithPathRules"/>, and its place among the hooks of its point.
    /// </summary>
    /// <remarks>
    /// Files in memory as input and output, for the reasons that <see cref="Hooks.HookRunner"/> gives. Where the walls of the
    /// command come later, a hook that is the container's own program still gets them. Before the root is entered, the working
    /// directory is the container's root, as such hooks expect it.
    /// </remarks>
    public static nint Run(ChildContext* context, ChildOperation* operation)
    {
        nint input = MakeFile(context, "hook-state"u8);
        nint output = input < 0 ? input : MakeFile(context, "hook-output"u8);
        nint result = output < 0 ? output : WriteState(context, operation, (int)input);
        if (result >= 0)
            result = RunProcess(context, operation, (int)input, (int)output);
        Raw.Close((int)input);
        Raw.Close((int)output);
        return result;
    }

    // Never among the standard streams, which the hook gets anew.
    private static nint MakeFile(ChildContext* context, ReadOnlySpan<byte> name)
    {
        const int DuplicateCloseOnExec = 1030, FirstOther = 3;
        nint file;
        fixed (byte* text = name)
            file = context->Make(SyscallNumber.memfd_create, (nint)text, CloseOnExec);
        if (file is < 0 or >= FirstOther)
            return file;
        nint other = context->Make(SyscallNumber.fcntl, file, DuplicateCloseOnExec, FirstOther);
        Raw.Close((int)file);
        return other;
    }

    private static nint WriteState(ChildContext* context, ChildOperation* operation, int input)
    {
        byte* digits = stackalloc byte[24];
        TextBuffer pid = new(digits, 24);
        pid.Append((long)Raw.Call(SyscallNumber.getpid));
        context->Call = SyscallNumber.write;
        nint result = Raw.WriteAll(input, operation->Text2, Bytes.Length(operation->Text2));
        if (result >= 0)
            result = Raw.WriteAll(input, digits, pid.Length);
        if (result >= 0)
            result = Raw.WriteAll(input, operation->Text3, Bytes.Length(operation->Text3));
        return result < 0 ? result : context->Make(SyscallNumber.lseek, input, 0, 0);
    }

    private static nint RunProcess(ChildContext* context, ChildOperation* operation, int input, int output)
    {
        context->Call = SyscallNumber.clone;
        int self = (int)Raw.Call(SyscallNumber.getpid);
        int pid = Processes.Fork(out int pidFd);
        if (pid == 0)
            Become(context, operation, input, output, self);
        if (pid < 0)
            return pid;
        PollEntry entry = default;
        entry.Fd = pidFd;
        entry.Events = PollEntry.In;
        KernelTime patience = new() { Seconds = operation->Number1 / 1000, Nanoseconds = operation->Number1 % 1000 * 1_000_000 };
        nint ended = Raw.Retry(SyscallNumber.ppoll, (nint)(&entry), 1, operation->Number1 == 0 ? 0 : (nint)(&patience));
        if (ended == 0)
            EndGroup(pidFd);
        ProcessEnd end = Processes.Wait(pidFd);
        Raw.Close(pidFd);
        if (ended > 0 && end.Pid != 0 && end.Code == 0 && end.Signal == 0)
            return 0;
        context->Call = SyscallNumber.waitid;
        Record(context, operation, output, end, timedOut: ended == 0);
        return -Errno.ECANCELED;
    }

    private static void Become(ChildContext* context, ChildOperation* operation, int input, int output, int parent)
    {
        Raw.Call(SyscallNumber.setsid);
        // Where the pid namespace is another container's or the host's, nothing else ends it.
        context->Call = SyscallNumber.prctl;
        nint result = ParentTie.ToParent(parent);
        if (result >= 0 && (operation->Number3 & InContainer) == 0)
            result = context->Make(SyscallNumber.fchdir, context->Root);
        if (result >= 0)
            result = context->Make(SyscallNumber.dup3, input, 0, 0);
        if (result >= 0)
            result = context->Make(SyscallNumber.dup3, output, 1, 0);
        if (result >= 0)
            result = context->Make(SyscallNumber.dup3, output, 2, 0);
        const int CloseOnExecFlag = 4;
        Raw.Call(SyscallNumber.close_range, 3, -1, CloseOnExecFlag);
        if (result >= 0 && (operation->Number3 & WithPathRules) != 0)
            result = PathRules.Enforce(context);
        if (result >= 0 && operation->Blob != null)
            result = Attributes.LoadFilter(context, operation->Blob, operation->BlobLength, operation->Number2);
        if (result >= 0)
        {
            result = context->Make(SyscallNumber.execve, (nint)operation->Text1, (nint)operation->List1, (nint)operation->List2);
        }
        // The record is in memory that all of us share.
        context->Program->Failure->HookErrno = (int)-result;
        Raw.Exit(NotExecuted);
    }

    private static void EndGroup(int pidFd)
    {
        if (Raw.Call(SyscallNumber.pidfd_send_signal, pidFd, Kill, 0, ProcessGroup) < 0)
            Raw.Call(SyscallNumber.pidfd_send_signal, pidFd, Kill);
    }

    // The path, a line feed, and the end of what the hook wrote.
    private static void Record(ChildContext* context, ChildOperation* operation, int output, ProcessEnd end, bool timedOut)
    {
        StepFailure* failure = context->Program->Failure;
        failure->HookIndex = (int)(operation->Number3 >> IndexShift);
        failure->HookEnd = timedOut ? StepFailure.HookTimedOut : end.Signal != 0 ? StepFailure.HookSignalled | end.Signal : StepFailure.HookExited | end.Code;
        TextBuffer text = new(failure->Text, StepFailure.TextSize);
        text.Append(operation->Text1);
        text.Append("\n"u8);
        nint room = StepFailure.TextSize - text.Length - 1;
        if (text.Overflowed || room <= 0)
            return;
        nint size = Raw.Call(SyscallNumber.lseek, output, 0, 2);
        Raw.Call(SyscallNumber.lseek, output, size > room ? size - room : 0, 0);
        nint got = Raw.Read(output, failure->Text + text.Length, room);
        failure->Text[text.Length + (got > 0 ? got : 0)] = 0;
    }
}
