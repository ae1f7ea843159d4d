using PSContainer.Rooted;
using PSContainer.Security;
using PSContainer.Spec;

namespace PSContainer.Containers;

/// <summary>A further process of a running container: as its first one, with what is asked otherwise.</summary>
internal static class ExecComposer
{
    /// <summary>The process.</summary>
    /// <param name="options">What is asked.</param>
    /// <param name="first">The container's first process.</param>
    /// <param name="root">Its root, as it is now.</param>
    /// <exception cref="ContainerException">The options are wrong, or there is no such command.</exception>
    internal static ProcessSpec Compose(ExecOptions options, ProcessSpec first, RootedDirectory root)
    {
        if (options.Command is not [{ Length: > 0 }, ..])
            throw new InvalidSpecException("There is no command to execute.", "Write it after --, as: -- ls -l /");
        UserSpec user = first.User ?? new();
        Dictionary<string, string> variables = Variables(first);
        if (options.User is { } asked)
        {
            ContainerUser other = PasswdFile.Resolve(root, asked);
            user = user with { Uid = other.Uid, Gid = other.Gid, AdditionalGids = other.AdditionalGids };
            variables["HOME"] = other.Home;
        }
        foreach ((string name, string? value) in options.Environment)
            EnvironmentComposer.Set(variables, name, value);
        string directory = options.WorkingDirectory is { } path
            ? PathWord.RequireInside(path, "The working directory")
            : first.Cwd;
        if (options.WorkingDirectory is not null && !root.Exists(directory))
            throw new InvalidSpecException(
                $"There is no directory '{directory}' in the container.", "Make it, or give another.") { Target = directory };
        if (options.Tty)
            variables.TryAdd("TERM", "xterm");
        CommandCheck.Require(root, options.Command[0], directory, variables.GetValueOrDefault("PATH", DefaultPaths.SearchPath));
        return first with
        {
            Args = options.Command,
            Cwd = directory,
            Env = EnvironmentComposer.Format(variables),
            Terminal = options.Tty,
            ConsoleSize = null,
            User = user,
            Capabilities = Capabilities(options, first),
        };
    }

    private static Dictionary<string, string> Variables(ProcessSpec first)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string variable in first.Env ?? [])
        {
            int equals = variable.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                variables[variable[..equals]] = variable[(equals + 1)..];
        }
        return variables;
    }

    private static CapabilitiesSpec? Capabilities(ExecOptions options, ProcessSpec first)
    {
        if (options.Privileged)
            return SecurityComposer.Compose([.. HostFacts.Read().Capabilities]);
        if (options.AddCapability.Count == 0)
            return first.Capabilities;
        IEnumerable<Capability> own = (first.Capabilities?.Bounding ?? []).Select(CapabilityName.Parse);
        return SecurityComposer.Compose([.. own.Union(options.AddCapability).Order()]);
    }
}
