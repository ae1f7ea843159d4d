using PSContainer.Kernel;

namespace PSContainer.Cgroups.Hierarchies;

/// <summary>One line of /proc/self/cgroup: the controllers of a hierarchy (none: v2) and this process's cgroup in it.</summary>
internal readonly record struct OwnCgroup(string[] Controllers, string Path);

/// <summary>Reads /proc/[pid]/cgroup (cgroups(7)) and /proc/[pid]/mountinfo (proc_pid_mountinfo(5)).</summary>
internal static class CgroupHostParser
{
    /// <summary>The lines of /proc/self/cgroup, <c>id:controllers:path</c>.</summary>
    internal static IReadOnlyList<OwnCgroup> ParseOwn(string text)
    {
        var lines = new List<OwnCgroup>();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(':', 3);
            if (parts.Length == 3)
                lines.Add(new OwnCgroup(parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries), parts[2]));
        }
        return lines;
    }

    /// <summary>The host as mountinfo shows it. A hierarchy mounted twice counts where it is mounted first.</summary>
    internal static CgroupHost Parse(IReadOnlyList<OwnCgroup> own, string mountInfo)
    {
        var found = new List<CgroupHierarchy>();
        foreach (string line in mountInfo.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (TryParseMount(line, own) is { } hierarchy && !found.Exists(other => IsSame(other, hierarchy)))
                found.Add(hierarchy);
        }
        return new CgroupHost(Order(found));
    }

    /// <summary>v1 before v2, so that a controller is looked for in both in that order.</summary>
    internal static IReadOnlyList<CgroupHierarchy> Order(List<CgroupHierarchy> hierarchies) =>
        [.. hierarchies.Where(hierarchy => !hierarchy.IsUnified), .. hierarchies.Where(hierarchy => hierarchy.IsUnified)];

    private static CgroupHierarchy? TryParseMount(string line, IReadOnlyList<OwnCgroup> own)
    {
        int separator = line.IndexOf(" - ", StringComparison.Ordinal);
        if (separator < 0)
            return null;
        string[] before = line[..separator].Split(' ');
        string[] after = line[(separator + 3)..].Split(' ');
        if (before.Length < 6 || after.Length < 3 || after[0] is not ("cgroup" or "cgroup2"))
            return null;

        string mountPoint = Unescape(before[4]), mountRoot = Unescape(before[3]);
        if (after[0] == "cgroup2")
        {
            string path = own.FirstOrDefault(cgroup => cgroup.Controllers.Length == 0).Path ?? "/";
            return new CgroupHierarchy(
                mountPoint, mountRoot, path, true, SmallFile.ReadWords($"{mountPoint}/cgroup.controllers"));
        }
        string[] options = after[2].Split(',');
        foreach (OwnCgroup cgroup in own)
        {
            if (cgroup.Controllers.Length > 0 && Array.TrueForAll(cgroup.Controllers, options.Contains))
                return new CgroupHierarchy(mountPoint, mountRoot, cgroup.Path, false, cgroup.Controllers);
        }
        return null;
    }

    private static bool IsSame(CgroupHierarchy one, CgroupHierarchy other) =>
        one.IsUnified ? other.IsUnified : !other.IsUnified && one.Controllers.SequenceEqual(other.Controllers);

    /// <summary>mountinfo writes space, tab, newline and backslash as three octal digits.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\'))
            return field;
        var text = new System.Text.StringBuilder(field.Length);
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length)
            {
                text.Append((char)(((field[i + 1] - '0') << 6) | ((field[i + 2] - '0') << 3) | (field[i + 3] - '0')));
                i += 3;
            }
            else
            {
                text.Append(field[i]);
            }
        }
        return text.ToString();
    }
}
