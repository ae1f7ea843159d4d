namespace PSContainer.Kernel;

/// <summary>Landlock, landlock(7): rights on paths that a process gives up (linux/landlock.h).</summary>
public static class LandlockCalls
{
    /// <summary>Flag of landlock_create_ruleset(2): asks for the kernel's version of the interface.</summary>
    public const int LANDLOCK_CREATE_RULESET_VERSION = 1;

    /// <summary>Type of rule: all that is below a directory, or one file.</summary>
    public const int LANDLOCK_RULE_PATH_BENEATH = 1;

    /// <summary>Execute a file.</summary>
    public const long LANDLOCK_ACCESS_FS_EXECUTE = 1 << 0;

    /// <summary>Open a file for writing.</summary>
    public const long LANDLOCK_ACCESS_FS_WRITE_FILE = 1 << 1;

    /// <summary>Open a file for reading.</summary>
    public const long LANDLOCK_ACCESS_FS_READ_FILE = 1 << 2;

    /// <summary>Open a directory or list it.</summary>
    public const long LANDLOCK_ACCESS_FS_READ_DIR = 1 << 3;

    /// <summary>Remove a directory, or rename one.</summary>
    public const long LANDLOCK_ACCESS_FS_REMOVE_DIR = 1 << 4;

    /// <summary>Remove a file, or rename one.</summary>
    public const long LANDLOCK_ACCESS_FS_REMOVE_FILE = 1 << 5;

    /// <summary>Make a character device.</summary>
    public const long LANDLOCK_ACCESS_FS_MAKE_CHAR = 1 << 6;

    /// <summary>Make a directory.</summary>
    public const long LANDLOCK_ACCESS_FS_MAKE_DIR = 1 << 7;

    /// <summary>Make a file.</summary>
    public const long LANDLOCK_ACCESS_FS_MAKE_REG = 1 << 8;

    /// <summary>Make a socket.</summary>
    public const long LANDLOCK_ACCESS_FS_MAKE_SOCK = 1 << 9;

    /// <summary>Make a FIFO.</summary>
    public const long LANDLOCK_ACCESS_FS_MAKE_FIFO = 1 << 10;

    /// <summary>Make a block device.</summary>
    public const long LANDLOCK_ACCESS_FS_MAKE_BLOCK = 1 << 11;

    /// <summary>Make a symbolic link.</summary>
    public const long LANDLOCK_ACCESS_FS_MAKE_SYM = 1 << 12;

    /// <summary>Link or rename a file into another directory (version 2); without it that is always refused.</summary>
    public const long LANDLOCK_ACCESS_FS_REFER = 1 << 13;

    /// <summary>Shorten a file (version 3); before, nothing restricts truncate(2).</summary>
    public const long LANDLOCK_ACCESS_FS_TRUNCATE = 1 << 14;

    /// <summary>ioctl(2) on a device (version 5); before, nothing restricts it.</summary>
    public const long LANDLOCK_ACCESS_FS_IOCTL_DEV = 1 << 15;

    /// <summary>The kernel's version of the interface; 0 where there is no Landlock, or it was not switched on at boot.</summary>
    public static int Version { get; } =
        (int)Math.Max(0, Syscall.Call(SyscallNumber.landlock_create_ruleset, 0, 0, LANDLOCK_CREATE_RULESET_VERSION));

    /// <summary>Every right on paths that a version of the interface knows.</summary>
    public static long RightsOf(int version)
    {
        long rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
        if (version >= 2)
            rights |= LANDLOCK_ACCESS_FS_REFER;
        if (version >= 3)
            rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
        return version >= 5 ? rights | LANDLOCK_ACCESS_FS_IOCTL_DEV : rights;
    }
}
