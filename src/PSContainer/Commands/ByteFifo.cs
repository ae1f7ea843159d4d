using PSContainer.Kernel;

namespace PSContainer.Commands;

/// <summary>
/// A FIFO in a private directory, through which bytes go to or from an executable that PowerShell starts with streams of text.
/// </summary>
internal abstract class ByteFifo : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("pscontainer-").FullName;
    private readonly Thread _thread;
    private readonly int _otherSide;

    /// <summary>Makes it.</summary>
    /// <param name="otherSide">How the executable opens it.</param>
    /// <param name="name">What its thread is called.</param>
    /// <exception cref="ContainerException">The kernel refused.</exception>
    private protected ByteFifo(int otherSide, string name)
    {
        const uint OwnerOnly = 0x180;
        _otherSide = otherSide;
        Path = System.IO.Path.Combine(_directory, "stream");
        Syscall.Check(Files.mknodat(Files.AT_FDCWD, Path, Files.S_IFIFO | OwnerOnly, 0), "mknodat", Path);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
    }

    /// <summary>Where it is.</summary>
    internal string Path { get; }

    /// <summary>Begins to copy.</summary>
    private protected void Start() => _thread.Start();

    // The open waits until the executable opens the other side, the first thing that it does.
    private void Run()
    {
        try
        {
            FileAccess access = _otherSide == Files.O_RDONLY ? FileAccess.Write : FileAccess.Read;
            using FileStream stream = new(Path, FileMode.Open, access, FileShare.ReadWrite, bufferSize: 0);
            Copy(stream);
        }
        catch (Exception end) when (end is IOException or OperationCanceledException)
        {
            // One of the two sides wants no more.
        }
        finally
        {
            Ended();
        }
    }

    /// <summary>Copies until there is no more.</summary>
    private protected abstract void Copy(FileStream stream);

    /// <summary>Called when no more is copied.</summary>
    private protected abstract void Ended();

    /// <summary>Removes the FIFO; what is copied still goes on.</summary>
    public virtual void Dispose()
    {
        // An executable that never came is waited for no more.
        nint opened = Files.openat(Files.AT_FDCWD, Path, _otherSide | Files.O_NONBLOCK | Files.O_CLOEXEC);
        if (opened >= 0)
            Syscall.Call(SyscallNumber.close, opened);
        Directory.Delete(_directory, recursive: true);
    }
}
