using System.Buffers.Binary;
using PSContainer.Kernel;

namespace PSContainer.Security.Seccomp;

/// <summary>
/// Writes a classic BPF program from its last instruction to its first: jumps go forward only, so every target is known when
/// the jump to it is written.
/// </summary>
/// <remarks>A label is the number of instructions from its own to the end of the program, its own included.</remarks>
internal sealed class BpfWriter
{
    private const ushort LoadWord = 0x20, ReturnValue = 0x06, JumpAlways = 0x05, AndValue = 0x54;
    private const ushort JumpEqual = 0x15, JumpGreater = 0x25, JumpGreaterOrEqual = 0x35, JumpAnyBit = 0x45;

    // A conditional jump has eight bits for a distance; one instruction may still come between.
    private const int FarthestJump = 254;

    private readonly byte[] buffer = new byte[SeccompCalls.BPF_MAXINSNS * SeccompProgram.InstructionSize];
    private readonly List<(uint Action, int Label)> returns = [];
    private int count;

    /// <summary>The program so far.</summary>
    public byte[] ToArray() => buffer.AsSpan(buffer.Length - (count * SeccompProgram.InstructionSize)).ToArray();

    /// <summary>A label where the filter returns an action; one that is near enough is used again.</summary>
    public int Return(uint action)
    {
        for (int index = 0; index < returns.Count; index++)
        {
            if (returns[index].Action != action)
                continue;
            // Half the reach of a jump: what is written before the jump itself takes from the other half.
            if (count - returns[index].Label > FarthestJump / 2)
                returns[index] = (action, Write(ReturnValue, 0, 0, action));
            return returns[index].Label;
        }
        int label = Write(ReturnValue, 0, 0, action);
        returns.Add((action, label));
        return label;
    }

    /// <summary>Loads 32 bits of struct seccomp_data, and goes on with what was written last.</summary>
    public int Load(uint offset) => Write(LoadWord, 0, 0, offset);

    /// <summary>Keeps the bits of a mask, and goes on with what was written last.</summary>
    public int And(uint mask) => Write(AndValue, 0, 0, mask);

    /// <summary>Jumps by whether what was loaded equals a value.</summary>
    public int IfEqual(uint value, int then, int otherwise) => Jump(JumpEqual, value, then, otherwise);

    /// <summary>Jumps by whether what was loaded is above a value.</summary>
    public int IfGreater(uint value, int then, int otherwise) => Jump(JumpGreater, value, then, otherwise);

    /// <summary>Jumps by whether what was loaded is a value or above it.</summary>
    public int IfGreaterOrEqual(uint value, int then, int otherwise) => Jump(JumpGreaterOrEqual, value, then, otherwise);

    /// <summary>Jumps by whether what was loaded has any bit of a mask.</summary>
    public int IfAnyBit(uint mask, int then, int otherwise) => Jump(JumpAnyBit, mask, then, otherwise);

    private int Jump(ushort code, uint value, int then, int otherwise)
    {
        if (count - then > FarthestJump)
            then = Write(JumpAlways, 0, 0, (uint)(count - then));
        if (count - otherwise > FarthestJump)
            otherwise = Write(JumpAlways, 0, 0, (uint)(count - otherwise));
        return Write(code, (byte)(count - then), (byte)(count - otherwise), value);
    }

    private int Write(ushort code, byte then, byte otherwise, uint value)
    {
        if (count == SeccompCalls.BPF_MAXINSNS)
        {
            throw new InvalidSpecException(
                $"linux.seccomp: the filter needs more than {SeccompCalls.BPF_MAXINSNS} instructions, the most that the kernel takes.",
                "Use fewer rules with arguments.");
        }
        count++;
        int start = buffer.Length - (count * SeccompProgram.InstructionSize);
        Span<byte> place = buffer.AsSpan(start, SeccompProgram.InstructionSize);
        BinaryPrimitives.WriteUInt16LittleEndian(place, code);
        place[2] = then;
        place[3] = otherwise;
        BinaryPrimitives.WriteUInt32LittleEndian(place[4..], value);
        return count;
    }
}
