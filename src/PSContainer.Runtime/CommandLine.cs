namespace PSContainer.Runtime;

/// <summary>A command line that is wrong.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>
/// The options and words of one verb. Options stand before, between and after the words, as <c>--name value</c> or
/// <c>--name=value</c>; what follows <c>--</c>, or the last word a verb takes, belongs to the container.
/// </summary>
/// <remarks>Written by hand: a command-line library costs more start-up time than the whole of parsing a configuration.</remarks>
internal sealed class CommandLine
{
    private readonly Dictionary<string, List<string>> _options = [];
    private readonly List<string> _words = [];

    /// <summary>Reads a command line.</summary>
    /// <param name="arguments">What comes after the verb, or for global options what comes before it.</param>
    /// <param name="withValue">Options that take a value, without dashes; a short form after a bar (<c>bundle|b</c>).</param>
    /// <param name="withoutValue">Options that take none.</param>
    /// <param name="words">How many words the verb takes before the container's own begin.</param>
    /// <exception cref="UsageException">An option is unknown, or lacks its value.</exception>
    public CommandLine(ReadOnlySpan<string> arguments, string[] withValue, string[] withoutValue, int words)
    {
        int at = 0;
        for (; at < arguments.Length && _words.Count < words; at++)
        {
            string argument = arguments[at];
            if (argument == "--")
            {
                at++;
                break;
            }
            if (argument.Length < 2 || argument[0] != '-')
                _words.Add(argument);
            else
                at += AddOption(arguments[at..], withValue, withoutValue);
        }
        // After its words a verb that has no command of the container still takes options: `delete ID --force`.
        Rest = arguments[at..].ToArray();
        if (Rest is ["--", ..])
            Rest = Rest[1..];
    }

    /// <summary>The words, in order.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>What comes after the words.</summary>
    public string[] Rest { get; }

    /// <summary>The last value of an option, or <see langword="null"/>.</summary>
    public string? Value(string name) => _options.TryGetValue(name, out List<string>? values) ? values[^1] : null;

    /// <summary>All values of an option.</summary>
    public IReadOnlyList<string> Values(string name) => _options.TryGetValue(name, out List<string>? values) ? values : [];

    /// <summary>Whether an option without a value was given, and not as <c>=false</c>.</summary>
    public bool Has(string name) => Value(name) is { } value && value != "false";

    /// <summary>An option that must be a number of at least 0.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public int Number(string name, int otherwise) => Value(name) switch
    {
        null => otherwise,
        var text when int.TryParse(text, out int number) && number >= 0 => number,
        var text => throw new UsageException($"--{name} {text} is not a number"),
    };

    /// <summary>The word at a place.</summary>
    /// <exception cref="UsageException">It is missing.</exception>
    public string Word(int index, string what) =>
        index < _words.Count ? _words[index] : throw new UsageException($"the {what} is missing");

    /// <summary>Refuses what is left over.</summary>
    /// <exception cref="UsageException">Something is.</exception>
    public void RequireNoRest()
    {
        if (Rest.Length > 0)
            throw new UsageException($"'{Rest[0]}' is one word too many");
    }

    private int AddOption(ReadOnlySpan<string> arguments, string[] withValue, string[] withoutValue)
    {
        string argument = arguments[0].TrimStart('-');
        int equals = argument.IndexOf('=');
        string name = equals < 0 ? argument : argument[..equals];
        if (Find(withoutValue, name) is { } flag)
        {
            Add(flag, equals < 0 ? "true" : argument[(equals + 1)..]);
            return 0;
        }
        string option = Find(withValue, name) ?? throw new UsageException($"the option '{arguments[0]}' is unknown");
        if (equals >= 0)
        {
            Add(option, argument[(equals + 1)..]);
            return 0;
        }
        if (arguments.Length < 2)
            throw new UsageException($"the option '{arguments[0]}' needs a value");
        Add(option, arguments[1]);
        return 1;
    }

    private void Add(string name, string value)
    {
        if (!_options.TryGetValue(name, out List<string>? values))
            _options[name] = values = [];
        values.Add(value);
    }

    private static string? Find(string[] options, string name)
    {
        foreach (string option in options)
        {
            int bar = option.IndexOf('|');
            string longName = bar < 0 ? option : option[..bar];
            if (name == longName || (bar >= 0 && option.AsSpan(bar + 1).SequenceEqual(name)))
                return longName;
        }
        return null;
    }
}
