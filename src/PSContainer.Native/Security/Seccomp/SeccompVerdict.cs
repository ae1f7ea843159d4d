using System.Buffers.Binary;
using PSContainer.Kernel;

namespace PSContainer.Security.Seccomp;

/// <summary>What a finished filter decides about a call of this process, as the kernel would find it.</summary>
internal static class SeccompVerdict
{
    private const ushort Load = 0x20, And = 0x54, Jump = 0x05, JumpEqual = 0x15, JumpAbove = 0x25, JumpFrom = 0x35, JumpSet = 0x45, Return = 0x06;
    private const uint ActionMask = 0xffff_0000, LastOffset = 60;

    /// <summary>Whether the call is made.</summary>
    /// <param name="program">struct sock_filter after another.</param>
    /// <param name="number">The call's number.</param>
    /// <param name="first">Its first argument; the others are taken for 0.</param>
    public static bool Allows(ReadOnlySpan<byte> program, int number, ulong first = 0) =>
        (Of(program, number, first) & ActionMask) is SeccompCalls.SECCOMP_RET_ALLOW or SeccompCalls.SECCOMP_RET_LOG;

    /// <summary>The filter's answer, SECCOMP_RET_…; for a program that the kernel would refuse, the end of the process.</summary>
    public static uint Of(ReadOnlySpan<byte> program, int number, ulong first)
    {
        uint accumulator = 0;
        for (int position = 0; position >= 0 && position < program.Length / SeccompProgram.InstructionSize;)
        {
            ReadOnlySpan<byte> instruction = program.Slice(position * SeccompProgram.InstructionSize, SeccompProgram.InstructionSize);
            uint value = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            ushort code = BinaryPrimitives.ReadUInt16LittleEndian(instruction);
            position++;
            switch (code)
            {
                case Load when value <= LastOffset:
                    accumulator = Word(value, number, first);
                    break;
                case And:
                    accumulator &= value;
                    break;
                case Jump:
                    position += (int)value;
                    break;
                case JumpEqual or JumpAbove or JumpFrom or JumpSet:
                    bool holds = code switch
                    {
                        JumpEqual => accumulator == value,
                        JumpAbove => accumulator > value,
                        JumpFrom => accumulator >= value,
                        _ => (accumulator & value) != 0,
                    };
                    position += holds ? instruction[2] : instruction[3];
                    break;
                case Return:
                    return value;
                default:
                    return SeccompCalls.SECCOMP_RET_KILL_PROCESS;
            }
        }
        return SeccompCalls.SECCOMP_RET_KILL_PROCESS;
    }

    private static uint Word(uint offset, int number, ulong first) => offset switch
    {
        SeccompCalls.NumberOffset => (uint)number,
        SeccompCalls.ArchitectureOffset => SeccompArchitectures.AuditNumber(SeccompArchitectures.Native),
        SeccompCalls.ArgumentsOffset => (uint)first,
        SeccompCalls.ArgumentsOffset + sizeof(uint) => (uint)(first >> 32),
        _ => 0,
    };
}
