using System.Runtime.InteropServices;

namespace PSContainer.Kernel;

/// <summary>bpf(2): programs that decide on a cgroup's device access.</summary>
public static unsafe class Bpf
{
    /// <summary>Program type: device access of a cgroup.</summary>
    public const int BPF_PROG_TYPE_CGROUP_DEVICE = 15;

    /// <summary>Attach type: device access of a cgroup.</summary>
    public const int BPF_CGROUP_DEVICE = 6;

    /// <summary>Attach beside other programs; all of them have to agree.</summary>
    public const int BPF_F_ALLOW_MULTI = 2;

    /// <summary>Attach in place of another program, in one step.</summary>
    public const int BPF_F_REPLACE = 4;

    private const int BPF_PROG_LOAD = 5, BPF_PROG_ATTACH = 8, BPF_PROG_DETACH = 9;
    private const int BPF_PROG_GET_FD_BY_ID = 13, BPF_OBJ_GET_INFO_BY_FD = 15, BPF_PROG_QUERY = 16;
    private const int NameSize = 16, InfoSize = 80, InfoNameOffset = 64;

    [StructLayout(LayoutKind.Sequential)]
    private struct LoadAttributes
    {
        public int ProgramType, InstructionCount;
        public ulong Instructions, License;
        public int LogLevel, LogSize;
        public ulong Log;
        public int KernelVersion, Flags;
        public fixed byte Name[NameSize];
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct AttachAttributes
    {
        public int Target, Program, AttachType, Flags, Replaced;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct QueryAttributes
    {
        public int Target, AttachType, QueryFlags, AttachFlags;
        public ulong Ids;
        public int Count, Padding;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct InfoAttributes
    {
        public int Fd, Length;
        public ulong Info;
    }

    /// <summary>Loads a program.</summary>
    /// <param name="type">Program type.</param>
    /// <param name="instructions">One instruction each.</param>
    /// <param name="name">Up to 15 letters, digits and underscores, for those who list programs.</param>
    /// <param name="log">Where the verifier writes why it refused, zero-terminated; empty for no log.</param>
    /// <returns>A close-on-exec descriptor, or a negated error number.</returns>
    public static int Load(int type, ReadOnlySpan<ulong> instructions, ReadOnlySpan<byte> name, Span<byte> log)
    {
        fixed (ulong* code = instructions)
        fixed (byte* license = "MIT"u8, logPlace = log)
        {
            LoadAttributes attributes = new()
            {
                ProgramType = type,
                InstructionCount = instructions.Length,
                Instructions = (ulong)code,
                License = (ulong)license,
                LogLevel = log.IsEmpty ? 0 : 1,
                LogSize = log.Length,
                Log = (ulong)logPlace,
            };
            name[..Math.Min(name.Length, NameSize - 1)].CopyTo(new Span<byte>(attributes.Name, NameSize));
            return (int)Syscall.Call(SyscallNumber.bpf, BPF_PROG_LOAD, (nint)(&attributes), sizeof(LoadAttributes));
        }
    }

    /// <summary>Attaches a program to a cgroup.</summary>
    /// <param name="cgroup">Descriptor of the cgroup's directory.</param>
    /// <param name="program">The program.</param>
    /// <param name="type">Attach type.</param>
    /// <param name="flags"><see cref="BPF_F_ALLOW_MULTI"/>, <see cref="BPF_F_REPLACE"/>.</param>
    /// <param name="replaced">The program that gives way, with <see cref="BPF_F_REPLACE"/>.</param>
    /// <returns>0, or a negated error number.</returns>
    public static int Attach(int cgroup, int program, int type, int flags, int replaced = 0)
    {
        AttachAttributes attributes = new()
        {
            Target = cgroup,
            Program = program,
            AttachType = type,
            Flags = flags,
            Replaced = replaced,
        };
        return (int)Syscall.Call(SyscallNumber.bpf, BPF_PROG_ATTACH, (nint)(&attributes), sizeof(AttachAttributes));
    }

    /// <summary>Detaches a program from a cgroup.</summary>
    /// <returns>0, or a negated error number.</returns>
    public static int Detach(int cgroup, int program, int type)
    {
        AttachAttributes attributes = new() { Target = cgroup, Program = program, AttachType = type };
        return (int)Syscall.Call(SyscallNumber.bpf, BPF_PROG_DETACH, (nint)(&attributes), sizeof(AttachAttributes));
    }

    /// <summary>Lists the programs attached to a cgroup itself.</summary>
    /// <param name="cgroup">Descriptor of the cgroup's directory.</param>
    /// <param name="type">Attach type.</param>
    /// <param name="ids">Filled with their ids.</param>
    /// <returns>How many there are, or a negated error number.</returns>
    public static int Query(int cgroup, int type, Span<int> ids)
    {
        fixed (int* place = ids)
        {
            QueryAttributes attributes = new() { Target = cgroup, AttachType = type, Ids = (ulong)place, Count = ids.Length };
            nint result = Syscall.Call(SyscallNumber.bpf, BPF_PROG_QUERY, (nint)(&attributes), sizeof(QueryAttributes));
            return result < 0 ? (int)result : attributes.Count;
        }
    }

    /// <summary>Opens a program by its id.</summary>
    /// <returns>A close-on-exec descriptor, or a negated error number.</returns>
    public static int Open(int id)
    {
        int* attributes = stackalloc int[3];
        attributes[0] = id;
        attributes[1] = attributes[2] = 0;
        return (int)Syscall.Call(SyscallNumber.bpf, BPF_PROG_GET_FD_BY_ID, (nint)attributes, 3 * sizeof(int));
    }

    /// <summary>Whether a program bears a name.</summary>
    public static bool HasName(int program, ReadOnlySpan<byte> name)
    {
        byte* info = stackalloc byte[InfoSize];
        new Span<byte>(info, InfoSize).Clear();
        InfoAttributes attributes = new() { Fd = program, Length = InfoSize, Info = (ulong)info };
        if (Syscall.Call(SyscallNumber.bpf, BPF_OBJ_GET_INFO_BY_FD, (nint)(&attributes), sizeof(InfoAttributes)) < 0)
            return false;
        return new ReadOnlySpan<byte>(info + InfoNameOffset, NameSize).TrimEnd((byte)0).SequenceEqual(name);
    }
}
