using System.Globalization;
using PSContainer.Kernel;
using static PSContainer.Kernel.Statmount;

namespace PSContainer.Mounts;

/// <summary>
/// What is mounted by listmount(2) and statmount(2): ids that are never given again, and texts of any length without escapes.
/// </summary>
internal static class StatmountReader
{
    private const ulong Asked =
        STATMOUNT_SB_BASIC | STATMOUNT_MNT_BASIC | STATMOUNT_MNT_ROOT | STATMOUNT_MNT_POINT | STATMOUNT_FS_TYPE
        | STATMOUNT_FS_SUBTYPE | STATMOUNT_SB_SOURCE | STATMOUNT_OPT_ARRAY | STATMOUNT_SUPPORTED_MASK;

    private const int Batch = 512, FirstSize = 4096, LargestSize = 1 << 22;

    /// <summary>Reads the mounts of this thread's mount namespace.</summary>
    /// <returns>The mounts, or <see langword="null"/> where the kernel cannot tell all that mountinfo tells.</returns>
    internal static IReadOnlyList<MountInfo>? Read()
    {
        var mounts = new List<MountInfo>();
        ulong[] ids = new ulong[Batch];
        byte[] answer = new byte[FirstSize];
        for (ulong last = 0; ;)
        {
            nint count = listmount(LSMT_ROOT, last, ids);
            if (count < 0)
                return null;
            foreach (ulong id in ids.AsSpan(0, (int)count))
            {
                nint result = Ask(id, ref answer);
                if (result == -Errno.ENOENT)
                    continue; // Unmounted meanwhile.
                if (result < 0 || (new Answer(answer).SupportedMask & Asked) != Asked)
                    return null;
                mounts.Add(ToInfo(new(answer)));
            }
            if (count < ids.Length)
                return mounts;
            last = ids[^1];
        }
    }

    private static nint Ask(ulong id, ref byte[] answer)
    {
        while (true)
        {
            nint result = statmount(id, Asked, answer);
            if (result != -Errno.EOVERFLOW || answer.Length >= LargestSize)
                return result;
            answer = new byte[answer.Length * 4];
        }
    }

    private static MountInfo ToInfo(Answer answer) => new(
        answer.Root, answer.Point, AttributeWords((long)answer.Attributes), answer.FileSystem, answer.Source,
        [.. SuperWords(answer.SuperFlags), .. answer.Options])
    {
        Id = (int)answer.OldId,
        ParentId = (int)answer.OldParentId,
        UniqueId = (long)answer.Id,
        Device = string.Create(CultureInfo.InvariantCulture, $"{answer.Device.Major}:{answer.Device.Minor}"),
        Propagation = PropagationOf(answer),
    };

    // In the words and order of mountinfo.
    private static List<string> AttributeWords(long attributes)
    {
        var words = new List<string> { (attributes & MountApi.AttrRdonly) != 0 ? "ro" : "rw" };
        Add(MountApi.AttrNosuid, "nosuid");
        Add(MountApi.AttrNodev, "nodev");
        Add(MountApi.AttrNoexec, "noexec");
        long access = attributes & MountApi.AttrAtimeMask;
        if (access == MountApi.AttrNoatime)
            words.Add("noatime");
        Add(MountApi.AttrNodiratime, "nodiratime");
        if (access == 0)
            words.Add("relatime");
        Add(MountApi.AttrNosymfollow, "nosymfollow");
        Add(MountApi.AttrIdmap, "idmapped");
        return words;

        void Add(long attribute, string word)
        {
            if ((attributes & attribute) != 0)
                words.Add(word);
        }
    }

    private static IEnumerable<string> SuperWords(uint flags)
    {
        const uint SB_RDONLY = 1, SB_SYNCHRONOUS = 0x10, SB_DIRSYNC = 0x80, SB_LAZYTIME = 1 << 25;
        yield return (flags & SB_RDONLY) != 0 ? "ro" : "rw";
        if ((flags & SB_SYNCHRONOUS) != 0)
            yield return "sync";
        if ((flags & SB_DIRSYNC) != 0)
            yield return "dirsync";
        if ((flags & SB_LAZYTIME) != 0)
            yield return "lazytime";
    }

    private static string PropagationOf(Answer answer)
    {
        var tags = new List<string>();
        if ((answer.Propagation & MountApi.MsShared) != 0)
            tags.Add(string.Create(CultureInfo.InvariantCulture, $"shared:{answer.PeerGroup}"));
        if ((answer.Propagation & MountApi.MsSlave) != 0)
            tags.Add(string.Create(CultureInfo.InvariantCulture, $"master:{answer.Master}"));
        if ((answer.Propagation & MountApi.MsUnbindable) != 0)
            tags.Add("unbindable");
        return string.Join(' ', tags);
    }
}
