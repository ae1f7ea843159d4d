using System.Runtime.InteropServices;

namespace PSContainer.Images;

/// <summary>
/// Decompresses Zstandard with the system's libzstd (zstd.h, "Streaming decompression"); loaded when first used.
/// </summary>
internal sealed unsafe class ZstdStream : DecoderStream
{
    private const string Library = "libzstd.so.1";
    private nint decoder;
    private bool insideFrame;

    [StructLayout(LayoutKind.Sequential)]
    private struct ZSTD_inBuffer
    {
        internal byte* src;
        internal nuint size;
        internal nuint pos;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ZSTD_outBuffer
    {
        internal byte* dst;
        internal nuint size;
        internal nuint pos;
    }

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint ZSTD_createDStream();

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nuint ZSTD_freeDStream(nint stream);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nuint ZSTD_decompressStream(nint stream, ZSTD_outBuffer* output, ZSTD_inBuffer* input);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint ZSTD_isError(nuint code);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern byte* ZSTD_getErrorName(nuint code);

    internal ZstdStream(Stream source) : base(source, 1 << 17)
    {
        try
        {
            decoder = ZSTD_createDStream();
        }
        catch (DllNotFoundException)
        {
            throw Missing(Library, "zstd", "libzstd1");
        }
        if (decoder == 0)
            throw new OutOfMemoryException();
    }

    protected override bool Decode(ReadOnlySpan<byte> input, Span<byte> output, bool last, out int used, out int written)
    {
        used = written = 0;
        if (last && input.IsEmpty && !insideFrame)
            return false;
        fixed (byte* from = input, to = output)
        {
            // The library wants a valid pointer even where there is nothing to read.
            byte nothing = 0;
            ZSTD_inBuffer source = new() { src = from == null ? &nothing : from, size = (nuint)input.Length };
            ZSTD_outBuffer target = new() { dst = to, size = (nuint)output.Length };
            nuint result = ZSTD_decompressStream(decoder, &target, &source);
            if (ZSTD_isError(result) != 0)
                throw new InvalidArchiveException(
                    $"its zstd data is damaged ({Marshal.PtrToStringUTF8((nint)ZSTD_getErrorName(result))})");
            insideFrame = result != 0;
            used = (int)source.pos;
            written = (int)target.pos;
        }
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (decoder != 0)
            ZSTD_freeDStream(decoder);
        decoder = 0;
        base.Dispose(disposing);
    }
}
