using PSContainer.Kernel;

namespace PSContainer.Cgroups;

/// <summary>A thread that tells a cgroup's events.</summary>
/// <remarks>
/// It sleeps until the kernel says that one of the event files changed: inotify(7) has that for all of v2's and for v1's
/// pids.events; for v1's memory an eventfd(2) is tied to memory.oom_control through cgroup.event_control. Hits of v1's memory
/// limit alone are told by nothing, so that count is looked at now and then.
/// </remarks>
internal sealed class CgroupWatch
{
    /// <summary>The name of the event that is no count.</summary>
    internal const string Empty = "cgroup.empty";

    private const int EFD_CLOEXEC = 0x80000, EFD_NONBLOCK = 0x800, IN_CLOEXEC = 0x80000, IN_NONBLOCK = 0x800;
    private const int IN_MODIFY = 2, IN_DELETE_SELF = 0x400;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly Cgroup _cgroup;
    private readonly FileHandle _stop, _changes;
    private readonly FileHandle? _outOfMemory;
    private volatile bool _stopped;

    private CgroupWatch(Cgroup cgroup)
    {
        _cgroup = cgroup;
        _stop = Eventfd();
        _changes = new((int)Syscall.Check(Syscall.Call(SyscallNumber.inotify_init1, IN_CLOEXEC | IN_NONBLOCK), "inotify_init1"));
        foreach (string file in cgroup.EventFiles())
        {
            if (Path.GetFileName(file) == "memory.oom_control")
            {
                _outOfMemory = TieEventfd(file);
                continue;
            }
            using var name = new CString(file);
            Syscall.Call(SyscallNumber.inotify_add_watch, _changes.Fd, name, IN_MODIFY | IN_DELETE_SELF);
        }
    }

    /// <summary>Begins to watch.</summary>
    internal static CgroupWatch Start(Cgroup cgroup)
    {
        var watch = new CgroupWatch(cgroup);
        // What happens from now on is told, also what happens before the thread has its turn.
        IReadOnlyDictionary<string, long> counts = cgroup.ReadEvents();
        bool populated = cgroup.IsPopulated;
        new Thread(() => watch.Run(counts, populated)) { IsBackground = true, Name = $"events of {cgroup}" }.Start();
        return watch;
    }

    /// <summary>Ends watching, soon.</summary>
    internal void Stop()
    {
        _stopped = true;
        Files.write(_stop.Fd, BitConverter.GetBytes(1L));
    }

    private static FileHandle Eventfd() =>
        new((int)Syscall.Check(Syscall.Call(SyscallNumber.eventfd2, 0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd2"));

    private static FileHandle? TieEventfd(string control)
    {
        using var file = new FileHandle(SmallFile.Open(control, Files.O_RDONLY));
        FileHandle events = Eventfd();
        string registrar = $"{Path.GetDirectoryName(control)}/cgroup.event_control";
        if (file.Fd >= 0 && SmallFile.TryWrite(registrar, $"{events.Fd} {file.Fd}") == 0)
            return events;
        events.Dispose();
        return null;
    }

    private void Run(IReadOnlyDictionary<string, long> counts, bool populated)
    {
        Span<PollEntry> entries = stackalloc PollEntry[3];
        while (!_stopped && _cgroup.Exists)
        {
            entries[0] = new() { Fd = _stop.Fd, Events = PollEntry.In };
            entries[1] = new() { Fd = _changes.Fd, Events = PollEntry.In };
            entries[2] = new() { Fd = _outOfMemory?.Fd ?? -1, Events = PollEntry.In };
            Poll.Wait(entries, (int)s_pause.TotalMilliseconds);
            Drain(_changes);
            if (_outOfMemory is not null)
                Drain(_outOfMemory);
            if (_stopped)
                break;
            counts = Tell(counts);
            bool now = _cgroup.IsPopulated;
            if (populated && !now && _cgroup.Exists)
                _cgroup.Raise(new CgroupEventArgs(_cgroup.Path, Empty, 0, 0));
            populated = now;
        }
        _stop.Dispose();
        _changes.Dispose();
        _outOfMemory?.Dispose();
    }

    private IReadOnlyDictionary<string, long> Tell(IReadOnlyDictionary<string, long> before)
    {
        IReadOnlyDictionary<string, long> now = _cgroup.ReadEvents();
        // One that is gone counts nothing.
        if (now.Count < before.Count)
            return before;
        foreach ((string name, long count) in now)
        {
            long increase = count - before.GetValueOrDefault(name);
            if (increase > 0)
                _cgroup.Raise(new CgroupEventArgs(_cgroup.Path, name, count, increase));
        }
        return now;
    }

    private static void Drain(FileHandle file)
    {
        Span<byte> buffer = stackalloc byte[4096];
        while (Files.read(file.Fd, buffer) > 0)
        {
        }
    }
}
