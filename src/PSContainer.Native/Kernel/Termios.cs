namespace PSContainer.Kernel;

/// <summary>A terminal's settings as the kernel has them (not the C library's larger copy), termios(3), ioctl_tty(2).</summary>
public unsafe struct Termios
{
    private const int TCGETS = 0x5401, TCSETSW = 0x5403, TIOCGWINSZ = 0x5413, TIOCSWINSZ = 0x5414;
    private const int VTIME = 5, VMIN = 6, FirstCharacter = 1;
    private const uint IGNBRK = 1, BRKINT = 2, PARMRK = 8, ISTRIP = 0x20, INLCR = 0x40, IGNCR = 0x80, ICRNL = 0x100, IXON = 0x400;
    private const uint OPOST = 1, ONLCR = 4, CSIZE = 0x30, CS8 = 0x30, PARENB = 0x100;
    private const uint ISIG = 1, ICANON = 2, ECHO = 8, ECHONL = 0x40, IEXTEN = 0x8000;

    /// <summary>c_iflag: input modes.</summary>
    public uint InputModes;

    /// <summary>c_oflag: output modes.</summary>
    public uint OutputModes;

    /// <summary>c_cflag: control modes.</summary>
    public uint ControlModes;

    /// <summary>c_lflag: local modes.</summary>
    public uint LocalModes;

    // The line discipline, then the control characters.
    private fixed byte _characters[20];

    /// <summary>Whether what is typed comes line by line.</summary>
    public readonly bool HasLines => (LocalModes & ICANON) != 0;

    /// <summary>Reads the settings.</summary>
    /// <returns>False when the descriptor is no terminal.</returns>
    public static bool TryGet(int fd, out Termios settings)
    {
        Termios read = default;
        bool isTerminal = Syscall.Call(SyscallNumber.ioctl, fd, TCGETS, (nint)(&read)) == 0;
        settings = read;
        return isTerminal;
    }

    /// <summary>Applies the settings once what was written before is out.</summary>
    /// <returns>0 or a negated error number.</returns>
    public static nint Set(int fd, Termios settings) => Syscall.Call(SyscallNumber.ioctl, fd, TCSETSW, (nint)(&settings));

    /// <summary>These settings changed so that every byte goes through as it is, cfmakeraw(3).</summary>
    public readonly Termios ToRaw()
    {
        Termios raw = this;
        raw.InputModes &= ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
        raw.OutputModes &= ~OPOST;
        raw.LocalModes &= ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
        raw.ControlModes = (raw.ControlModes & ~(CSIZE | PARENB)) | CS8;
        raw._characters[FirstCharacter + VMIN] = 1;
        raw._characters[FirstCharacter + VTIME] = 0;
        return raw;
    }

    /// <summary>These settings changed so that a line feed is shown as it is, without a carriage return before it.</summary>
    public readonly Termios WithPlainLineFeeds()
    {
        Termios plain = this;
        plain.OutputModes &= ~ONLCR;
        return plain;
    }

    /// <summary>
    /// Whether this process may read from a terminal: it is not its controlling one, or its job is in the foreground there.
    /// </summary>
    public static bool IsInForeground(int fd)
    {
        const int TIOCGPGRP = 0x540F;
        int group;
        return Syscall.Call(SyscallNumber.ioctl, fd, TIOCGPGRP, (nint)(&group)) < 0
            || group == Syscall.Call(SyscallNumber.getpgid, 0);
    }

    /// <summary>Gives a terminal the size of another.</summary>
    /// <returns>False when either is no terminal.</returns>
    public static bool CopySize(int from, int to)
    {
        ulong size;
        return Syscall.Call(SyscallNumber.ioctl, from, TIOCGWINSZ, (nint)(&size)) == 0
            && Syscall.Call(SyscallNumber.ioctl, to, TIOCSWINSZ, (nint)(&size)) == 0;
    }
}
