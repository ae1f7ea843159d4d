using PSContainer.Rooted;

namespace PSContainer.Images;

/// <summary>Paths as archives have them, made plain.</summary>
internal static class ArchivePath
{
    /// <summary>
    /// Drops what means nothing (<c>/</c> in front and behind, <c>//</c>, <c>.</c>) and refuses what means harm.
    /// </summary>
    /// <param name="name">The path of an entry, or what a hard link leads to.</param>
    /// <param name="limits">How long and how deep it may be.</param>
    /// <returns>Names with single slashes between them; empty for the root itself.</returns>
    /// <exception cref="InvalidArchiveException">It has <c>..</c> or a NUL in it, or is beyond a limit.</exception>
    internal static byte[] Normalize(ReadOnlySpan<byte> name, ExtractLimits limits)
    {
        if (name.Contains((byte)0))
            throw Refused(name, "has a NUL in its name");
        if (name.Length > limits.MaxPathLength)
            throw Refused(name[..64], $"has a name of {name.Length} bytes, more than {limits.MaxPathLength}");
        byte[] plain = new byte[name.Length];
        int length = 0, depth = 0;
        for (ReadOnlySpan<byte> rest = name; !rest.IsEmpty;)
        {
            int slash = rest.IndexOf((byte)'/');
            ReadOnlySpan<byte> component = slash < 0 ? rest : rest[..slash];
            rest = slash < 0 ? default : rest[(slash + 1)..];
            if (component.IsEmpty || component.SequenceEqual("."u8))
                continue;
            if (component.SequenceEqual(".."u8))
                throw Refused(name, "has '..' in its name");
            if (++depth > limits.MaxDepth + 1)
                throw Refused(name, $"lies deeper than {limits.MaxDepth} directories");
            if (length > 0)
                plain[length++] = (byte)'/';
            component.CopyTo(plain.AsSpan(length));
            length += component.Length;
        }
        return plain[..length];
    }

    /// <summary>Splits a plain path at its last slash.</summary>
    /// <param name="path">Not empty.</param>
    /// <param name="parent">The directory; empty for the root.</param>
    /// <param name="leaf">The name in it, with a NUL.</param>
    internal static void Split(byte[] path, out byte[] parent, out byte[] leaf)
    {
        int slash = path.AsSpan().LastIndexOf((byte)'/');
        parent = slash < 0 ? [] : path[..slash];
        leaf = PathBytes.From(path.AsSpan(slash + 1));
    }

    private static InvalidArchiveException Refused(ReadOnlySpan<byte> name, string why) =>
        new($"its entry '{PathBytes.Describe(name)}' {why}");
}
