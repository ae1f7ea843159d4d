namespace PSContainer.Overlays;

/// <summary>Names of a directory in several layers, with the type of the topmost, as listings tell them.</summary>
internal sealed class LowerNames
{
    /// <summary>What there is no name of.</summary>
    internal const int Absent = -1;

    /// <summary>What has to be looked at: a listing need not tell types.</summary>
    internal const int Unknown = 0;

    /// <summary>How far the bits of a mode have to be shifted to be a type of a listing.</summary>
    internal const int TypeShift = 12;

    private readonly Dictionary<ulong, (int Start, int Length, byte Type)> entries = [];
    private byte[] text = new byte[1024];
    private int used;

    /// <summary>Adds a name that no layer above has.</summary>
    internal void Add(ReadOnlySpan<byte> name, byte type)
    {
        ulong hash = HashOf(name);
        if (entries.TryGetValue(hash, out (int Start, int Length, byte) known))
        {
            // Two names of one hash: neither is known any more.
            if (!name.SequenceEqual(text.AsSpan(known.Start, known.Length)))
                entries[hash] = (0, 0, Unknown);
            return;
        }
        if (used + name.Length > text.Length)
            Array.Resize(ref text, Math.Max(2 * text.Length, used + name.Length));
        name.CopyTo(text.AsSpan(used));
        entries.Add(hash, (used, name.Length, type));
        used += name.Length;
    }

    /// <summary>The type of a name: the upper four bits of a mode, <see cref="Unknown"/> or <see cref="Absent"/>.</summary>
    internal int TypeOf(ReadOnlySpan<byte> name)
    {
        if (!entries.TryGetValue(HashOf(name), out (int Start, int Length, byte Type) found))
            return Absent;
        if (found.Length == 0)
            return Unknown;
        return name.SequenceEqual(text.AsSpan(found.Start, found.Length)) ? found.Type : Absent;
    }

    // FNV-1a.
    private static ulong HashOf(ReadOnlySpan<byte> name)
    {
        ulong hash = 14695981039346656037;
        foreach (byte one in name)
            hash = (hash ^ one) * 1099511628211;
        return hash;
    }
}
