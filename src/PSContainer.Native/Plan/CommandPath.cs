namespace PSContainer.Plan;

/// <summary>Where a command may be, as execvp(3) looks for it with the container's own PATH.</summary>
public static class CommandPath
{
    /// <summary>The search path where the environment has none.</summary>
    public const string Default = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Absolute paths inside the container, in the order to try.</summary>
    /// <param name="command">The command: a path when it has a slash, else a name.</param>
    /// <param name="environment">The container's environment, <c>NAME=value</c>.</param>
    /// <param name="workingDirectory">Where a relative path begins.</param>
    public static IReadOnlyList<string> Candidates(string command, IReadOnlyList<string>? environment, string workingDirectory)
    {
        if (command.Contains('/'))
            return [command.StartsWith('/') ? command : $"{workingDirectory.TrimEnd('/')}/{command}"];
        string path = Default;
        foreach (string variable in environment ?? [])
        {
            if (variable.StartsWith("PATH=", StringComparison.Ordinal))
                path = variable[5..];
        }
        var candidates = new List<string>();
        foreach (string directory in path.Split(':'))
        {
            string absolute = directory.StartsWith('/') ? directory : $"{workingDirectory.TrimEnd('/')}/{directory}";
            candidates.Add($"{absolute.TrimEnd('/')}/{command}");
        }
        return candidates;
    }
}
