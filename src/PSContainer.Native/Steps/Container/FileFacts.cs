using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>What fstat(2) says of a descriptor.</summary>
internal unsafe struct FileFacts
{
    private const uint TypeMask = 0xF000;

    /// <summary>st_mode.</summary>
    public uint Mode;

    /// <summary>st_uid, as the process's user namespace has it.</summary>
    public uint Owner;

    /// <summary>st_rdev.</summary>
    public ulong Device;

    public readonly bool IsDirectory => (Mode & TypeMask) == 0x4000;

    public readonly bool IsRegular => (Mode & TypeMask) == 0x8000;

    public readonly bool IsCharacterDevice => (Mode & TypeMask) == 0x2000;

    public readonly bool IsFifo => (Mode & TypeMask) == 0x1000;

    /// <summary>Reads the facts of an open file, also of an O_PATH descriptor.</summary>
    public static nint Read(ChildContext* context, int fd, FileFacts* facts)
    {
        byte* stat = stackalloc byte[Stat.Size];
        nint result = context->Make(SyscallNumber.fstat, fd, (nint)stat);
        facts->Mode = Stat.Mode(stat);
        facts->Owner = Stat.Owner(stat);
        facts->Device = Stat.Device(stat);
        return result;
    }
}
