using PSContainer.Freestanding;

namespace PSContainer.Monitor;

/// <summary>Everything a monitor knows, on the stack of its <see cref="MonitorMain"/>: there is no heap.</summary>
internal unsafe struct MonitorContext
{
    /// <summary>The command line.</summary>
    public MonitorArguments Arguments;

    /// <summary>The environment, ended by a null pointer.</summary>
    public byte** Environment;

    /// <summary>The state directory.</summary>
    public int Directory;

    /// <summary>The state directory's absolute path when the monitor started.</summary>
    public byte* DirectoryPath;

    /// <summary>Holds the lock that says a monitor lives, or -1.</summary>
    public int Lock;

    /// <summary>Reads signals; all are blocked.</summary>
    public int SignalFd;

    /// <summary>The runtime while it runs, or -1.</summary>
    public int RuntimePidFd;

    /// <summary>The container's init once the runtime has made it, or -1.</summary>
    public int InitPidFd;

    /// <summary>The init's pid, or 0.</summary>
    public int InitPid;

    /// <summary>Becomes readable when the container's time is up, or -1.</summary>
    public int TimerFd;

    /// <summary>The container's standard output.</summary>
    public OutputStream Output;

    /// <summary>The container's standard error.</summary>
    public OutputStream Error;

    /// <summary>The container's terminal.</summary>
    public OutputStream Terminal;

    /// <summary>The way to the terminal.</summary>
    public TerminalLink TerminalLink;

    /// <summary>Input kept open.</summary>
    public InputFifo Input;

    /// <summary>The log.</summary>
    public LogFile Log;

    /// <summary>Signals that came before there was an init to forward them to.</summary>
    public ulong PendingSignals;

    /// <summary>Whether the session that the container is bound to is over.</summary>
    public bool SessionEnded;

    /// <summary>Whether the container's time was up.</summary>
    public bool TimedOut;

    /// <summary>Whether the runtime was told to give up before it had made the container.</summary>
    public bool GivesUp;

    /// <summary>Whether whoever wanted the container ended before he heard of it.</summary>
    public bool CallerEnded;

    /// <summary>Whether the init has ended.</summary>
    public bool InitEnded;

    /// <summary>How the init ended.</summary>
    public ProcessEnd InitEnd;

    /// <summary>Whether the kernel killed for want of memory.</summary>
    public bool OutOfMemory;
}
