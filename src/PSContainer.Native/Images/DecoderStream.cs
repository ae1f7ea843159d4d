namespace PSContainer.Images;

/// <summary>A stream of what a native library makes of a compressed one; reads forward only.</summary>
internal abstract class DecoderStream(Stream source, int inputSize) : ForwardStream(source)
{
    private readonly byte[] input = new byte[inputSize];
    private int start;
    private int end;
    private bool sourceEnded;

    public sealed override int Read(Span<byte> output)
    {
        while (true)
        {
            if (start == end && !sourceEnded)
            {
                (start, end) = (0, Source.Read(input));
                sourceEnded = end == 0;
            }
            bool more = Decode(input.AsSpan(start, end - start), output, sourceEnded, out int used, out int written);
            start += used;
            if (written > 0 || !more)
                return written;
            if (sourceEnded && used == 0)
                throw new InvalidArchiveException(
                    "its compressed data ends in the middle: the file is truncated", "Fetch or make the archive again.");
        }
    }

    /// <summary>Decodes what it can.</summary>
    /// <param name="input">Compressed bytes, perhaps none.</param>
    /// <param name="output">Room for plain ones.</param>
    /// <param name="last">Whether no more input will come.</param>
    /// <param name="used">How much input was used up.</param>
    /// <param name="written">How much was written.</param>
    /// <returns>Whether there may be more; <see langword="false"/> at the proper end.</returns>
    protected abstract bool Decode(ReadOnlySpan<byte> input, Span<byte> output, bool last, out int used, out int written);

    /// <summary>The error for a library that is not there.</summary>
    protected static ContainerException Missing(string library, string format, string package) =>
        new($"The archive is compressed with {format}, for which the library {library} is needed, and it is not installed.",
            $"Install it (Debian and Ubuntu: apt install {package}) or decompress the archive first.")
        {
            Target = library,
        };
}
