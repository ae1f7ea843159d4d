namespace PSContainer.Images;

/// <summary>Recognises archives that hold an image (docker save, OCI layout) rather than a root filesystem.</summary>
internal sealed class ImageArchive
{
    private bool plain;
    private bool marked;

    /// <summary>Looks at an entry's path.</summary>
    /// <exception cref="InvalidArchiveException">So far there are only the parts of an image, and now its index.</exception>
    internal void Look(byte[] path)
    {
        if (plain || path.Length == 0)
            return;
        int slash = path.AsSpan().IndexOf((byte)'/');
        ReadOnlySpan<byte> top = slash < 0 ? path : path.AsSpan(0, slash);
        marked |= top.SequenceEqual("manifest.json"u8) || top.SequenceEqual("oci-layout"u8);
        plain = !IsPartOfImage(top);
        if (marked && !plain)
            throw new InvalidArchiveException(
                "it is a container image (docker save or OCI layout), not a root filesystem",
                "Export a root filesystem from it, for example with: docker export $(docker create IMAGE)");
    }

    private static bool IsPartOfImage(ReadOnlySpan<byte> top)
    {
        const int digestLength = 64;
        ReadOnlySpan<byte> stem = top.EndsWith(".json"u8) ? top[..^5] : top.EndsWith(".tar"u8) ? top[..^4] : top;
        return top.SequenceEqual("blobs"u8) || top.SequenceEqual("oci-layout"u8) || top.SequenceEqual("repositories"u8)
            || top.SequenceEqual("manifest.json"u8) || top.SequenceEqual("index.json"u8)
            || (stem.Length == digestLength && stem.IndexOfAnyExcept("0123456789abcdef"u8) < 0);
    }
}
