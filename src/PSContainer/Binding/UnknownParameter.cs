using System.Management.Automation;

namespace PSContainer.Binding;

/// <summary>
/// A word that begins with a dash where the command should be: PowerShell gives what no parameter is called to the parameter that takes
/// the rest.
/// </summary>
internal static class UnknownParameter
{
    private static readonly Dictionary<string, string> OfDocker = new(StringComparer.Ordinal)
    {
        ["it"] = "A terminal is -Tty here; a shell in a container that runs: Enter-Container.",
        ["ti"] = "A terminal is -Tty here; a shell in a container that runs: Enter-Container.",
        ["itd"] = "In the background with a terminal: Start-Container -Tty.",
        ["dit"] = "In the background with a terminal: Start-Container -Tty.",
        ["t"] = "A terminal is -Tty here; a shell in a container that runs: Enter-Container.",
        ["i"] = "What comes through the pipeline is standard input.",
        ["d"] = "In the background: Start-Container, or Start-ContainerProcess in one that runs.",
        ["-detach"] = "In the background: Start-Container, or Start-ContainerProcess in one that runs.",
        ["p"] = "No ports are published: -Network Host shares the host's.",
        ["-publish"] = "No ports are published: -Network Host shares the host's.",
        ["e"] = "Variables: -Environment 'NAME=value'.",
        ["-env"] = "Variables: -Environment 'NAME=value'.",
        ["u"] = "Who the command runs as: -User.",
        ["w"] = "The working directory: -WorkingDirectory.",
        ["v"] = "Mounts: -Mount './site:/srv:ro'.",
        ["-volume"] = "Mounts: -Mount './site:/srv:ro'.",
        ["-rm"] = "Invoke-Container leaves nothing behind; with Start-Container: -RemoveOnExit.",
        ["-entrypoint"] = "What stands before the command: -EntryPoint.",
    };

    /// <summary>Refuses a command that begins with a dash.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="call">How it was called.</param>
    /// <param name="command">The command.</param>
    /// <param name="mayBegin">Whether it may, after <c>--</c>: there is an entry point before it.</param>
    /// <param name="isPiped">Whether something comes through the pipeline.</param>
    /// <exception cref="InvalidSpecException">It does.</exception>
    internal static void Refuse(CommandInfo cmdlet, WrittenCall? call, IReadOnlyList<string> command, bool mayBegin, bool isPiped)
    {
        string? word = call switch
        {
            // A word such as --rm takes the place of what stands before the command, too.
            { First.Text: ['-', ..] first } when !(mayBegin && call.IsFirstAfterDashes) => first,
            { IsFirstAfterDashes: true } => null,
            // Through the pipeline comes what the first word may have taken the place of: then this is the second.
            _ => mayBegin || isPiped ? null : command[0],
        };
        if (word is not ['-', ..])
            return;
        string name = word[1..].TrimEnd(':');
        string advice = OfDocker.TryGetValue(name, out string? known) ? known
            : Nearest(cmdlet, name.TrimStart('-')) is { } near ? $"Was -{near} meant?" : $"See: Get-Help {cmdlet.Name} -Parameter *";
        throw new InvalidSpecException(
            $"'{word}' stands where the command is expected, and {cmdlet.Name} has no parameter of that name.",
            $"{advice} A program whose name begins with a dash is written with its directory, as ./{word}.")
        { Target = word };
    }

    /// <summary>The parameter whose name is most like a word.</summary>
    internal static string? Nearest(CommandInfo cmdlet, string word)
    {
        const int MostEdits = 3;
        (string Name, int Edits)[] all =
        [
            .. cmdlet.Parameters.Values.SelectMany(parameter => parameter.Aliases.Append(parameter.Name)
                .Where(name => name.Length > 1)
                .Select(name => (parameter.Name, Edits(name.ToLowerInvariant(), word.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant())))),
        ];
        (string found, int edits) = all.MinBy(one => one.Edits);
        return edits <= Math.Min(MostEdits, word.Length / 2) ? found : null;
    }

    // Levenshtein's distance.
    private static int Edits(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
