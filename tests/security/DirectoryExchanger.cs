using System.Buffers.Binary;
using System.Text;
using PSContainer.Kernel;

namespace PSContainer.Security.Tests;

/// <summary>Moves each directory that is made in another away and puts a link in its place, as soon as inotify(7) tells of it.</summary>
internal sealed class DirectoryExchanger : IDisposable
{
    private const uint Create = 0x100, IsDirectory = 0x40000000;
    private const int EventSize = 16;
    private readonly FileHandle _events;
    private readonly Thread _thread;
    private readonly string _directory, _suffix, _target;
    private readonly Lock _atWork = new();
    private volatile bool _stop, _rests;
    private volatile int _exchanged;

    /// <param name="directory">Where directories are made.</param>
    /// <param name="suffix">How the names end of those that are exchanged.</param>
    /// <param name="target">Where the links lead.</param>
    internal DirectoryExchanger(string directory, string suffix, string target)
    {
        (_directory, _suffix, _target) = (directory, suffix, target);
        _events = new FileHandle((int)Syscall.Check(Syscall.Call(SyscallNumber.inotify_init1, Files.O_NONBLOCK | Files.O_CLOEXEC), "inotify_init1"));
        using var watched = new CString(directory);
        Syscall.Check(Syscall.Call(SyscallNumber.inotify_add_watch, _events.Fd, watched, (nint)Create), "inotify_add_watch", directory);
        _thread = new Thread(Exchange) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>How many she has exchanged.</summary>
    internal int Exchanged => _exchanged;

    /// <summary>Does something of which she sees nothing, and lets her forget what she has not come to.</summary>
    internal void Unseen(Action action)
    {
        _rests = true;
        lock (_atWork)
        {
            action();
            while (Files.read(_events.Fd, new byte[65536]) > 0)
                continue;
        }
        _rests = false;
    }

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
        _events.Dispose();
    }

    // She never sleeps, since waking up would take as long as there is; each time she is a little later than the last.
    private void Exchange()
    {
        byte[] buffer = new byte[65536];
        while (!_stop)
        {
            if (_rests)
                Thread.Yield();
            else
                lock (_atWork)
                    Exchange(buffer.AsSpan(0, (int)Math.Max(0, Files.read(_events.Fd, buffer))));
        }
    }

    private void Exchange(ReadOnlySpan<byte> events)
    {
        while (!events.IsEmpty)
        {
            uint mask = BinaryPrimitives.ReadUInt32LittleEndian(events[4..]);
            int size = BinaryPrimitives.ReadInt32LittleEndian(events[12..]);
            string name = Encoding.UTF8.GetString(events.Slice(EventSize, size)).TrimEnd('\0');
            events = events[(EventSize + size)..];
            if ((mask & IsDirectory) == 0 || !name.EndsWith(_suffix, StringComparison.Ordinal))
                continue;
            Thread.SpinWait(_exchanged * 7919 % 3000);
            string path = Path.Combine(_directory, name), moved = Path.Combine(_directory, $"moved.{Guid.NewGuid():n}");
            if (Files.renameat2(Files.AT_FDCWD, path, Files.AT_FDCWD, moved) == 0 && Files.symlinkat(_target, Files.AT_FDCWD, path) == 0)
                _exchanged++;
        }
    }
}
