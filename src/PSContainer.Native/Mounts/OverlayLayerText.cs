namespace PSContainer.Mounts;

/// <summary>The layers of a mounted overlay, as its options tell them.</summary>
/// <param name="Lower">Top first.</param>
/// <param name="Upper"><see langword="null"/> without one.</param>
/// <param name="Work"><see langword="null"/> without one.</param>
/// <param name="Options">All other options of the filesystem but <c>ro</c> and <c>rw</c>.</param>
internal sealed record OverlayLayerText(
    IReadOnlyList<string> Lower, string? Upper, string? Work, IReadOnlyList<string> Options)
{
    /// <summary>Reads them.</summary>
    internal static OverlayLayerText Of(MountInfo mount)
    {
        var lower = new List<string>();
        var others = new List<string>();
        string? upper = null, work = null;
        bool isEscaped = false;
        foreach (string option in mount.SuperOptions)
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            string value = option[(equals + 1)..];
            switch (equals < 0 ? option : option[..equals])
            {
                case "lowerdir+" or "datadir+":
                    lower.Add(value);
                    break;
                case "lowerdir":
                    lower.AddRange(Split(value));
                    isEscaped = true;
                    break;
                case "upperdir":
                    upper = value;
                    break;
                case "workdir":
                    work = value;
                    break;
                case "ro" or "rw":
                    break;
                default:
                    others.Add(option);
                    break;
            }
        }
        return new(lower, Plain(upper, isEscaped), Plain(work, isEscaped), others);
    }

    // What came as a text is shown as it came, with its backslashes; what came as a descriptor has none before others.
    private static string? Plain(string? path, bool isEscaped) =>
        path is null || !path.Contains('\\', StringComparison.Ordinal) || (!isEscaped && Path.Exists(path))
            ? path
            : Unescape(path);

    private static string Unescape(string text)
    {
        var plain = new System.Text.StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
            plain.Append(text[i] == '\\' && i + 1 < text.Length ? text[++i] : text[i]);
        return plain.ToString();
    }

    // A colon that belongs to a path has a backslash before it, and so has a backslash. Two colons come before data layers.
    private static List<string> Split(string list)
    {
        var paths = new List<string>();
        var path = new System.Text.StringBuilder();
        for (int i = 0; i < list.Length; i++)
        {
            if (list[i] == '\\' && i + 1 < list.Length)
                path.Append(list[++i]);
            else if (list[i] == ':')
                Take();
            else
                path.Append(list[i]);
        }
        Take();
        return paths;

        void Take()
        {
            if (path.Length > 0)
                paths.Add(path.ToString());
            path.Clear();
        }
    }
}
