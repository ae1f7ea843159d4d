namespace PSContainer.Kernel;

/// <summary>A pipe, pipe(2). Both ends are close-on-exec.</summary>
public sealed unsafe class Pipe : IDisposable
{
    /// <summary>Makes a pipe.</summary>
    /// <exception cref="ContainerException">The kernel refused.</exception>
    public Pipe()
    {
        int* ends = stackalloc int[2];
        Syscall.Check(Syscall.Call(SyscallNumber.pipe2, (nint)ends, Files.O_CLOEXEC), "pipe2");
        Reader = new FileHandle(ends[0]);
        Writer = new FileHandle(ends[1]);
    }

    /// <summary>The end to read from.</summary>
    public FileHandle Reader { get; }

    /// <summary>The end to write to.</summary>
    public FileHandle Writer { get; }

    /// <summary>Closes both ends.</summary>
    public void Dispose()
    {
        Reader.Dispose();
        Writer.Dispose();
    }
}
