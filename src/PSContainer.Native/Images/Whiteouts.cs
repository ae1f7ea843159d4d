using PSContainer.Rooted;

namespace PSContainer.Images;

/// <summary>Entries of a layer that hide what the layers below made (OCI image-spec, layer.md, "Whiteouts").</summary>
internal abstract class Whiteouts
{
    private readonly HashSet<string> written = [];

    private static ReadOnlySpan<byte> Prefix => ".wh."u8;

    /// <summary>Notes what this layer made: a whiteout speaks of the layers below only.</summary>
    internal void Written(ReadOnlySpan<byte> path)
    {
        for (int length = path.Length; length > 0; length = path[..length].LastIndexOf((byte)'/'))
        {
            if (!written.Add(ParentDirectories.KeyOf(path[..length])))
                return;
        }
    }

    /// <summary>Whether this layer made it.</summary>
    internal bool IsWritten(string key) => written.Contains(key);

    /// <summary>Whether an entry is one by its name.</summary>
    internal static bool IsWhiteout(ReadOnlySpan<byte> leaf) => leaf.StartsWith(Prefix);

    /// <summary>Carries out a whiteout.</summary>
    /// <param name="parent">The plain path of the directory the entry lies in.</param>
    /// <param name="leaf">Its name, with a NUL.</param>
    /// <returns>Whether the entry is one, and is thereby done with.</returns>
    /// <exception cref="InvalidArchiveException">It would hide <c>.</c>, <c>..</c> or nothing at all.</exception>
    internal bool Apply(byte[] parent, byte[] leaf)
    {
        if (!IsWhiteout(leaf))
            return false;
        ReadOnlySpan<byte> name = leaf.AsSpan(Prefix.Length);
        bool opaque = name.SequenceEqual(".wh..opq\0"u8);
        if (!opaque && name.StartsWith(Prefix))
            return true; // Housekeeping of aufs, whose format this is.
        if (name.SequenceEqual("\0"u8) || name.SequenceEqual(".\0"u8) || name.SequenceEqual("..\0"u8))
            throw new InvalidArchiveException($"its whiteout '{PathBytes.Describe(leaf)}' names nothing that can be hidden");
        if (opaque)
            HideAll(parent);
        else
            Hide(parent, name.ToArray());
        return true;
    }

    /// <summary>Called when a directory of this layer was made.</summary>
    internal virtual void DirectoryMade(byte[] path)
    {
    }

    /// <summary>Hides one name of a directory.</summary>
    protected abstract void Hide(byte[] parent, byte[] name);

    /// <summary>Hides all that the layers below have in a directory.</summary>
    protected abstract void HideAll(byte[] parent);

    /// <summary>The key of a name in a directory.</summary>
    protected static string KeyOf(byte[] parent, byte[] name) => KeyOf(ParentDirectories.KeyOf(parent), name);

    /// <inheritdoc cref="KeyOf(byte[], byte[])"/>
    protected static string KeyOf(string parent, byte[] name)
    {
        string child = ParentDirectories.KeyOf(name.AsSpan(0, name.Length - 1));
        return parent.Length == 0 ? child : $"{parent}/{child}";
    }
}
