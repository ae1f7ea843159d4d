using System.Runtime.InteropServices;

namespace PSContainer.Images;

/// <summary>Decompresses .xz with the system's liblzma (lzma/base.h, lzma/container.h); loaded when first used.</summary>
internal sealed unsafe class XzStream : DecoderStream
{
    private const string Library = "liblzma.so.5";
    private const ulong MemoryLimit = 256 << 20; // xz -9 needs 65 MiB; an archive cannot ask for more than this.
    private const uint LZMA_CONCATENATED = 0x08;
    private const int LZMA_RUN = 0, LZMA_FINISH = 3;
    private const int LZMA_OK = 0, LZMA_STREAM_END = 1, LZMA_MEMLIMIT_ERROR = 6, LZMA_BUF_ERROR = 10;

    private lzma_stream* stream;

    [StructLayout(LayoutKind.Sequential)]
    private struct lzma_stream
    {
        internal byte* next_in;
        internal nuint avail_in;
        internal ulong total_in;
        internal byte* next_out;
        internal nuint avail_out;
        internal ulong total_out;
        internal void* allocator;
        internal void* @internal;
        internal fixed ulong reserved[9];
    }

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int lzma_stream_decoder(lzma_stream* stream, ulong memlimit, uint flags);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int lzma_code(lzma_stream* stream, int action);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void lzma_end(lzma_stream* stream);

    internal XzStream(Stream source) : base(source, 1 << 16)
    {
        // The library keeps a pointer to this structure: it must not move.
        stream = (lzma_stream*)NativeMemory.AllocZeroed((nuint)sizeof(lzma_stream));
        try
        {
            if (lzma_stream_decoder(stream, MemoryLimit, LZMA_CONCATENATED) is var code and not LZMA_OK)
                throw new ContainerException($"liblzma could not be started (code {code}).");
        }
        catch (Exception error)
        {
            NativeMemory.Free(stream);
            stream = null;
            if (error is DllNotFoundException)
                throw Missing(Library, "xz", "liblzma5");
            throw;
        }
    }

    protected override bool Decode(ReadOnlySpan<byte> input, Span<byte> output, bool last, out int used, out int written)
    {
        fixed (byte* from = input, to = output)
        {
            stream->next_in = from;
            stream->avail_in = (nuint)input.Length;
            stream->next_out = to;
            stream->avail_out = (nuint)output.Length;
            int code = lzma_code(stream, last ? LZMA_FINISH : LZMA_RUN);
            used = input.Length - (int)stream->avail_in;
            written = output.Length - (int)stream->avail_out;
            return code switch
            {
                LZMA_OK or LZMA_BUF_ERROR => true,
                LZMA_STREAM_END => false,
                LZMA_MEMLIMIT_ERROR =>
                    throw new InvalidArchiveException($"its xz data needs more than {MemoryLimit >> 20} MiB of memory"),
                _ => throw new InvalidArchiveException($"its xz data is damaged (liblzma's code {code})"),
            };
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (stream != null)
        {
            lzma_end(stream);
            NativeMemory.Free(stream);
        }
        stream = null;
        base.Dispose(disposing);
    }
}
