using System.Runtime.InteropServices;
using PSContainer.Kernel;

namespace PSContainer.Runtime;

/// <summary>
/// A POSIX extended regular expression, regex(7): the C library's own, since .NET's would double the executable.
/// </summary>
internal sealed unsafe class PosixPattern
{
    private const int REG_EXTENDED = 1, REG_NOSUB = 8;

    // Above the size of regex_t of glibc and musl (64).
    private const int PatternSize = 256;
    private readonly byte* _compiled = (byte*)NativeMemory.AllocZeroed(PatternSize);

    /// <summary>Compiles a pattern. It lives as long as the process.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public PosixPattern(string pattern)
    {
        using var text = new CString(pattern);
        if (regcomp(_compiled, text.Pointer, REG_EXTENDED | REG_NOSUB) != 0)
            throw new UsageException($"'{pattern}' is not a regular expression of regex(7)");
    }

    /// <summary>Whether a text has a match.</summary>
    public bool Matches(string text)
    {
        using var name = new CString(text);
        return regexec(_compiled, name.Pointer, 0, null, 0) == 0;
    }

    [DllImport("libc")]
    private static extern int regcomp(byte* compiled, byte* pattern, int flags);

    [DllImport("libc")]
    private static extern int regexec(byte* compiled, byte* text, nuint count, byte* matches, int flags);
}
