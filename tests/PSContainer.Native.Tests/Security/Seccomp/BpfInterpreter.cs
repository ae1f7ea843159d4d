using System.Buffers.Binary;

namespace PSContainer.Native.Tests.Security;

/// <summary>One call as the kernel shows it to a filter, struct seccomp_data.</summary>
internal readonly record struct SeccompData(uint Architecture, uint Number, ulong[] Arguments)
{
    /// <summary>The 32 bits at an offset.</summary>
    public uint Word(uint offset)
    {
        if (offset % 4 != 0 || offset > 60)
            throw new InvalidOperationException($"A filter loads from offset {offset}.");
        return offset switch
        {
            0 => Number,
            4 => Architecture,
            8 or 12 => 0,
            _ => (uint)(Arguments[(offset - 16) / 8] >> (offset % 8 == 0 ? 0 : 32)),
        };
    }
}

/// <summary>Runs classic BPF as the kernel does for seccomp, and is as strict about what it accepts.</summary>
internal sealed class BpfInterpreter
{
    private readonly ushort[] codes;
    private readonly byte[] then;
    private readonly byte[] otherwise;
    private readonly uint[] values;

    public BpfInterpreter(ReadOnlySpan<byte> program)
    {
        Assert.Equal(0, program.Length % 8);
        int length = program.Length / 8;
        Assert.InRange(length, 1, 4096);
        (codes, then, otherwise, values) = (new ushort[length], new byte[length], new byte[length], new uint[length]);
        for (int index = 0; index < length; index++)
        {
            ReadOnlySpan<byte> instruction = program.Slice(index * 8, 8);
            codes[index] = BinaryPrimitives.ReadUInt16LittleEndian(instruction);
            then[index] = instruction[2];
            otherwise[index] = instruction[3];
            values[index] = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
        }
        Assert.Equal(0x06, codes[^1]);
    }

    /// <summary>How many instructions the program has.</summary>
    public int Length => codes.Length;

    /// <summary>How many instructions the last run made.</summary>
    public int Steps { get; private set; }

    /// <summary>What the filter returns for a call.</summary>
    public uint Run(SeccompData data)
    {
        uint accumulator = 0;
        int position = 0;
        for (Steps = 1; ; Steps++)
        {
            uint value = values[position];
            switch (codes[position])
            {
                case 0x20:
                    accumulator = data.Word(value);
                    position++;
                    break;
                case 0x54:
                    accumulator &= value;
                    position++;
                    break;
                case 0x05:
                    position += 1 + (int)value;
                    break;
                case 0x15:
                    position = Jump(position, accumulator == value);
                    break;
                case 0x25:
                    position = Jump(position, accumulator > value);
                    break;
                case 0x35:
                    position = Jump(position, accumulator >= value);
                    break;
                case 0x45:
                    position = Jump(position, (accumulator & value) != 0);
                    break;
                case 0x06:
                    return value;
                default:
                    throw new InvalidOperationException($"Instruction {position} has code {codes[position]:x}.");
            }
        }
    }

    private int Jump(int position, bool condition) => position + 1 + (condition ? then : otherwise)[position];
}
