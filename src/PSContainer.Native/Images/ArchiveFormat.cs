namespace PSContainer.Images;

/// <summary>Tells by an archive's first bytes what it is; its name says nothing.</summary>
internal static class ArchiveFormat
{
    /// <summary>How many bytes are looked at.</summary>
    internal const int HeadSize = TarHeader.BlockSize;

    /// <summary>How the archive is compressed.</summary>
    /// <exception cref="InvalidArchiveException">It is nothing that is read here.</exception>
    internal static ArchiveCompression Detect(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
            throw new InvalidArchiveException("it is empty");
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
            return ArchiveCompression.Gzip;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]))
            return ArchiveCompression.Xz;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]) || IsSkippableZstdFrame(head))
            return ArchiveCompression.Zstd;
        if (head.Length == HeadSize && (new TarHeader(head).HasValidChecksum || new TarHeader(head).IsEndMarker))
            return ArchiveCompression.None;
        throw new InvalidArchiveException(
            $"it is {NameOf(head)}, not a tar archive (plain or compressed with gzip, zstd or xz)",
            "Give the tarball of a root filesystem.");
    }

    private static bool IsSkippableZstdFrame(ReadOnlySpan<byte> head) =>
        head.Length > 4 && (head[0] & 0xf0) == 0x50 && head[1..].StartsWith((ReadOnlySpan<byte>)[0x2a, 0x4d, 0x18]);

    private static string NameOf(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("BZh"u8))
            return "compressed with bzip2";
        if (head.StartsWith("PK"u8))
            return "a zip file";
        if (head.StartsWith("hsqs"u8))
            return "a squashfs image";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x04, 0x22, 0x4d, 0x18]))
            return "compressed with lz4";
        if (head.StartsWith("!<arch>\n"u8))
            return "an ar archive or Debian package";
        return head.StartsWith("\x7f"u8) ? "an executable" : "something else";
    }
}
