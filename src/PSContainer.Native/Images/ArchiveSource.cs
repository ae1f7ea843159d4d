using System.IO.Compression;

namespace PSContainer.Images;

/// <summary>An archive's own bytes, whose first ones were looked at, counted as they are read.</summary>
internal sealed class ArchiveSource : ForwardStream
{
    private readonly byte[] head = new byte[ArchiveFormat.HeadSize];
    private readonly int headLength;
    private long position;

    internal ArchiveSource(Stream source) : base(source) =>
        headLength = source.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);

    /// <summary>How many bytes were read; may be asked by another thread.</summary>
    internal long BytesRead => Volatile.Read(ref position);

    /// <summary>By the first bytes.</summary>
    internal ArchiveCompression Compression => ArchiveFormat.Detect(head.AsSpan(0, headLength));

    /// <summary>The archive without its compression.</summary>
    internal Stream Decompress() => Compression switch
    {
        ArchiveCompression.Gzip => new GZipStream(this, CompressionMode.Decompress),
        ArchiveCompression.Zstd => new ZstdStream(this),
        ArchiveCompression.Xz => new XzStream(this),
        _ => this,
    };

    public override int Read(Span<byte> buffer)
    {
        int count;
        if (position < headLength)
        {
            count = Math.Min(buffer.Length, headLength - (int)position);
            head.AsSpan((int)position, count).CopyTo(buffer);
        }
        else
        {
            count = Source.Read(buffer);
        }
        Volatile.Write(ref position, position + count);
        return count;
    }
}
