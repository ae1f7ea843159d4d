using System.Text;

namespace PSContainer.Runtime;

/// <summary>What a command takes: the one source of its parsing and of its help.</summary>
/// <param name="Verb">The command; empty for the global options.</param>
/// <param name="Words">Its words as the help shows them.</param>
/// <param name="About">What it does, in one line.</param>
/// <param name="Options">Its options.</param>
internal sealed record Syntax(string Verb, string Words, string About, params Option[] Options)
{
    /// <summary>How many words are read before the rest belongs to somebody else: the container, or ps(1).</summary>
    public int OwnWords { get; init; } = int.MaxValue;

    /// <summary>How many words it takes at most.</summary>
    public int MostWords { get; init; } = 1;

    /// <summary>The option that a word without its dashes names.</summary>
    public Option? Find(ReadOnlySpan<char> word)
    {
        foreach (Option option in Options)
        {
            if (option.IsNamed(word))
                return option;
        }
        return null;
    }

    /// <summary>The help of the command, in the sections that other runtimes have.</summary>
    public string Help()
    {
        var text = new StringBuilder();
        text.Append($"NAME:\n   pscontainer {Verb} - {About}\n\nUSAGE:\n   pscontainer {Verb}");
        text.Append(Options.Length > 0 ? " [OPTION]..." : "").Append(Words.Length > 0 ? $" {Words}" : "").Append('\n');
        if (Options.Length > 0)
            text.Append("\nOPTIONS:\n").Append(OptionLines());
        return text.ToString();
    }

    /// <summary>One line an option.</summary>
    public string OptionLines()
    {
        string[] forms = [.. Options.Select(Form)];
        int width = forms.Max(form => form.Length);
        return string.Concat(Options.Select((option, index) => $"   {forms[index].PadRight(width)}  {option.About}\n"));
    }

    private static string Form(Option option)
    {
        string names = option.Short == '\0' ? $"--{option.Name}" : $"--{option.Name}, -{option.Short}";
        return option.Value is null ? names : $"{names} {option.Value}";
    }
}
