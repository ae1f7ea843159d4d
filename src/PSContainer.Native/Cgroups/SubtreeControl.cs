using PSContainer.Kernel;

namespace PSContainer.Cgroups;

/// <summary>Gives controllers to the children of a v2 cgroup (cgroup.subtree_control), from the top down.</summary>
internal static class SubtreeControl
{
    private static readonly string[] s_useful = ["memory", "cpu", "pids", "io"];

    /// <summary>Enables controllers in every cgroup from the delegated parent down to that above the container's.</summary>
    /// <param name="place">Where the container's cgroup is.</param>
    /// <param name="asked">Controllers that limits need; some others are enabled if that is possible.</param>
    internal static void Enable(CgroupPlace place, IReadOnlyCollection<string> asked)
    {
        var wanted = place.Hierarchy.Controllers
            .Where(controller => asked.Contains(controller) || Array.IndexOf(s_useful, controller) >= 0).ToList();
        if (wanted.Count == 0)
            return;
        string directory = place.Parent;
        foreach (string name in place.Directory[(place.Parent.Length + 1)..].Split('/'))
        {
            EnableIn(directory, wanted, asked);
            directory = $"{directory}/{name}";
        }
    }

    private static void EnableIn(string directory, List<string> wanted, IReadOnlyCollection<string> asked)
    {
        string file = $"{directory}/cgroup.subtree_control";
        string[] enabled = CgroupFile.ReadWords(file);
        var missing = wanted.Except(enabled).ToList();
        if (missing.Count == 0)
            return;
        string[] available = CgroupFile.ReadWords($"{directory}/cgroup.controllers");
        foreach (string controller in missing)
        {
            bool isAsked = asked.Contains(controller);
            if (!available.Contains(controller))
            {
                if (isAsked)
                    throw NotDelegated(controller, directory);
                continue;
            }
            int result = CgroupFile.TryWrite(file, $"+{controller}");
            if (result < 0 && isAsked)
                throw Refused(controller, directory, file, -result);
        }
    }

    private static ControllerUnavailableException NotDelegated(string controller, string directory) => new(
        $"The limit needs the cgroup controller '{controller}', which is not available in '{directory}'.",
        $"Delegate it: systemctl edit user@.service, [Service] Delegate={controller}; or run it as root, or without this limit.")
    { Target = directory };

    private static ControllerUnavailableException Refused(string controller, string directory, string file, int errno)
    {
        string why = errno == Errno.EBUSY
            ? "that cgroup holds processes itself"
            : $"{Errno.Name(errno)} ({Errno.Describe(errno)})";
        return new ControllerUnavailableException(
            $"The cgroup controller '{controller}' cannot be enabled below '{directory}': {why}.",
            errno == Errno.EBUSY
                ? "Move its processes into a cgroup below it, or start in one of your own (systemd-run --scope -p Delegate=yes)."
                : "Check the owner of the file, or run it as root, or without this limit.")
        { Call = "write", Errno = errno, Target = file };
    }
}
