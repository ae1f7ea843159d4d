using System.Buffers.Binary;
using PSContainer.Users;

namespace PSContainer.Trees;

/// <summary>The value of the attribute <c>security.capability</c>.</summary>
internal static class FileCapability
{
    /// <summary>
    /// A file capability counts in the user namespace whose root it names (capabilities(7), "File capability extensions"): for
    /// mapped ids revision 2 becomes 3.
    /// </summary>
    internal static byte[] ForMapped(byte[] value, IdMap uids)
    {
        const uint revision2 = 0x02000000, revision3 = 0x03000000, revisionMask = 0xff000000;
        if (uids.IsIdentity || value.Length != 20)
            return value;
        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(value);
        if ((magic & revisionMask) != revision2)
            return value;
        byte[] mapped = new byte[24];
        value.CopyTo(mapped, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(mapped, (magic & ~revisionMask) | revision3);
        BinaryPrimitives.WriteUInt32LittleEndian(mapped.AsSpan(20), uids.ToHost(0, "security.capability"u8));
        return mapped;
    }
}
