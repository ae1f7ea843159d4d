using System.Buffers.Binary;
using System.Numerics;
using PSContainer.Security;
using PSContainer.Spec;

namespace PSContainer.Plan;

/// <summary>The five capability sets as the kernel's bit masks.</summary>
internal readonly record struct CapabilityMasks(long Bounding, long Effective, long Inheritable, long Permitted, long Ambient)
{
    private const uint Version3 = 0x20080522;

    /// <summary>Reads the sets by name; a missing one is empty.</summary>
    /// <exception cref="InvalidSpecException">A name is no capability.</exception>
    /// <remarks>
    /// The kernel lets only a capability that is permitted and inheritable be ambient (capabilities(7)). Configurations of
    /// other tools name more, and their runtimes leave those out; so does this one.
    /// </remarks>
    public static CapabilityMasks Read(CapabilitiesSpec? sets)
    {
        long inheritable = Mask(sets?.Inheritable), permitted = Mask(sets?.Permitted);
        return new(Mask(sets?.Bounding), Mask(sets?.Effective), inheritable, permitted, Mask(sets?.Ambient) & inheritable & permitted);
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

    private static long Mask(IReadOnlyList<string>? names)
    {
        long mask = 0;
        foreach (string name in names ?? [])
        {
            if (!CapabilityName.TryParse(name, out Capability capability))
                throw new InvalidSpecException($"'{name}' is no capability.", "See capabilities(7) for the names.");
            mask |= 1L << (int)capability;
        }
        return mask;
    }
}
