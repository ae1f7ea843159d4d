using PSContainer.Containers.Options;
using PSContainer.Spec;
using PSContainer.Users;
using PSContainer.Words;

namespace PSContainer.Containers.Compose;

/// <summary>The first process of a container.</summary>
internal static class ProcessComposer
{
    /// <summary>Its part of the configuration.</summary>
    /// <exception cref="ContainerException">
    /// A word of it is wrong, or the root filesystem does not have what it names.
    /// </exception>
    internal static ProcessSpec Compose(Composition composition, string? hostname)
    {
        ContainerOptions options = composition.Options;
        string directory = DirectoryOf(composition);
        (UserSpec user, string home) = UserOf(composition);
        Dictionary<string, string> variables = EnvironmentComposer.Compose(options, home, hostname);
        if (options.Command.Count > 0)
        {
            string searchPath = variables.GetValueOrDefault("PATH", DefaultPaths.SearchPath);
            CommandCheck.Require(composition.Root, options.Command[0], directory, searchPath, composition.IsMountedOver);
        }
        if (options.Command.Any(word => word.Contains('\0', StringComparison.Ordinal)))
            throw new InvalidSpecException("The command holds a NUL character, which no argument can.");
        return new()
        {
            Terminal = options.Tty,
            Cwd = directory,
            Env = EnvironmentComposer.Format(variables),
            Args = options.Command,
            User = user,
            Capabilities = SecurityComposer.Compose(
                SecurityComposer.CapabilitiesOf(options, composition.Facts), SecurityComposer.Given(options), user.Uid),
            Rlimits = UlimitComposer.Compose(options.Ulimits),
            NoNewPrivileges = !options.AllowNewPrivileges && !options.Privileged,
            ApparmorProfile = options.AppArmorProfile,
            SelinuxLabel = options.SELinuxLabel,
            OomScoreAdj = RequireOomScore(options.OomScoreAdjust),
        };
    }

    private static string DirectoryOf(Composition composition)
    {
        if (composition.Options.WorkingDirectory is not { } asked)
            return "/";
        string directory = PathWord.RequireInside(asked, "The working directory");
        if (!composition.IsMountedOver(directory) && !composition.Root.Exists(directory))
        {
            throw new InvalidSpecException(
                $"There is no working directory '{directory}' in the root filesystem '{composition.Root.Path}'.",
                "Make it, or give another.")
            { Target = directory };
        }
        return directory;
    }

    private static (UserSpec User, string Home) UserOf(Composition composition)
    {
        ContainerOptions options = composition.Options;
        ContainerUser user = PasswdFile.Resolve(composition.Root, options.User ?? "0");
        uint gid = options.Group is { } group ? GroupOf(composition, group) : user.Gid;
        IEnumerable<uint> asked = options.AdditionalGroups.Select(one => GroupOf(composition, one));
        var ids = new MappedIds(composition);
        ids.Require(user.Uid, group: false);
        ids.Require(gid, group: true);
        foreach (uint one in asked)
            ids.RequireAdditional(one);
        uint[] more = [.. user.AdditionalGids.Where(ids.CanBeAdditional).Union(asked).Where(one => one != gid).Order()];
        if (options.Umask is < 0 or > 0x1FF)
            throw new InvalidSpecException("The umask is not between 0000 and 0777.", "Write it in octal, as 0022.");
        return (new() { Uid = user.Uid, Gid = gid, Umask = (uint?)options.Umask, AdditionalGids = more.Length > 0 ? more : null },
            options.User is null && user.Name is null ? "/root" : user.Home);
    }

    private static uint GroupOf(Composition composition, string group) => PasswdFile.Resolve(composition.Root, $":{group}").Gid;

    private static int? RequireOomScore(int? score) =>
        score is < -1000 or > 1000
            ? throw new InvalidSpecException(
                $"-OomScoreAdjust must be from -1000 to 1000, not {score}.", "1000 is killed first, -1000 never.")
            : score;
}
