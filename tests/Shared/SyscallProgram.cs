using System.Buffers.Binary;

namespace PSContainer.Tests;

/// <summary>
/// A program of one system call, made by hand so that no compiler is needed: x86-64 ELF whose exit code is the error number,
/// or 0 when the call succeeds.
/// </summary>
internal static class SyscallProgram
{
    /// <summary>EM_X86_64 of elf(5).</summary>
    public const ushort ThisMachine = 62;

    private const ulong Base = 0x400000;
    private const int HeaderSize = 64 + 56;

    /// <summary>Writes the program.</summary>
    /// <param name="path">Where.</param>
    /// <param name="machine">e_machine of the header; anything but 62 is another processor's program.</param>
    /// <param name="number">The call.</param>
    /// <param name="arguments">Up to three.</param>
    public static void Write(string path, ushort machine, long number, params long[] arguments)
    {
        var code = new List<byte>();
        Load(code, [0x48, 0xB8], number);
        byte[][] registers = [[0x48, 0xBF], [0x48, 0xBE], [0x48, 0xBA]];
        for (int i = 0; i < registers.Length; i++)
            Load(code, registers[i], i < arguments.Length ? arguments[i] : 0);
        // syscall; xor edi,edi; test rax,rax; jns +5; mov rdi,rax; neg edi; then exit_group(edi)
        code.AddRange([0x0F, 0x05, 0x31, 0xFF, 0x48, 0x85, 0xC0, 0x79, 0x05, 0x48, 0x89, 0xC7, 0xF7, 0xDF]);
        Load(code, [0x48, 0xB8], 231);
        code.AddRange([0x0F, 0x05]);
        ProgramFile.Write(path, [.. Header(machine, (ulong)code.Count), .. code]);
    }

    /// <summary>Writes a program of machine code of the test's own.</summary>
    public static void WriteCode(string path, params byte[] code) => ProgramFile.Write(path, [.. Header(ThisMachine, (ulong)code.Length), .. code]);

    private static void Load(List<byte> code, byte[] register, long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        code.AddRange(register);
        code.AddRange(bytes);
    }

    private static byte[] Header(ushort machine, ulong codeSize)
    {
        byte[] header = new byte[HeaderSize];
        new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(header, 0);
        Span<byte> elf = header;
        BinaryPrimitives.WriteUInt16LittleEndian(elf[16..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(elf[18..], machine);
        BinaryPrimitives.WriteUInt32LittleEndian(elf[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(elf[24..], Base + HeaderSize);
        BinaryPrimitives.WriteUInt64LittleEndian(elf[32..], 64);
        BinaryPrimitives.WriteUInt16LittleEndian(elf[52..], 64);
        BinaryPrimitives.WriteUInt16LittleEndian(elf[54..], 56);
        BinaryPrimitives.WriteUInt16LittleEndian(elf[56..], 1);
        Span<byte> load = elf[64..];
        BinaryPrimitives.WriteUInt32LittleEndian(load, 1);
        BinaryPrimitives.WriteUInt32LittleEndian(load[4..], 5);
        BinaryPrimitives.WriteUInt64LittleEndian(load[16..], Base);
        BinaryPrimitives.WriteUInt64LittleEndian(load[24..], Base);
        BinaryPrimitives.WriteUInt64LittleEndian(load[32..], HeaderSize + codeSize);
        BinaryPrimitives.WriteUInt64LittleEndian(load[40..], HeaderSize + codeSize);
        BinaryPrimitives.WriteUInt64LittleEndian(load[48..], 0x1000);
        return header;
    }
}
