namespace PSContainer.Containers;

/// <summary>Mounts as people write them: <c>./site:/srv:ro</c>, and for a tmpfs <c>/tmp:size=64m,mode=1777</c>.</summary>
public static class MountWord
{
    private const string Advice =
        "Write SOURCE:DESTINATION[:ro], as ./site:/srv:ro; the destination is an absolute path inside the container.";

    /// <summary>Reads <c>SOURCE:DESTINATION[:OPTION,…]</c>. A colon that belongs to a path is written <c>\:</c>.</summary>
    /// <param name="word">The text.</param>
    /// <param name="resolve">Makes the source an absolute path of the host.</param>
    /// <exception cref="InvalidSpecException">It is not of that form.</exception>
    public static MountOption ParseBind(string word, Func<string, string> resolve)
    {
        List<string> parts = Split(word);
        if (parts.Count is < 2 or > 3 || parts[0].Length == 0 || !parts[1].StartsWith('/'))
            throw new InvalidSpecException($"'{word}' is not a mount.", Advice) { Target = word };
        var options = new List<string>();
        bool readOnly = false;
        foreach (string option in OptionsOf(parts, 2))
        {
            if (option is "ro" or "readonly" or "rw")
                readOnly = option != "rw";
            else
                options.Add(option);
        }
        return new() { Source = resolve(parts[0]), Destination = parts[1], ReadOnly = readOnly, Options = options };
    }

    /// <summary>Reads <c>DESTINATION[:OPTION,…]</c>.</summary>
    /// <exception cref="InvalidSpecException">It is not of that form.</exception>
    public static MountOption ParseTmpfs(string word)
    {
        List<string> parts = Split(word);
        if (parts.Count > 2 || !parts[0].StartsWith('/'))
        {
            throw new InvalidSpecException(
                $"'{word}' is not a tmpfs.", "Write an absolute path and options, as /tmp or /tmp:size=64m,mode=1777.")
            { Target = word };
        }
        var mount = new MountOption { Destination = parts[0] };
        var options = new List<string>();
        foreach (string option in OptionsOf(parts, 1))
        {
            if (option.StartsWith("size=", StringComparison.Ordinal))
                mount = mount with { Size = ByteSizeWord.Parse(option[5..]) };
            else if (option.StartsWith("mode=", StringComparison.Ordinal))
                mount = mount with { Mode = ModeWord.Parse(option[5..]) };
            else if (option is "ro" or "rw")
                mount = mount with { ReadOnly = option == "ro" };
            else
                options.Add(option);
        }
        return mount with { Options = options };
    }

    private static string[] OptionsOf(List<string> parts, int index) =>
        parts.Count > index
            ? parts[index].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [];

    private static List<string> Split(string word)
    {
        var parts = new List<string>();
        var part = new System.Text.StringBuilder();
        for (int i = 0; i < word.Length; i++)
        {
            if (word[i] == '\\' && i + 1 < word.Length && word[i + 1] == ':')
                part.Append(word[++i]);
            else if (word[i] == ':')
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
                part.Append(word[i]);
        }
        parts.Add(part.ToString());
        return parts;
    }
}
