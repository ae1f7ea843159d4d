using PSContainer.Spec;
using PSContainer.Words;

namespace PSContainer.Containers.Options;

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
        if (parts.Count is < 2 or > 3)
            throw NoMount(word);
        return Bind(word, parts[0], parts[1..], resolve);
    }

    /// <summary>As <see cref="ParseBind(string, Func{string, string})"/>, where the source stands for itself.</summary>
    /// <param name="source">The source, with whatever colons it has.</param>
    /// <param name="rest"><c>DESTINATION[:OPTION,…]</c>.</param>
    /// <param name="resolve">Makes the source an absolute path of the host.</param>
    /// <exception cref="InvalidSpecException">It is not of that form.</exception>
    public static MountOption ParseBind(string source, string rest, Func<string, string> resolve)
    {
        string word = $"{source}:{rest}";
        List<string> parts = Split(rest);
        if (parts.Count > 2)
            throw NoMount(word);
        return Bind(word, source, parts, resolve);
    }

    // Parts: the destination and perhaps options.
    private static MountOption Bind(string word, string source, List<string> parts, Func<string, string> resolve)
    {
        if (source.Length == 0 || !parts[0].StartsWith('/'))
            throw NoMount(word);
        var options = new List<string>();
        bool readOnly = false;
        foreach (string option in OptionsOf(parts, 1))
        {
            if (option is "ro" or "readonly" or "rw")
                readOnly = option != "rw";
            else
                options.Add(option);
        }
        MountOptions.Parse(new MountSpec { Destination = parts[0], Type = "bind", Options = options });
        return new() { Source = resolve(source), Destination = parts[0], ReadOnly = readOnly, Options = options };
    }

    private static InvalidSpecException NoMount(string word) => new($"'{word}' is not a mount.", Advice) { Target = word };

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
            else if (option is "ro" or "readonly" or "rw")
                mount = mount with { ReadOnly = option != "rw" };
            else
                options.Add(option);
        }
        RequireTmpfs(options);
        return mount with { Options = options };
    }

    /// <summary>Refuses what a tmpfs does not know, tmpfs(5), before anything is made.</summary>
    /// <exception cref="InvalidSpecException">There is such a word.</exception>
    internal static void RequireTmpfs(IReadOnlyList<string> options)
    {
        IReadOnlyList<string> own = MountOptions.Parse(new MountSpec { Destination = "/", Type = "tmpfs", Options = options }).Data;
        if (own.FirstOrDefault(option => !IsTmpfsOption(option.Split('=')[0]) && !MountOptions.Names.Contains(option)) is { } unknown)
            throw MountOptions.Unknown(unknown, "A tmpfs has size, mode, uid, gid, nr_inodes, huge and those of every mount: see tmpfs(5).");
    }

    private static bool IsTmpfsOption(string name) => name is "size" or "mode" or "uid" or "gid" or "nr_blocks" or "nr_inodes" or "huge"
        or "mpol" or "inode32" or "inode64" or "noswap" or "casefold" or "strict_encoding" or "quota" or "source"
        || name.StartsWith("usrquota", StringComparison.Ordinal) || name.StartsWith("grpquota", StringComparison.Ordinal);

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
