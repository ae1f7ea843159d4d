using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Proc;
using PSContainer.Steps.Container;

namespace PSContainer.Steps.Host;

/// <summary>The parent's side of <see cref="Handshake"/>: cloning the child and seeing it through to execve.</summary>
internal sealed unsafe class ParentHandshake : IDisposable
{
    private const int SharedSize = StartSocket.ResultSize;
    private readonly UnmanagedArena _arena = new();
    private readonly FileHandle _own, _child;
    private readonly StepFailure* _failure;

    /// <summary>Makes what both share.</summary>
    /// <param name="result">
    /// A file of <see cref="StartSocket.ResultSize"/> bytes that is the memory of the record of a failure; <see langword="null"/>: memory
    /// of the two processes alone.
    /// </param>
    public ParentHandshake(FileHandle? result = null)
    {
        const int Unix = 1, SeqPacket = 5, CloseOnExec = 0x80000, ReadWrite = 3, Shared = 1, Anonymous = 0x20;
        int* pair = stackalloc int[2];
        Syscall.Check(Syscall.Call(SyscallNumber.socketpair, Unix, SeqPacket | CloseOnExec, 0, (nint)pair), "socketpair");
        _own = new FileHandle(pair[0]);
        _child = new FileHandle(pair[1]);
        int flags = result is null ? Shared | Anonymous : Shared;
        _failure = (StepFailure*)Syscall.Check(Syscall.Call(SyscallNumber.mmap, 0, SharedSize, ReadWrite, flags, result?.Fd ?? -1, 0), "mmap");
    }

    /// <summary>The child's end.</summary>
    public int ChildSocket => _child.Fd;

    /// <summary>Makes the child, which runs the plan's steps.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="descriptors">What its steps work on.</param>
    /// <param name="cgroup">The v2 cgroup that it begins in, or -1.</param>
    public InitProcess Clone(StartPlan plan, ChildDescriptors descriptors, int cgroup)
    {
        ChildProgram* program = ChildProgramWriter.Write(_arena, plan, descriptors, _failure);
        int pidFd = -1, parentSocket = _own.Fd;
        // With a second clone the namespaces are made there.
        bool isTwoStage = plan.Steps.Any(step => step.Child?.Kind == OperationKind.Fork);
        var arguments = new CloneArguments
        {
            Flags = (ulong)(isTwoStage ? (uint)plan.FirstCloneFlags : (uint)plan.CloneFlags) | CloneFlags.PidFd | (cgroup >= 0 ? (ulong)CloneFlags.IntoCgroup : 0),
            PidFd = (ulong)&pidFd,
            ExitSignal = 17,
            Cgroup = cgroup >= 0 ? (ulong)cgroup : 0,
        };
        nint pid = Freestanding.Raw.Call(SyscallNumber.clone3, (nint)(&arguments), sizeof(CloneArguments));
        if (pid == 0)
        {
            // Only then is the parent's death the end of the file for the child.
            Freestanding.Raw.Close(parentSocket);
            ChildMain.Run(program);
        }
        if (pid < 0)
            throw CloneFailure((int)-pid);
        _child.Dispose();
        var first = new InitProcess((int)pid, pidFd);
        if (plan.MapsBeforeFork)
            WriteMaps(plan, first);
        return isTwoStage ? TakeSecond(plan, first) : first;
    }

    /// <summary>Answers the child until it is executed, or parked.</summary>
    /// <param name="plan">The plan, for the name of a step that fails.</param>
    /// <param name="init">The child.</param>
    /// <param name="duties">What is done for it.</param>
    /// <exception cref="ContainerException">A step failed in the child.</exception>
    public void SeeThrough(StartPlan plan, InitProcess init, ParentDuties duties)
    {
        if (plan.UidMappings is not null && !plan.MapsBeforeFork)
        {
            IdMaps.Write(init.Pid, plan.UidMappings, plan.GidMappings!);
            Say(Handshake.Go);
        }
        duties.WhileBusy?.Invoke();
        bool executed = false;
        while (true)
        {
            switch (Receive(init, executed, out int descriptor))
            {
                case Handshake.Source when duties.OpenSource is { } openSource:
                    Hand(openSource(StepOf(plan).Child!));
                    break;
                case Handshake.Descriptor when descriptor >= 0 && duties.TakeTerminal is { } takeTerminal:
                    takeTerminal(descriptor);
                    break;
                case Handshake.Hooks when duties.RunHooks is { } runHooks:
                    runHooks();
                    Say(Handshake.Go);
                    break;
                case Handshake.Listener when duties.TakeListener is { } takeListener:
                    TakeListener(init, takeListener);
                    break;
                case Handshake.Ready:
                    duties.OnReady();
                    Say(Handshake.Go);
                    executed = true;
                    break;
                case -1:
                    ThrowFailure(plan, executed);
                    bool executes = _failure->IsParked == 0 && plan.Steps.Any(step => step.Child?.Kind == OperationKind.Execute);
                    if (executes && ProcessStat.Read(init.Pid) is { HasExecuted: false })
                        throw StartFailure.NeverExecuted();
                    return;
                default:
                    throw new ContainerStartException("The child sent what it must not.");
            }
        }
    }

    /// <summary>Frees what only the handshake needed.</summary>
    public void Dispose()
    {
        _own.Dispose();
        _child.Dispose();
        _arena.Dispose();
        Syscall.Call(SyscallNumber.munmap, (nint)_failure, SharedSize);
    }

    // The socket may have got another holder inside: then its end comes late or never, and the kernel is asked what happened.
    private int Receive(InitProcess init, bool isReady, out int descriptor)
    {
        const int Pause = 50;
        Span<PollEntry> entries = [new() { Fd = _own.Fd, Events = PollEntry.In }, new() { Fd = init.PidFd, Events = PollEntry.In }];
        while (true)
        {
            WayOut.Wait(entries, isReady ? Pause : -1);
            if (entries[0].Returned != 0)
            {
                int message = UnixSocket.Receive(_own.Fd, out descriptor);
                if (message != -1 || !isReady || IsThrough(init))
                    return message;
                entries[0].Fd = -1;
            }
            if (entries[1].Returned != 0 || (isReady && IsThrough(init)))
            {
                descriptor = -1;
                return -1;
            }
        }
    }

    private bool IsThrough(InitProcess init) =>
        _failure->IsParked != 0 || ProcessStat.Read(init.Pid) is not { HasEnded: false, HasExecuted: false };

    private PlanStep StepOf(StartPlan plan) => _failure->Step > 0 && _failure->Step <= plan.Steps.Count
        ? plan.Steps[_failure->Step - 1]
        : throw new ContainerStartException("The child named a step that it does not have.");

    private void Say(byte message)
    {
        const int NoSignal = 0x4000;
        nint sent;
        do
            sent = Syscall.Call(SyscallNumber.sendto, _own.Fd, (nint)(&message), 1, NoSignal);
        while (sent == -Errno.EINTR);
        RequireHeard(sent, "sendto");
    }

    // A child that died meanwhile is found at the next receive; one that lives would wait for ever for what was not sent.
    private static void RequireHeard(nint sent, string call)
    {
        if (sent is not (-Errno.EPIPE or -Errno.ECONNRESET))
            Syscall.Check(sent, call, "the handshake");
    }

    private void WriteMaps(StartPlan plan, InitProcess first)
    {
        try
        {
            IdMaps.Write(first.Pid, plan.UidMappings!, plan.GidMappings!);
            Say(Handshake.Go);
        }
        catch
        {
            using (first)
            {
                Pidfd.KillAndWait(first.PidFd);
            }
            throw;
        }
    }

    private void Hand(nint opened)
    {
        if (opened < 0)
        {
            _failure->SourceErrno = (int)-opened;
            Say(Handshake.Go);
            return;
        }
        using var source = new FileHandle((int)opened);
        RequireHeard(Freestanding.DescriptorMessage.Send(_own.Fd, Handshake.Go, source.Fd), "sendmsg");
    }

    // The child may make no call until its listener is with whoever answers, so it only writes to memory.
    private void TakeListener(InitProcess init, Action<int> take)
    {
        const int Patience = 1;
        while (_failure->Listener == 0)
        {
            if (WayOut.Wait(init.PidFd, Patience))
                return;
        }
        nint listener = Syscall.Call(SyscallNumber.pidfd_getfd, init.PidFd, _failure->Listener - 1, 0);
        take((int)Syscall.Check(listener, "pidfd_getfd", "the seccomp listener"));
        _failure->ListenerTaken = 1;
    }

    private InitProcess TakeSecond(StartPlan plan, InitProcess first)
    {
        using (first)
            Await(first);
        ThrowFailure(plan, executed: true);
        int pid = _failure->InitPid;
        // A sibling of the first: our child, so its pid stays its own until we take its end.
        FileHandle? handle = pid > 0 ? Pidfd.Open(pid) : null;
        return handle is null ? throw new ContainerStartException("The container's init ended before it was set up.") : new InitProcess(pid, handle.Release());
    }

    // What it joined may be somebody's who holds it up there, and the second with it.
    private void Await(InitProcess first)
    {
        try
        {
            WayOut.Wait(first.PidFd);
            Pidfd.Wait(first.PidFd);
        }
        catch
        {
            Pidfd.KillAndWait(first.PidFd);
            using FileHandle? second = _failure->InitPid > 0 ? Pidfd.Open(_failure->InitPid) : null;
            if (second is not null)
                Pidfd.KillAndWait(second.Fd);
            throw;
        }
    }

    private void ThrowFailure(StartPlan plan, bool executed)
    {
        if (_failure->Errno != 0)
        {
            throw StartFailure.Describe(StepOf(plan), _failure);
        }
        // Without a record and before it was told to go on, something outside ended it: the OOM killer, or a signal.
        if (!executed)
            throw new ContainerStartException("The container's init was ended while it was being set up.", "Look for the OOM killer in the kernel's log; a memory limit may be too small even to start.");
    }

    private static ContainerException CloneFailure(int errno)
    {
        string recommendation = errno switch
        {
            Errno.EPERM => Advice.RunAsRoot(Advice.Choose("let users make user namespaces: Test-ContainerHost says how.",
                "let users make user namespaces: user.max_user_namespaces, kernel.unprivileged_userns_clone "
                + "and the security module decide.")),
            Errno.ENOSPC => "A limit on namespaces is reached: see /proc/sys/user/max_*_namespaces.",
            Errno.EAGAIN => "A limit on processes is reached: see pids.max of the cgroup and RLIMIT_NPROC.",
            Errno.EINVAL => Advice.Choose("The kernel lacks one of the namespaces: Test-ContainerHost says which.",
                "The kernel lacks one of the namespaces: those that it has are in /proc/self/ns."),
            _ => "See clone(2) for the reason.",
        };
        return new ContainerStartException($"CloneInit: clone3: {Errno.Name(errno)} ({Errno.Describe(errno)})", recommendation) { Step = "CloneInit", Call = "clone3", Errno = errno };
    }
}
