using PSContainer.Containers.Compose;
using PSContainer.Containers.Options;
using PSContainer.Kernel;
using PSContainer.Machine;
using PSContainer.Rooted;
using PSContainer.Spec;
using PSContainer.Users;
using PSContainer.Words;

namespace PSContainer.Containers.Exec;

/// <summary>A further process of a running container: as its first one, with what is asked otherwise.</summary>
internal static class ExecComposer
{
    /// <summary>The process.</summary>
    /// <param name="options">What is asked.</param>
    /// <param name="first">The container's first process.</param>
    /// <param name="root">Its root, as it is now.</param>
    /// <param name="ids">Reads which ids its user namespace has, where another user is asked for.</param>
    /// <exception cref="ContainerException">The options are wrong, or there is no such command.</exception>
    internal static ProcessSpec Compose(ExecOptions options, ProcessSpec first, RootedDirectory root, Func<EnteredIds> ids)
    {
        if (options.Command is not [{ Length: > 0 }, ..])
            throw new InvalidSpecException("There is no command to execute.", "Write it after --, as: -- ls -l /");
        UserSpec user = first.User ?? new();
        Dictionary<string, string> variables = Variables(first);
        if (options.User is { } asked)
        {
            ContainerUser other = PasswdFile.Resolve(root, asked);
            EnteredIds known = ids();
            known.Require(other.Uid, other.Gid);
            user = user with { Uid = other.Uid, Gid = other.Gid, AdditionalGids = [.. other.AdditionalGids.Where(known.CanBeAdditional)] };
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
            Capabilities = Capabilities(options, first, user.Uid),
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

    // What the first process was given by name as another user than root, a later one of that kind has too.
    private static CapabilitiesSpec? Capabilities(ExecOptions options, ProcessSpec first, uint uid)
    {
        if (options.Privileged)
            return SecurityComposer.Compose([.. HostFacts.Read().Capabilities], options.AddCapability, uid);
        if (options.AddCapability.Count == 0)
        {
            bool becomesRoot = uid == 0 && first.User is { Uid: not 0 };
            return becomesRoot && first.Capabilities is { } sets ? sets with { Inheritable = [], Ambient = [] } : first.Capabilities;
        }
        IEnumerable<Capability> own = Read(first.Capabilities?.Bounding), given = Read(first.Capabilities?.Ambient);
        return SecurityComposer.Compose(
            [.. own.Union(options.AddCapability).Order()], given.Union(options.AddCapability), uid);
    }

    private static IEnumerable<Capability> Read(IReadOnlyList<string>? names) => (names ?? []).Select(CapabilityName.Parse);
}
