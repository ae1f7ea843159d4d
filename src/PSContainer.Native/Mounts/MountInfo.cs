using System.Globalization;
using PSContainer.Kernel;

namespace PSContainer.Mounts;

/// <summary>One mount as a process sees it, proc_pid_mountinfo(5).</summary>
/// <param name="Root">The directory of the filesystem that is mounted.</param>
/// <param name="MountPoint">Where, below the process's root.</param>
/// <param name="Options">Options of this mount.</param>
/// <param name="FileSystem">The type.</param>
/// <param name="Source">The device or name.</param>
/// <param name="SuperOptions">Options of the whole filesystem.</param>
internal sealed record MountInfo(
    string Root, string MountPoint, IReadOnlyList<string> Options, string FileSystem, string Source,
    IReadOnlyList<string> SuperOptions)
{
    /// <summary>The mount's id, which another gets once this one is gone.</summary>
    internal int Id { get; init; }

    /// <summary>Id of the mount that it is mounted on.</summary>
    internal int ParentId { get; init; }

    /// <summary>An id that no other mount ever gets; 0 where the kernel has none (before Linux 6.8).</summary>
    internal long UniqueId { get; init; }

    /// <summary>The filesystem's device, <c>MAJOR:MINOR</c>.</summary>
    internal string Device { get; init; } = "";

    /// <summary><c>shared:N</c>, <c>master:N</c>, <c>unbindable</c>, blanks between them; empty: private.</summary>
    internal string Propagation { get; init; } = "";

    /// <summary>Whether nothing can be written through it.</summary>
    internal bool IsReadOnly => Options.Contains("ro") || SuperOptions.Contains("ro");

    /// <summary>Mounts of a process, in the kernel's order: a later one at the same point covers the earlier.</summary>
    internal static IReadOnlyList<MountInfo> Of(int pid) =>
        Parse(ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/mountinfo")) ?? "");

    /// <summary>Reads text of the file; lines that are none are left out.</summary>
    internal static IReadOnlyList<MountInfo> Parse(string text)
    {
        var mounts = new List<MountInfo>();
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split(' ');
            int dash = Array.IndexOf(words, "-");
            if (dash < 6 || words.Length < dash + 4)
                continue;
            mounts.Add(new(
                Unescape(words[3]), Unescape(words[4]), words[5].Split(','), words[dash + 1], Unescape(words[dash + 2]),
                [.. words[dash + 3].Split(',').Select(Unescape)])
            {
                Id = Number(words[0]),
                ParentId = Number(words[1]),
                Device = words[2],
                Propagation = string.Join(' ', words[6..dash]),
            });
        }
        return mounts;
    }

    private static int Number(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    // Blank, tab, line feed and backslash are written as three octal digits.
    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
            return text;
        var plain = new System.Text.StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && !text.AsSpan(i + 1, 3).ContainsAnyExceptInRange('0', '7'))
            {
                plain.Append((char)Convert.ToInt32(text.Substring(i + 1, 3), 8));
                i += 3;
            }
            else
                plain.Append(text[i]);
        }
        return plain.ToString();
    }
}
