using System.Buffers.Binary;
using System.Numerics;
using PSContainer.Kernel;
using PSContainer.Security;
using PSContainer.Spec;

namespace PSContainer.Plan;

/// <summary>The five capability sets as the kernel's bit masks.</summary>
internal readonly record struct CapabilityMasks(long Bounding, long Effective, long Inheritable, long Permitted, long Ambient)
{
    private const uint Version3 = 0x20080522;

    /// <summary>Names that could not be granted, for a warning.</summary>
    public IReadOnlyList<string> Refused { get; private init; } = [];

    /// <summary>Names that the kernel does not let be ambient, for a warning.</summary>
    public IReadOnlyList<string> NotAmbient { get; private init; } = [];

    /// <summary>Reads the sets by name; a missing one is empty.</summary>
    /// <param name="sets">The sets.</param>
    /// <param name="grantable">What the runtime can give.</param>
    /// <remarks>
    /// What this kernel does not know or the runtime does not have is left out (config.md, "Linux Process": a warning, no error).
    /// The kernel lets only a capability that is permitted and inheritable be ambient (capabilities(7)). Configurations of
    /// other tools name more, and their runtimes leave those out, with a warning; so does this one.
    /// </remarks>
    public static CapabilityMasks Read(CapabilitiesSpec? sets, long grantable)
    {
        var refused = new List<string>();
        long inheritable = Mask(sets?.Inheritable, grantable, refused), permitted = Mask(sets?.Permitted, grantable, refused);
        long asked = Mask(sets?.Ambient, grantable, refused), ambient = asked & inheritable & permitted;
        return new(Mask(sets?.Bounding, grantable, refused), Mask(sets?.Effective, grantable, refused), inheritable, permitted, ambient)
        { Refused = refused, NotAmbient = Names(asked & ~ambient) };
    }

    /// <summary>A set in words: <c>none</c>, <c>all</c>, or how many.</summary>
    public string Describe(long mask) => BitOperations.PopCount((ulong)mask) switch
    {
        0 => "none",
        CapabilityName.Count => "all",
        int count => $"{count} capabilities",
    };

    /// <summary>Header and data of capset(2), version 3.</summary>
    public byte[] Encode()
    {
        byte[] blob = new byte[32];
        BinaryPrimitives.WriteUInt32LittleEndian(blob, Version3);
        for (int half = 0; half < 2; half++)
        {
            Span<byte> data = blob.AsSpan(8 + half * 12);
            BinaryPrimitives.WriteUInt32LittleEndian(data, (uint)(Effective >> half * 32));
            BinaryPrimitives.WriteUInt32LittleEndian(data[4..], (uint)(Permitted >> half * 32));
            BinaryPrimitives.WriteUInt32LittleEndian(data[8..], (uint)(Inheritable >> half * 32));
        }
        return blob;
    }

    private static IReadOnlyList<string> Names(long mask) =>
        mask == 0 ? [] : [.. CapabilitySets.All.Where(one => (mask & (1L << (int)one)) != 0).Select(CapabilityName.Format)];

    private static long Mask(IReadOnlyList<string>? names, long grantable, List<string> refused)
    {
        long mask = 0;
        foreach (string name in names ?? [])
        {
            long bit = CapabilityName.TryParse(name, out Capability capability) ? 1L << (int)capability : 0;
            if ((bit & grantable) == 0 && !refused.Contains(name))
                refused.Add(name);
            mask |= bit & grantable;
        }
        return mask;
    }
}
