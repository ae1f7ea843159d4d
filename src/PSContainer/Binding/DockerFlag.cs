using System.Management.Automation;
using System.Management.Automation.Language;

namespace PSContainer.Binding;

/// <summary>
/// Flags of one letter that docker's users write, or that belong to a command without <c>--</c> before it. PowerShell would call them
/// ambiguous, or take <c>-d</c> for -Debug; a hidden parameter takes them, so that the cmdlet can say what is meant.
/// </summary>
internal static class DockerFlag
{
    /// <summary>The hidden parameter of letters that are no parameter's alone.</summary>
    internal const string Unclear = "UnclearLetter";

    private static readonly Dictionary<string, string> Meanings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["h"] = " The host name inside is -Hostname.",
        ["l"] = " Labels are -Label 'NAME=value'.",
        ["p"] = " Ports are not published.",
    };

    /// <summary>Refuses a letter that may be a parameter's or the command's.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="call">How it was called; <see langword="null"/> where nothing is known of it.</param>
    /// <exception cref="InvalidSpecException">Always.</exception>
    internal static void RefuseUnclear(CommandInfo cmdlet, WrittenCall? call)
    {
        string? letter = call?.Ast.CommandElements.OfType<CommandParameterAst>().Select(one => one.ParameterName)
            .FirstOrDefault(name => WrittenCall.Parameter(cmdlet, name)?.Name == Unclear);
        string flag = letter is null ? "A flag of one letter" : $"'-{letter}'";
        throw new InvalidSpecException(
            $"{flag} is no parameter of {cmdlet.Name}, and of the command only after --.",
            $"Write -- before the command, as: {cmdlet.Name} … -- sh -c 'echo hello'.{(letter is null ? "" : Meanings.GetValueOrDefault(letter))}")
        { Target = flag };
    }

    /// <summary>Refuses <c>-p 8080:80</c>.</summary>
    /// <exception cref="InvalidSpecException">Always.</exception>
    internal static void RefusePublish() => throw new InvalidSpecException(
        "Ports are not published: there are no bridged networks yet.",
        "-Network Host shares the host's network. What belongs to the command stands after --.");

    /// <summary>Refuses <c>-d</c> where a cmdlet waits for the command.</summary>
    /// <exception cref="InvalidSpecException">Always.</exception>
    internal static void RefuseDetach(CommandInfo cmdlet, string background) => throw new InvalidSpecException(
        $"{cmdlet.Name} does nothing in the background.",
        $"{background} runs in the background. What belongs to the command stands after --; -Debug is written out.");
}
