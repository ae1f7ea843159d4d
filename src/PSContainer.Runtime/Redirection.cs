using System.Runtime.CompilerServices;
using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Runtime;

/// <summary>
/// Other standard streams than the caller's, which the module names in front of all other words: what PowerShell starts it starts
/// with streams of text, and these are for bytes.
/// </summary>
/// <remarks>
/// <c>--stdin PATH</c> and <c>--stdout PATH</c>. Opened before anything else is done: who waits at the other side of a FIFO learns by
/// its end that this process is gone, however that was.
/// </remarks>
[SkipLocalsInit]
internal static unsafe class Redirection
{
    private const int AppendOnly = 0x401, Failed = 125;

    /// <summary>Opens them, and takes the words away.</summary>
    /// <param name="count">How many words there are; gets how many are left.</param>
    /// <param name="arguments">The words, the program's name first.</param>
    /// <returns>0, or the code to exit with.</returns>
    public static int Apply(ref int count, byte** arguments)
    {
        while (count > 2 && StreamOf(arguments[1]) is >= 0 and var stream)
        {
            int opened = Raw.Open(Raw.AtFdCwd, arguments[2], stream == 0 ? 0 : AppendOnly);
            if (opened < 0)
                return Refuse(arguments[2], opened);
            Raw.Call(SyscallNumber.dup3, opened, stream, 0);
            Raw.Close(opened);
            count -= 2;
            // With the null pointer at the end.
            for (int i = 1; i <= count; i++)
                arguments[i] = arguments[i + 2];
        }
        return 0;
    }

    private static int StreamOf(byte* word) =>
        Bytes.Same(word, "--stdin"u8) ? 0 : Bytes.Same(word, "--stdout"u8) ? 1 : -1;

    private static int Refuse(byte* path, int error)
    {
        byte* memory = stackalloc byte[512];
        TextBuffer text = new(memory, 512);
        text.Append("pscontainer: cannot open '"u8);
        text.Append(path);
        text.Append("': error "u8);
        text.Append(-error);
        text.Append("\n"u8);
        Raw.WriteAll(2, text.Start, text.Length);
        return Failed;
    }
}
