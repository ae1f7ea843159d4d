using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>
/// The child half of a start: from clone3 to execve, an interpreter of a <see cref="ChildProgram"/>.
/// </summary>
/// <remarks>
/// The laws of this folder: static methods, pointers, literals and raw calls only. The process is a copy of one with a .NET
/// runtime, of which only this thread is left: no allocation, exception, string, array, or anything that could need another
/// thread. docs/design.md has the reasons.
/// </remarks>
internal static unsafe class ChildMain
{
    /// <summary>Runs a program. Does not return.</summary>
    public static void Run(ChildProgram* program)
    {
        ChildContext context = default;
        context.Program = program;
        context.Root = context.Proc = context.EmptyDirectory = context.NullDevice = context.OverlayPlace = -1;
        context.Console = context.Landlock = context.TimeOffsets = -1;
        ResetSignals();
        Lifeline.Tie(&context);
        StandardStreams.Take(program);
        CloseOthers(program);
        Raw.Call(SyscallNumber.umask, 0);
        for (int i = 0; i < program->Count; i++)
        {
            ChildOperation* operation = program->Operations + i;
            nint result = RunOne(&context, operation);
            if (result < 0)
                context.Fail(operation->Step, result);
        }
        Raw.Exit(0);
    }

    // Whatever the caller and the runtime have open stays outside, not only from execve on: before it, who is inside can look
    // through /proc/PID/fd, and a directory of the host there is a way out (CVE-2016-9962, CVE-2024-21626).
    private static void CloseOthers(ChildProgram* program)
    {
        const int CloseOnExec = 4;
        Descriptors.CloseOwn(program->PreservedFds, program->NeededFds, program->NeededCount);
        int next = 3 + program->PreservedFds;
        Raw.Call(SyscallNumber.close_range, next, -1, CloseOnExec);
        for (int i = 0; i < program->NeededCount; i++)
        {
            int needed = program->NeededFds[i];
            if (needed > next)
                Raw.Call(SyscallNumber.close_range, next, needed - 1, 0);
            next = needed + 1;
        }
        Raw.Call(SyscallNumber.close_range, next, -1, 0);
    }

    private static nint RunOne(ChildContext* context, ChildOperation* operation) => operation->Kind switch
    {
        OperationKind.JoinCgroups => Isolation.JoinCgroups(context, operation),
        OperationKind.WaitForParent => Handshake.WaitForParent(context),
        OperationKind.Fork => Isolation.Fork(context, operation),
        OperationKind.JoinNamespaces => Hiding.Renew(context, Isolation.JoinNamespaces(context, operation)),
        OperationKind.BecomeRoot => Hiding.Renew(context, Identity.BecomeRoot(context, operation)),
        OperationKind.UnshareCgroup => context->Make(SyscallNumber.unshare, CloneFlags.NewCgroup),
        OperationKind.SetPropagation => Roots.SetPropagation(context, operation),
        OperationKind.BindRoot => Roots.Bind(context, operation),
        OperationKind.OpenOverlayPlace => Roots.OpenOverlayPlace(context, operation),
        OperationKind.OverlayRoot => Roots.Overlay(context, operation),
        OperationKind.AssembleRoot => Roots.Assemble(context, operation),
        OperationKind.OverlayPart => Roots.OverlayPart(context, operation),
        OperationKind.RemountRoot => Roots.Remount(context, operation),
        OperationKind.OpenRoot => Roots.Open(context),
        OperationKind.EnterRoot => Roots.Enter(context, operation),
        OperationKind.MountFileSystem => Mounting.MountFileSystem(context, operation),
        OperationKind.BindMount => Mounting.Bind(context, operation),
        OperationKind.AttachMount => Mounting.AttachMade(context, operation),
        OperationKind.Remount => Mounting.Remount(context, operation),
        OperationKind.OpenProc => Mounting.OpenProc(context),
        OperationKind.MakeDevice => Devices.Make(context, operation),
        OperationKind.MakeLink => Devices.Link(context, operation),
        OperationKind.MakeDirectory => Devices.MakeDirectory(context, operation),
        OperationKind.OpenConsole => Terminal.Open(context, operation),
        OperationKind.MaskPath => Walls.Mask(context, operation),
        OperationKind.MakeReadOnly => Walls.MakeReadOnly(context, operation),
        OperationKind.SetHostname =>
            context->Make(SyscallNumber.sethostname, (nint)operation->Text1, Bytes.Length(operation->Text1)),
        OperationKind.SetDomainname =>
            context->Make(SyscallNumber.setdomainname, (nint)operation->Text1, Bytes.Length(operation->Text1)),
        OperationKind.WriteSysctl or OperationKind.WriteProcSelf => ProcFiles.Write(context, operation),
        OperationKind.WriteHostProcSelf => ProcFiles.WriteHost(context, operation),
        OperationKind.BringUpLoopback => Isolation.BringUpLoopback(context),
        OperationKind.MakeSessionKeyring => Isolation.MakeSessionKeyring(context, operation),
        OperationKind.SetSid => Terminal.StartSession(context, operation),
        OperationKind.RaiseRlimit => Attributes.RaiseRlimit(context, operation),
        OperationKind.SetRlimit => Attributes.SetRlimit(context, operation),
        OperationKind.SetScheduler => context->Make(SyscallNumber.sched_setattr, 0, (nint)operation->Blob, 0),
        OperationKind.SetIoPriority => context->Make(SyscallNumber.ioprio_set, 1, 0, (nint)operation->Number1),
        OperationKind.SetUmask => context->Make(SyscallNumber.umask, (nint)operation->Number1),
        OperationKind.SetPersonality => context->Make(SyscallNumber.personality, (nint)operation->Number1),
        OperationKind.SetMemoryPolicy => Attributes.SetMemoryPolicy(context, operation),
        OperationKind.SetAffinity =>
            context->Make(SyscallNumber.sched_setaffinity, 0, operation->BlobLength, (nint)operation->Blob),
        OperationKind.ChangeDirectory => Attributes.ChangeDirectory(context, operation),
        OperationKind.FindCommand => Execution.FindCommand(context, operation),
        OperationKind.LetGo => Identity.LetGo(context),
        OperationKind.CloseOthers => Descriptors.CloseAllBut(context),
        OperationKind.ForgetCaller => Hiding.ForgetCaller(context),
        OperationKind.HideProcess => Hiding.Hide(context),
        OperationKind.KeepCapabilities => Identity.KeepCapabilities(context),
        OperationKind.DropBoundingSet => Identity.DropBoundingSet(context, operation),
        OperationKind.SetGroups => Identity.SetGroups(context, operation),
        OperationKind.SetUser => Hiding.Renew(context, Identity.SetUser(context, operation)),
        OperationKind.SetCapabilities => Hiding.Renew(context, Identity.SetCapabilities(context, operation)),
        OperationKind.RaiseAmbient => Identity.RaiseAmbient(context, operation),
        OperationKind.SetNoNewPrivileges => context->Make(SyscallNumber.prctl, Prctl.SetNoNewPrivs, 1),
        OperationKind.MakeLandlockRuleset => PathRules.MakeRuleset(context, operation),
        OperationKind.AddLandlockRule => PathRules.Add(context, operation),
        OperationKind.EnforceLandlock => PathRules.Enforce(context),
        OperationKind.LoadSeccomp => Attributes.LoadSeccomp(context, operation),
        OperationKind.MeetForHooks => Handshake.MeetForHooks(context),
        OperationKind.RunHook => HookProcess.Run(context, operation),
        OperationKind.ReportReady => Handshake.ReportReady(context),
        OperationKind.WaitForStart => Handshake.WaitForStart(context),
        OperationKind.Execute => Execution.Execute(context, operation),
        OperationKind.OpenTimeOffsets => Isolation.OpenTimeOffsets(context),
        OperationKind.SetTimeOffsets => Isolation.SetTimeOffsets(context, operation),
        OperationKind.DetachStreams => Terminal.DetachStreams(context),
        OperationKind.ChangeRoot => Roots.Change(context, operation),
        OperationKind.TakeTerminal => Terminal.Take(context, operation),
        OperationKind.LeaveMounts => Roots.LeaveMounts(context, operation),
        _ => -Errno.ENOSYS,
    };

    // An ignored signal stays ignored across execve, and so does a blocked one: .NET ignores SIGPIPE, and what started us
    // may have done more.
    private static void ResetSignals()
    {
        const int Signals = 64, SignalSetSize = 8;
        byte* defaultAction = stackalloc byte[32];
        Bytes.Clear(defaultAction, 32);
        for (int signal = 1; signal <= Signals; signal++)
            Raw.Call(SyscallNumber.rt_sigaction, signal, (nint)defaultAction, 0, SignalSetSize);
        ulong none = 0;
        const int SetMask = 2;
        Raw.Call(SyscallNumber.rt_sigprocmask, SetMask, (nint)(&none), 0, SignalSetSize);
    }
}
