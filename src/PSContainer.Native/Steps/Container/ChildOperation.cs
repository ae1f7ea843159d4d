namespace PSContainer.Steps.Container;

/// <summary>What one record of a child program does. The handler of each is in this folder.</summary>
internal enum OperationKind
{
    JoinCgroups,
    WaitForParent,
    JoinNamespaces,
    Fork,
    BecomeRoot,
    UnshareCgroup,
    SetPropagation,
    BindRoot,
    OpenOverlayPlace,
    OverlayRoot,
    AssembleRoot,
    OverlayPart,
    MountFileSystem,
    BindMount,
    AttachMount,
    Remount,
    RemountRoot,
    MakeDevice,
    MakeLink,
    OpenProc,
    MaskPath,
    MakeReadOnly,
    SetHostname,
    SetDomainname,
    WriteSysctl,
    WriteProcSelf,
    WriteHostProcSelf,
    BringUpLoopback,
    MakeSessionKeyring,
    OpenConsole,
    MakeDirectory,
    OpenRoot,
    EnterRoot,
    SetSid,
    RaiseRlimit,
    SetRlimit,
    SetScheduler,
    SetIoPriority,
    SetPersonality,
    SetMemoryPolicy,
    SetAffinity,
    SetUmask,
    ChangeDirectory,
    FindCommand,
    LetGo,
    CloseOthers,
    ForgetCaller,
    HideProcess,
    KeepCapabilities,
    DropBoundingSet,
    SetGroups,
    SetUser,
    SetCapabilities,
    RaiseAmbient,
    SetNoNewPrivileges,
    MakeLandlockRuleset,
    AddLandlockRule,
    EnforceLandlock,
    LoadSeccomp,
    MeetForHooks,
    RunHook,
    ReportReady,
    WaitForStart,
    Execute,
    OpenTimeOffsets,
    SetTimeOffsets,
    DetachStreams,
    ChangeRoot,
    TakeTerminal,
    LeaveMounts,
}

/// <summary>One record of a child program: a kind, the plan's step it belongs to, and what its handler needs.</summary>
internal unsafe struct ChildOperation
{
    public OperationKind Kind;
    public int Step;
    public long Number1;
    public long Number2;
    public long Number3;
    public byte* Text1;
    public byte* Text2;
    public byte* Text3;

    /// <summary>C strings, ended by a null pointer; or null.</summary>
    public byte** List1;

    /// <inheritdoc cref="List1"/>
    public byte** List2;

    public byte* Blob;
    public int BlobLength;
}

/// <summary>All that a child does, as data in unmanaged memory: nothing is computed, allocated or looked up after clone3.</summary>
internal unsafe struct ChildProgram
{
    public ChildOperation* Operations;
    public int Count;

    /// <summary>The child's end of the handshake socket.</summary>
    public int Socket;

    /// <summary>Where a failure is put for the parent to read, in memory that both share.</summary>
    public StepFailure* Failure;

    public byte** Arguments;
    public byte** Environment;

    /// <summary>When not -1, this executable is executed instead, with <see cref="Arguments"/> (execveat(2)).</summary>
    public int ExecutableFd;

    /// <summary>How many descriptors from 3 on go on to the command.</summary>
    public int PreservedFds;

    /// <summary>Descriptors that the steps work on, ascending; all others are the parent's alone.</summary>
    public int* NeededFds;

    /// <inheritdoc cref="NeededFds"/>
    public int NeededCount;

    /// <summary>Mounts that later steps look below, in the order in which they are made.</summary>
    public MountPlace* Places;

    /// <inheritdoc cref="Places"/>
    public int PlaceCount;

    /// <summary>What <c>/proc/PID/cmdline</c> and <c>environ</c> show; null where it is not known.</summary>
    public byte* CallerMemory;

    /// <inheritdoc cref="CallerMemory"/>
    public nint CallerMemoryLength;

    /// <summary>How many <see cref="Streams"/> there are.</summary>
    public const int StreamCount = 3;

    /// <summary>What becomes descriptors 0 to 2; -1 where the caller's own stays.</summary>
    public fixed int Streams[StreamCount];

    /// <summary>Not 0 where the process ends with the runtime for good, and not only until all is set up.</summary>
    public int EndsWithRuntime;

    /// <summary>The socket that starts a container which is only created now; -1 when it goes on at once.</summary>
    public int StartFd;
}

/// <summary>The step that failed in the child, in memory shared with the parent.</summary>
internal unsafe struct StepFailure
{
    public const int TextSize = 1000;

    /// <summary>Kinds of <see cref="HookEnd"/>, with the exit code or signal.</summary>
    public const int HookExited = 0x100, HookSignalled = 0x200, HookTimedOut = 0x400;

    /// <summary>Number of the step in the plan.</summary>
    public int Step;

    /// <summary>Number of the system call (<see cref="Kernel.SyscallNumber"/>).</summary>
    public int Call;

    /// <summary>The error number; 0 while nothing failed.</summary>
    public int Errno;

    /// <summary>Pid of the container's init where a process between made it; 0 otherwise.</summary>
    public int InitPid;

    /// <summary>How a hook ended that failed; 0 when the step was no hook.</summary>
    public int HookEnd;

    /// <summary>Its place among the hooks of its point.</summary>
    public int HookIndex;

    /// <summary>Why a hook could not be executed; 0 when it was.</summary>
    public int HookErrno;

    /// <summary>Why the parent could not open a source either.</summary>
    public int SourceErrno;

    /// <summary>The number of a seccomp listener's descriptor in the child, and 1; 0 while there is none.</summary>
    public volatile int Listener;

    /// <summary>1 once the parent has taken the listener.</summary>
    public volatile int ListenerTaken;

    /// <summary>1 once the child waits to be started: it needs the parent no more.</summary>
    public volatile int IsParked;

    /// <summary>What the kernel itself said about a mount that failed, or which path it was; a C string.</summary>
    public fixed byte Text[TextSize];
}
