using System.Globalization;

namespace PSContainer.Runtime;

/// <summary>A command line that is wrong.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>A command line that asks for the help of its command.</summary>
internal sealed class HelpWantedException(Syntax syntax) : Exception
{
    public Syntax Syntax { get; } = syntax;
}

/// <summary>
/// The options and words of one command. Options stand before, between and after the words, with one dash or two, as
/// <c>--name value</c> or <c>--name=value</c>, short ones also together (<c>-td</c>) or with their value (<c>-u1000</c>); what
/// follows <c>--</c> is no option, and what follows the last word a command takes belongs to somebody else.
/// </summary>
/// <remarks>Written by hand: docs/design.md, "The command line", has the measurement.</remarks>
internal sealed class CommandLine
{
    private readonly Dictionary<string, List<string>> _options = [];
    private readonly List<string> _words = [];

    /// <summary>Reads a command line.</summary>
    /// <param name="syntax">What the command takes.</param>
    /// <param name="arguments">What comes after the verb, or for global options all of it.</param>
    /// <exception cref="UsageException">An option is unknown, lacks its value, or there are too many words.</exception>
    /// <exception cref="HelpWantedException">It asks for help.</exception>
    public CommandLine(Syntax syntax, ReadOnlySpan<string> arguments)
    {
        int at = 0;
        bool isOptionsEnd = false;
        while (at < arguments.Length && _words.Count < syntax.OwnWords)
        {
            string argument = arguments[at];
            if (isOptionsEnd || argument.Length < 2 || argument[0] != '-')
            {
                _words.Add(argument);
                at++;
            }
            else if (argument == "--")
            {
                isOptionsEnd = true;
                at++;
            }
            else
            {
                at += AddOptions(syntax, arguments[at..]);
            }
        }
        Rest = arguments[at..].ToArray();
        if (!isOptionsEnd && Rest is ["--", ..])
            Rest = Rest[1..];
        if (syntax.OwnWords == int.MaxValue && _words.Count > syntax.MostWords)
            throw new UsageException($"'{_words[syntax.MostWords]}' is one word too many");
    }

    /// <summary>The words, in order.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>What comes after the words that the command takes.</summary>
    public string[] Rest { get; }

    /// <summary>The last value of an option, or <see langword="null"/>.</summary>
    public string? Value(string name) => _options.TryGetValue(name, out List<string>? values) ? values[^1] : null;

    /// <summary>All values of an option.</summary>
    public IReadOnlyList<string> Values(string name) => _options.TryGetValue(name, out List<string>? values) ? values : [];

    /// <summary>Whether a switch was given, and not as <c>=false</c>.</summary>
    /// <exception cref="UsageException">It has a value that is neither true nor false.</exception>
    public bool Has(string name) => Value(name) switch
    {
        null or "false" or "False" or "FALSE" or "f" or "F" or "0" => false,
        "true" or "True" or "TRUE" or "t" or "T" or "1" => true,
        var value => throw new UsageException($"--{name}={value} is neither true nor false"),
    };

    /// <summary>An option that must be a number of at least 0.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public int Number(string name, int otherwise) => Value(name) switch
    {
        null => otherwise,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) => number,
        var text => throw new UsageException($"--{name} {text} is not a number"),
    };

    /// <summary>The word at a place.</summary>
    /// <exception cref="UsageException">It is missing.</exception>
    public string Word(int index, string what) =>
        index < _words.Count ? _words[index] : throw new UsageException($"the {what} is missing");

    /// <summary>Adds the option that the first argument is.</summary>
    /// <returns>How many arguments that took.</returns>
    private int AddOptions(Syntax syntax, ReadOnlySpan<string> arguments)
    {
        ReadOnlySpan<char> word = arguments[0].AsSpan(arguments[0].StartsWith("--", StringComparison.Ordinal) ? 2 : 1);
        int equals = word.IndexOf('=');
        ReadOnlySpan<char> name = equals < 0 ? word : word[..equals];
        if (syntax.Find(name) is not { } option)
            return AddShort(syntax, arguments, word);
        if (equals >= 0)
            return Add(option, word[(equals + 1)..].ToString(), 1);
        if (option.Value is null)
            return Add(option, "true", 1);
        return arguments.Length > 1
            ? Add(option, arguments[1], 2)
            : throw new UsageException($"the option '{arguments[0]}' needs a value");
    }

    // Short options may stand together, the last of them with its value.
    private int AddShort(Syntax syntax, ReadOnlySpan<string> arguments, ReadOnlySpan<char> letters)
    {
        if (letters is "help" or "h")
            throw new HelpWantedException(syntax);
        if (arguments[0].StartsWith("--", StringComparison.Ordinal))
            throw Unknown(arguments[0]);
        for (int i = 0; i < letters.Length; i++)
        {
            Option option = syntax.Find(letters.Slice(i, 1)) ?? throw Unknown(arguments[0]);
            if (option.Value is null)
            {
                Add(option, "true", 0);
                continue;
            }
            if (i + 1 < letters.Length)
                return Add(option, letters[(i + 1)..].ToString(), 1);
            return arguments.Length > 1
                ? Add(option, arguments[1], 2)
                : throw new UsageException($"the option '-{option.Short}' needs a value");
        }
        return 1;
    }

    private static UsageException Unknown(string argument) => new($"the option '{argument}' is unknown");

    private int Add(Option option, string value, int taken)
    {
        if (!_options.TryGetValue(option.Name, out List<string>? values))
            _options[option.Name] = values = [];
        values.Add(value);
        return taken;
    }
}
