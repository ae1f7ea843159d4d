namespace PSContainer.Kernel;

/// <summary>A pseudoterminal, pty(7): what is written to one side can be read from the other. Both are close-on-exec.</summary>
public sealed unsafe class Pty : IDisposable
{
    private const int TIOCSPTLCK = 0x40045431, TIOCGPTPEER = 0x5441;

    /// <summary>Makes a pair on this mount namespace's devpts.</summary>
    /// <exception cref="ContainerException">There is no devpts, or no terminal is left.</exception>
    public Pty()
    {
        const string Multiplexer = "/dev/ptmx";
        const int Flags = Files.O_RDWR | Files.O_NOCTTY | Files.O_CLOEXEC;
        Master = new FileHandle((int)Syscall.Check(Files.openat(Files.AT_FDCWD, Multiplexer, Flags), "openat", Multiplexer));
        try
        {
            int locked = 0;
            nint unlocked = Syscall.Call(SyscallNumber.ioctl, Master.Fd, TIOCSPTLCK, (nint)(&locked));
            Syscall.Check(unlocked, "ioctl TIOCSPTLCK", Multiplexer);
            Slave = new FileHandle((int)Syscall.Check(
                Syscall.Call(SyscallNumber.ioctl, Master.Fd, TIOCGPTPEER, Flags), "ioctl TIOCGPTPEER", Multiplexer));
        }
        catch
        {
            Master.Dispose();
            throw;
        }
    }

    /// <summary>The side of whoever shows the terminal.</summary>
    public FileHandle Master { get; }

    /// <summary>The side of the programs that run on it.</summary>
    public FileHandle Slave { get; }

    /// <summary>Closes both sides.</summary>
    public void Dispose()
    {
        Master.Dispose();
        Slave.Dispose();
    }
}
