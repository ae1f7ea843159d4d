using PSContainer.Kernel;

namespace PSContainer.Logs;

/// <summary>
/// Waits until a log grows or is set aside, inotify(7); by time alone where the user has no inotify instance left.
/// </summary>
internal sealed unsafe class LogWatch : IDisposable
{
    // The monitor's end is no event of the file: it is looked for this often, in milliseconds.
    private const int WithEvents = 200, WithoutEvents = 50;
    private const int IN_NONBLOCK = 0x800, IN_CLOEXEC = 0x80000;
    private const uint IN_MODIFY = 2, IN_MOVE_SELF = 0x800;

    private readonly FileHandle _inotify =
        new((int)Math.Max(-1, Syscall.Call(SyscallNumber.inotify_init1, IN_NONBLOCK | IN_CLOEXEC)));
    private ulong _watched;

    /// <summary>Watches the newest file of a log.</summary>
    public void Watch(string path, LogFiles files)
    {
        if (_inotify.Fd < 0 || files.NewestIdentity == 0 || files.NewestIdentity == _watched)
            return;
        // By the open file, not by a name that may be another file's by now.
        using CString name = new($"/proc/self/fd/{files.Files[^1].Fd}");
        if (Syscall.Call(SyscallNumber.inotify_add_watch, _inotify.Fd, name, (nint)(IN_MODIFY | IN_MOVE_SELF)) >= 0)
            _watched = files.NewestIdentity;
    }

    /// <summary>Waits for an event or for a while.</summary>
    public void Wait()
    {
        bool hasEvents = _inotify.Fd >= 0 && _watched != 0;
        PollEntry[] entries = [new PollEntry { Fd = _inotify.Fd, Events = PollEntry.In }];
        if (Poll.Wait(entries, hasEvents ? WithEvents : WithoutEvents) <= 0)
            return;
        byte[] events = new byte[4096];
        while (Files.read(_inotify.Fd, events) > 0)
            continue;
    }

    /// <inheritdoc/>
    public void Dispose() => _inotify.Dispose();
}
