namespace PSContainer.Kernel;

/// <summary>struct stat of the kernel, stat(2), for code without a .NET runtime. Managed code has statx(2), alike on every machine.</summary>
internal static unsafe class Stat
{
    /// <summary>Room for the structure: x86-64's, which is the larger one.</summary>
    public const int Size = 144;

    /// <summary>Where st_size is.</summary>
    public const int SizeOffset = 48;

    /// <summary>Where st_atim is.</summary>
    public const int AccessTimeOffset = 72;

    /// <summary>Where st_mtim is.</summary>
    public const int ModificationTimeOffset = 88;

    /// <summary>Where st_mode is.</summary>
    public static int ModeOffset => Processor.IsArm64 ? 16 : 24;

    /// <summary>Where st_uid is.</summary>
    public static int OwnerOffset => Processor.IsArm64 ? 24 : 28;

    /// <summary>Where st_gid is.</summary>
    public static int GroupOffset => Processor.IsArm64 ? 28 : 32;

    /// <summary>Where st_rdev is.</summary>
    public static int DeviceOffset => Processor.IsArm64 ? 32 : 40;

    /// <summary>st_mode.</summary>
    public static uint Mode(byte* stat) => *(uint*)(stat + ModeOffset);

    /// <summary>st_uid.</summary>
    public static uint Owner(byte* stat) => *(uint*)(stat + OwnerOffset);

    /// <summary>st_gid.</summary>
    public static uint Group(byte* stat) => *(uint*)(stat + GroupOffset);

    /// <summary>st_rdev.</summary>
    public static ulong Device(byte* stat) => *(ulong*)(stat + DeviceOffset);

    /// <summary>st_size.</summary>
    public static long Length(byte* stat) => *(long*)(stat + SizeOffset);

    /// <summary>st_atim, seconds and nanoseconds.</summary>
    public static long* AccessTime(byte* stat) => (long*)(stat + AccessTimeOffset);

    /// <summary>st_mtim, seconds and nanoseconds.</summary>
    public static long* ModificationTime(byte* stat) => (long*)(stat + ModificationTimeOffset);
}
