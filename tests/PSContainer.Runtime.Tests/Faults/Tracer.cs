using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Programs;

namespace PSContainer.Runtime.Tests.Faults;

/// <summary>
/// Runs a command under ptrace(2) and makes one call of one of its processes go wrong, always the same one: the processes of a
/// start have one thread each that works, so that their calls have an order. After the fault everything runs on by itself.
/// </summary>
/// <remarks>All on the calling thread, which alone is the tracer; it waits only for what it traces (__WNOTHREAD).</remarks>
internal sealed unsafe class Tracer : IDisposable
{
    private const int Detach = 17, Syscalls = 24, PokeUser = 6, Seize = 0x4206, Interrupt = 0x4207, GetSyscallInfo = 0x420e;
    private const int NoThread = 0x20000000, AllChildren = 0x40000000, Untraced = 2, SIGKILL = 9, SIGTRAP = 5, SIGCONT = 18;
    private const int EventFork = 1, EventVfork = 2, EventClone = 3, GetEventMessage = 0x4201;
    private const int SyscallStop = SIGTRAP | 0x80, Entry = 1, Exit = 2, OrigRax = 15 * 8, Rax = 10 * 8;
    private const int Options = 1 | 2 | 4 | 8 | 0x10; // TRACESYSGOOD, TRACEFORK, TRACEVFORK, TRACECLONE, TRACEEXEC

    private readonly Dictionary<int, int> _processOfThread = [];
    private readonly List<(int Pid, FileHandle? Handle)> _processes = [];
    private readonly List<TracedCall> _calls = [];
    private readonly Dictionary<int, int> _counts = [];
    private readonly Fault? _fault;
    private bool _toTheEnd;
    private int _root, _failing;
    private int? _endOfRoot;
    private bool _isInjected;

    private Tracer(Fault? fault) => _fault = fault;

    /// <summary>The exit code of the process that was started, as a shell would report it.</summary>
    public int Code { get; private set; }

    /// <summary>The calls of all processes until its end, or until the fault.</summary>
    public IReadOnlyList<TracedCall> Calls => _calls;

    /// <summary>Whether the fault came to pass.</summary>
    public bool IsInjected => _isInjected;

    /// <summary>Whether no process that came is alive any more.</summary>
    public bool HaveAllEnded => _processes.All(one => one.Handle is null || Pidfd.WaitForEnd(one.Handle.Fd, 0));

    /// <summary>Runs a command to its end.</summary>
    /// <param name="command">The program and its arguments; its input is empty.</param>
    /// <param name="output">The file that gets its output.</param>
    /// <param name="error">The file that gets its errors, and what it writes to descriptor 3.</param>
    /// <param name="fault">What goes wrong, or <see langword="null"/> to see what it does.</param>
    /// <param name="toTheEnd">Whether its descendants are traced to their own ends, and not only to its.</param>
    public static Tracer Run(string[] command, string output, string error, Fault? fault = null, bool toTheEnd = false)
    {
        var tracer = new Tracer(fault) { _toTheEnd = toTheEnd };
        try
        {
            tracer.Code = tracer.RunToEnd(command, output, error);
            return tracer;
        }
        catch
        {
            tracer.Dispose();
            throw;
        }
    }

    public void Dispose() => _processes.ForEach(one => one.Handle?.Dispose());

    private int RunToEnd(string[] command, string output, string error)
    {
        using SpawnedProcess process = StartStopped(command, output, error);
        _root = process.Pid;
        Check(Ptrace(Seize, _root, 0, Options), "PTRACE_SEIZE");
        Register(_root);
        Pidfd.SendSignal(process.PidFd, SIGCONT);
        while ((_endOfRoot is null || _toTheEnd) && (!_isInjected || _failing != 0))
        {
            int thread = Wait(-1, out int status);
            if (thread <= 0)
                break;
            if (HasEnded(status))
                TakeEnd(thread, status);
            else
                Step(thread, status);
        }
        LetGo();
        return _endOfRoot ?? -1;
    }

    private void TakeEnd(int thread, int status)
    {
        _processOfThread.Remove(thread);
        if (thread == _root)
            _endOfRoot = (status & 0x7f) is var signal && signal != 0 ? 128 + signal : (status >> 8) & 0xff;
    }

    private static SpawnedProcess StartStopped(string[] command, string output, string error)
    {
        using var nothing = new FileHandle((int)Files.openat(Files.AT_FDCWD, "/dev/null", Files.O_RDONLY | Files.O_CLOEXEC));
        using FileHandle standardOutput = Create(output), standardError = Create(error);
        SpawnedProcess process = ProcessSpawn.Start(new SpawnRequest
        {
            Path = "/bin/sh",
            Arguments = ["-c", "kill -STOP $$; exec \"$@\"", "sh", .. command],
            Descriptors = [(nothing.Fd, 0), (standardOutput.Fd, 1), (standardError.Fd, 2), (standardError.Fd, 3)],
        });
        int stopped = Wait(process.Pid, out int status, Untraced);
        Assert.True(stopped == process.Pid && (status & 0xff) == 0x7f, $"the shell did not stop: {status:x}");
        return process;
    }

    private static FileHandle Create(string file) =>
        new((int)Syscall.Check(Files.openat(Files.AT_FDCWD, file, Files.O_WRONLY | Files.O_CREAT | Files.O_TRUNC | Files.O_CLOEXEC, 0x180), "openat", file));

    // One stop of one thread.
    private void Step(int thread, int status)
    {
        Register(thread);
        int signal = (status >> 8) & 0xff, stop = status >> 16;
        if (signal == SyscallStop)
            AtCall(thread);
        else if (stop is EventFork or EventVfork or EventClone)
            RegisterNew(thread);
        // A signal goes on to the process; stops of ptrace's own are none.
        bool isOwn = signal == SyscallStop || stop != 0;
        Ptrace(Syscalls, thread, 0, isOwn ? 0 : signal);
    }

    // Before it does anything: so the order of the processes is the one in which they were made.
    private void RegisterNew(int parent)
    {
        long made = 0;
        if (Ptrace(GetEventMessage, parent, 0, (nint)(&made)) >= 0)
            Register((int)made);
    }

    private void AtCall(int thread)
    {
        // struct ptrace_syscall_info: op at 0, the call's number at 24.
        byte* information = stackalloc byte[88];
        if (Ptrace(GetSyscallInfo, thread, 88, (nint)information) < 0)
            return;
        if (information[0] == Exit && _failing == thread)
        {
            Check(Ptrace(PokeUser, thread, Rax, -_fault!.Errno), "PTRACE_POKEUSER");
            _failing = 0;
            return;
        }
        if (information[0] != Entry || _isInjected || TracedCalls.NameOf((int)*(long*)(information + 24)) is not { } name)
            return;
        int process = _processOfThread[thread], index = _counts.GetValueOrDefault(process);
        _counts[process] = index + 1;
        _calls.Add(new TracedCall(process, index, name));
        if (_fault is not null && _fault.Process == process && _fault.Call == index)
            Inject(thread, process);
    }

    private void Inject(int thread, int process)
    {
        _isInjected = true;
        if (_fault!.Errno == 0)
        {
            // Before the call: the kernel leaves it out when the process is to die.
            Pidfd.SendSignal(_processes[process].Handle!.Fd, SIGKILL);
            return;
        }
        _failing = thread;
        Check(Ptrace(PokeUser, thread, OrigRax, -1), "PTRACE_POKEUSER");
    }

    private void Register(int thread)
    {
        if (_processOfThread.ContainsKey(thread))
            return;
        int group = thread;
        try
        {
            string line = File.ReadLines($"/proc/{thread}/status").First(line => line.StartsWith("Tgid:", StringComparison.Ordinal));
            group = int.Parse(line[5..], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended already: a process of its own, then.
        }
        int process = _processes.FindIndex(one => one.Pid == group);
        if (process < 0)
        {
            process = _processes.Count;
            _processes.Add((group, Pidfd.Open(group)));
        }
        _processOfThread[thread] = process;
    }

    // From here on all run by themselves. Until the command has ended: one of its threads may be traced and not be known yet,
    // and a process does not end before its threads were taken.
    private void LetGo()
    {
        foreach (int thread in _processOfThread.Keys)
            Ptrace(Interrupt, thread, 0, 0);
        while (_processOfThread.Count > 0 || _endOfRoot is null)
        {
            int thread = Wait(-1, out int status);
            if (thread <= 0)
                return;
            if (HasEnded(status))
            {
                TakeEnd(thread, status);
                continue;
            }
            Register(thread);
            int signal = (status >> 8) & 0xff;
            bool isOwn = signal == SyscallStop || status >> 16 != 0;
            if (Ptrace(Detach, thread, 0, isOwn ? 0 : signal) >= 0)
                _processOfThread.Remove(thread);
        }
    }

    private static int Wait(int pid, out int status, int options = 0)
    {
        int result = 0;
        nint got;
        do
            got = Syscall.Call(SyscallNumber.wait4, pid, (nint)(&result), options | AllChildren | NoThread, 0);
        while (got == -Errno.EINTR);
        status = result;
        return (int)got;
    }

    private static bool HasEnded(int status) => (status & 0x7f) != 0x7f;

    private static nint Ptrace(int request, int thread, nint address, nint data) =>
        Syscall.Call(SyscallNumber.ptrace, request, thread, address, data);

    private static void Check(nint result, string call) => Assert.True(result >= 0, $"{call}: {-result}");
}
