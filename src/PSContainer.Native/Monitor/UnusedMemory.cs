using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Monitor;

/// <summary>Gives back what the C library and the .NET runtime wrote into their static memory before <c>main</c>.</summary>
/// <remarks>
/// Half of a monitor's private memory would be that. Freestanding code needs none of it: errno is in the thread's own block,
/// which is on the heap of a static executable, and nothing returns into the library.
/// </remarks>
internal static unsafe class UnusedMemory
{
    private const int AT_PHDR = 3, AT_PHNUM = 5;
    private const int PT_LOAD = 1, PF_W = 2;
    private const int MADV_DONTNEED = 4;
    private const nuint PageMask = 4095;

    // elf(5), Elf64_Phdr in words of eight bytes: type and flags, offset, address, another, size in the file and in memory.
    private const int HeaderWords = 7, AddressWord = 2, FileSizeWord = 4, MemorySizeWord = 5;

    /// <summary>Makes the zero-initialised pages of the executable zero, and nobody's.</summary>
    /// <param name="environment">The environment, behind which the kernel says where the executable's headers are.</param>
    public static void GiveBack(byte** environment)
    {
        while (*environment != null)
            environment++;
        nuint* headers = null;
        nint count = 0;
        for (nint* auxiliary = (nint*)(environment + 1); auxiliary[0] != 0; auxiliary += 2)
        {
            if (auxiliary[0] == AT_PHDR)
                headers = (nuint*)auxiliary[1];
            else if (auxiliary[0] == AT_PHNUM)
                count = auxiliary[1];
        }
        // A position-independent executable's addresses begin at 0, relative to a base; this one's never do.
        if (headers == null || (uint)headers[0] != PT_LOAD || headers[AddressWord] == 0)
            return;
        for (; count > 0; count--, headers += HeaderWords)
        {
            bool isWritable = (headers[0] >> 32 & PF_W) != 0;
            if ((uint)headers[0] == PT_LOAD && isWritable)
                GiveBack(headers[AddressWord] + headers[FileSizeWord], headers[AddressWord] + headers[MemorySizeWord]);
        }
    }

    private static void GiveBack(nuint start, nuint end)
    {
        // The page where the file's part ends stays; the last one is whole, the kernel maps no part of a page.
        start = (start + PageMask) & ~PageMask;
        if (end > start)
            Raw.Call(SyscallNumber.madvise, (nint)start, (nint)(end - start), MADV_DONTNEED);
    }
}
