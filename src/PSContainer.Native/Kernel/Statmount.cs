using System.Buffers.Binary;
using System.Text;

namespace PSContainer.Kernel;

/// <summary>listmount(2) and statmount(2), Linux 6.8: mounts by ids that are never given again.</summary>
public static unsafe class Statmount
{
    /// <summary>LSMT_ROOT: list from the root of the mount namespace.</summary>
    public const ulong LSMT_ROOT = ulong.MaxValue;

    /// <summary>STATMOUNT_SB_BASIC.</summary>
    public const ulong STATMOUNT_SB_BASIC = 1;

    /// <summary>STATMOUNT_MNT_BASIC.</summary>
    public const ulong STATMOUNT_MNT_BASIC = 2;

    /// <summary>STATMOUNT_MNT_ROOT.</summary>
    public const ulong STATMOUNT_MNT_ROOT = 8;

    /// <summary>STATMOUNT_MNT_POINT.</summary>
    public const ulong STATMOUNT_MNT_POINT = 0x10;

    /// <summary>STATMOUNT_FS_TYPE.</summary>
    public const ulong STATMOUNT_FS_TYPE = 0x20;

    /// <summary>STATMOUNT_FS_SUBTYPE.</summary>
    public const ulong STATMOUNT_FS_SUBTYPE = 0x100;

    /// <summary>STATMOUNT_SB_SOURCE.</summary>
    public const ulong STATMOUNT_SB_SOURCE = 0x200;

    /// <summary>STATMOUNT_OPT_ARRAY.</summary>
    public const ulong STATMOUNT_OPT_ARRAY = 0x400;

    /// <summary>STATMOUNT_SUPPORTED_MASK.</summary>
    public const ulong STATMOUNT_SUPPORTED_MASK = 0x1000;

    // struct mnt_id_req: size, spare, id, parameter.
    private const int RequestSize = 24;

    /// <summary>listmount(2).</summary>
    /// <param name="id">Below which mount.</param>
    /// <param name="after">The id to go on behind; 0 to begin.</param>
    /// <param name="ids">Gets the ids.</param>
    /// <returns>How many, or a negated error number.</returns>
    public static nint listmount(ulong id, ulong after, Span<ulong> ids)
    {
        ulong* request = stackalloc ulong[3] { RequestSize, id, after };
        fixed (ulong* place = ids)
            return Syscall.Call(SyscallNumber.listmount, (nint)request, (nint)place, ids.Length, 0);
    }

    /// <summary>statmount(2).</summary>
    /// <param name="id">The mount.</param>
    /// <param name="mask">What is asked.</param>
    /// <param name="answer">Gets struct statmount and its texts.</param>
    /// <returns>0, or a negated error number: EOVERFLOW when the answer is too small.</returns>
    public static nint statmount(ulong id, ulong mask, Span<byte> answer)
    {
        ulong* request = stackalloc ulong[3] { RequestSize, id, mask };
        fixed (byte* place = answer)
            return Syscall.Call(SyscallNumber.statmount, (nint)request, (nint)place, answer.Length, 0);
    }

    /// <summary>struct statmount as it was answered.</summary>
    public readonly ref struct Answer(ReadOnlySpan<byte> bytes)
    {
        private const int Texts = 512;
        private readonly ReadOnlySpan<byte> bytes = bytes;

        /// <summary>What was written.</summary>
        public ulong Mask => Word64(8);

        /// <summary>What the kernel can write.</summary>
        public ulong SupportedMask => (Mask & STATMOUNT_SUPPORTED_MASK) != 0 ? Word64(144) : 0;

        /// <summary>Major and minor number of the filesystem.</summary>
        public (uint Major, uint Minor) Device => (Word32(16), Word32(20));

        /// <summary>SB_… flags of the filesystem.</summary>
        public uint SuperFlags => Word32(32);

        /// <summary>Unique id.</summary>
        public ulong Id => Word64(40);

        /// <summary>The id that mountinfo has.</summary>
        public uint OldId => Word32(56);

        /// <summary>The parent's id as mountinfo has it.</summary>
        public uint OldParentId => Word32(60);

        /// <summary>MOUNT_ATTR_….</summary>
        public ulong Attributes => Word64(64);

        /// <summary>MS_SHARED and so on.</summary>
        public ulong Propagation => Word64(72);

        /// <summary>Peer group of a shared mount.</summary>
        public ulong PeerGroup => Word64(80);

        /// <summary>Peer group that a slave receives from.</summary>
        public ulong Master => Word64(88);

        /// <summary>The type.</summary>
        public string FileSystem =>
            (Mask & STATMOUNT_FS_SUBTYPE) != 0 ? $"{Text(36)}.{Text(120)}" : Text(36);

        /// <summary>What of the filesystem is mounted.</summary>
        public string Root => Text(104);

        /// <summary>Where.</summary>
        public string Point => Text(108);

        /// <summary>The device or name.</summary>
        public string Source => (Mask & STATMOUNT_SB_SOURCE) != 0 ? Text(124) : "none";

        /// <summary>Options of the filesystem.</summary>
        public IReadOnlyList<string> Options
        {
            get
            {
                uint count = (Mask & STATMOUNT_OPT_ARRAY) != 0 ? Word32(128) : 0;
                var options = new List<string>();
                ReadOnlySpan<byte> rest = count > 0 ? bytes[(Texts + (int)Word32(132))..] : default;
                for (uint i = 0; i < count; i++)
                {
                    int end = rest.IndexOf((byte)0);
                    options.Add(Encoding.UTF8.GetString(rest[..end]));
                    rest = rest[(end + 1)..];
                }
                return options;
            }
        }

        private uint Word32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

        private ulong Word64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]);

        private string Text(int offset)
        {
            ReadOnlySpan<byte> text = bytes[(Texts + (int)Word32(offset))..];
            return Encoding.UTF8.GetString(text[..text.IndexOf((byte)0)]);
        }
    }
}
