using PSContainer.Containers.Options;
using PSContainer.Proc;

namespace PSContainer.Namespaces;

/// <summary>Has a container use namespaces that exist.</summary>
public static class NamespaceJoin
{
    /// <summary>The options with the namespaces in place of the container's own.</summary>
    /// <exception cref="InvalidSpecException">One contradicts another, or an option.</exception>
    /// <exception cref="NamespaceNotFoundException">One is gone.</exception>
    public static ContainerOptions With(this ContainerOptions options, IReadOnlyList<Namespace> namespaces)
    {
        if (namespaces.GroupBy(one => one.Type).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidSpecException(
                $"A container can be in one {NamespaceWord.Of(twice.Key)} namespace only, and {string.Join(", ", twice)} were given.",
                "Choose one of them.");
        }
        if (HasNoUserMode(options))
            namespaces = NamespaceOwner.AddTo(namespaces);
        foreach (Namespace one in namespaces)
            options = With(options, one);
        return options;
    }

    private static bool HasNoUserMode(ContainerOptions options) =>
        options is { UserMode: null, MapRootUser: false, UidMap: [], GidMap: [] };

    private static ContainerOptions With(ContainerOptions options, Namespace one)
    {
        NamespaceMode mode = one.IsHost ? NamespaceMode.Host : NamespaceMode.OfPath(one.RequirePath());
        switch (one.Type)
        {
            case NamespaceType.Pid:
                RequireUnset(options.PidMode == NamespaceMode.Private, one, "-PidMode");
                return options with { PidMode = mode };
            case NamespaceType.Ipc:
                RequireUnset(options.IpcMode == NamespaceMode.Private, one, "-IpcMode");
                return options with { IpcMode = mode };
            case NamespaceType.Uts:
                RequireUnset(options.UtsMode == NamespaceMode.Private, one, "-UtsMode");
                return options with { UtsMode = mode };
            case NamespaceType.Cgroup:
                RequireUnset(options.CgroupMode == NamespaceMode.Private, one, "-CgroupMode");
                return options with { CgroupMode = mode };
            case NamespaceType.Network:
                RequireUnset(options.Network is null, one, "-Network");
                return options with { Network = mode == NamespaceMode.Host ? NetworkMode.Host : NetworkMode.OfPath(mode.Target!) };
            case NamespaceType.User:
                RequireUnset(HasNoUserMode(options), one, "-UserMode, -MapRootUser, -UidMap or -GidMap");
                return options with { UserMode = mode };
            case NamespaceType.Mount:
                return options with { MountMode = mode };
            default:
                return options with { TimeMode = mode };
        }
    }

    private static void RequireUnset(bool isUnset, Namespace one, string parameter)
    {
        if (!isUnset)
        {
            throw new InvalidSpecException(
                $"-Namespace has the {NamespaceWord.Of(one.Type)} namespace {one.Inode}, and {parameter} says otherwise.", "Use one of them.");
        }
    }
}
