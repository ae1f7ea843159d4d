using System.Text;
using System.Text.Unicode;
using PSContainer.Containers.Options;
using PSContainer.Rooted;

namespace PSContainer.Containers.Compose;

/// <summary>The environment of a container's command: defaults, then files, then single variables.</summary>
internal static class EnvironmentComposer
{
    private const int MaxFileSize = 1 << 20;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Puts the variables together.</summary>
    /// <exception cref="InvalidSpecException">A name is none, or a file cannot be read.</exception>
    internal static Dictionary<string, string> Compose(ContainerOptions options, string home, string? hostname)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = DefaultPaths.SearchPath,
        };
        if (hostname is not null)
            variables["HOSTNAME"] = hostname;
        if (options.Tty)
            variables["TERM"] = "xterm";
        variables["HOME"] = home;
        foreach (string file in options.EnvironmentFiles)
            AddFile(variables, file);
        foreach ((string name, string? value) in options.Environment)
            Set(variables, name, value);
        return variables;
    }

    /// <summary>As the specification writes them.</summary>
    internal static string[] Format(Dictionary<string, string> variables) =>
        [.. variables.Select(one => $"{one.Key}={one.Value}")];

    /// <summary>Sets a variable, or takes it away with <see langword="null"/>.</summary>
    /// <exception cref="InvalidSpecException">The name is none, or the value holds a NUL.</exception>
    internal static void Set(Dictionary<string, string> variables, string name, string? value)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0')
            || (value?.Contains('\0', StringComparison.Ordinal) ?? false))
        {
            throw new InvalidSpecException(
                $"'{name}' cannot be an environment variable.",
                "A name is not empty and holds no '='; neither name nor value holds NUL.")
            { Target = name };
        }
        if (value is null)
            variables.Remove(name);
        else
            variables[name] = value;
    }

    private static void AddFile(Dictionary<string, string> variables, string path)
    {
        int number = 0;
        foreach (string line in ReadLines(path))
        {
            number++;
            // What stands behind = is the value, whatever it is.
            string text = line.TrimStart();
            if (text.Length == 0 || text.StartsWith('#'))
                continue;
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new InvalidSpecException(
                    $"Line {number} of the environment file '{path}' is not NAME=value.",
                    "Write one NAME=value a line; # begins a comment.")
                { Target = path };
            }
            string name = text[..equals];
            // A shell's `export A=1` is such a line: no program would look for a variable of that name.
            if (name.Any(char.IsWhiteSpace))
            {
                throw new InvalidSpecException(
                    $"Line {number} of the environment file '{path}' has white space in the name '{name}'.",
                    "Write NAME=value, with nothing before the name and no white space around the '='. The file is not a shell "
                    + "script.")
                { Target = path };
            }
            Set(variables, name, text[(equals + 1)..]);
        }
    }

    private static List<string> ReadLines(string path)
    {
        byte[] bytes = Read(path);
        using var reader = new StreamReader(new MemoryStream(bytes), Strict);
        var lines = new List<string>();
        try
        {
            while (reader.ReadLine() is { } line)
                lines.Add(line);
            return lines;
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidSpecException(
                $"Line {FirstUnreadable(bytes)} of the environment file '{path}' holds bytes that are not UTF-8.",
                "Save the file as UTF-8. Give bytes to the command in a file of the container.")
            { Target = path };
        }
    }

    private static int FirstUnreadable(ReadOnlySpan<byte> rest)
    {
        int number = 1;
        for (int end; (end = rest.IndexOf((byte)'\n')) >= 0 && Utf8.IsValid(rest[..end]); number++)
            rest = rest[(end + 1)..];
        return number;
    }

    private static byte[] Read(string path)
    {
        try
        {
            return InputFile.Read(path, MaxFileSize, "The environment file", "Give the path of a file that you may read.");
        }
        catch (ContainerException failure) when (failure is not InvalidSpecException)
        {
            throw new InvalidSpecException(failure.Message, failure.Recommendation) { Errno = failure.Errno, Target = path };
        }
    }
}
