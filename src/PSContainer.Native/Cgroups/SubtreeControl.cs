using PSContainer.Kernel;

namespace PSContainer.Cgroups;

/// <summary>Gives controllers to the children of a v2 cgroup (cgroup.subtree_control), from the top down.</summary>
internal static class SubtreeControl
{
    private static readonly string[] s_useful = ["memory", "cpu", "pids"];

    /// <summary>Enables controllers in every cgroup from the delegated parent down to that of the container's.</summary>
    /// <param name="plan">Whose limits need them.</param>
    /// <param name="place">Where the container's cgroup is.</param>
    internal static void Enable(CgroupPlan plan, CgroupPlace place)
    {
        var wanted = place.Hierarchy.Controllers
            .Where(controller => plan.Asked.Contains(controller) || Array.IndexOf(s_useful, controller) >= 0).ToList();
        if (wanted.Count == 0)
            return;
        string directory = place.Parent;
        foreach (string name in place.Directory[(place.Parent.Length + 1)..].Split('/'))
        {
            EnableIn(plan, directory, wanted);
            directory = $"{directory}/{name}";
        }
    }

    private static void EnableIn(CgroupPlan plan, string directory, List<string> wanted)
    {
        string file = $"{directory}/cgroup.subtree_control";
        string[] enabled = CgroupFile.ReadWords(file);
        var missing = wanted.Except(enabled).ToList();
        if (missing.Count == 0)
            return;
        string[] available = CgroupFile.ReadWords($"{directory}/cgroup.controllers");
        foreach (string controller in missing)
        {
            bool isAsked = plan.Asked.Contains(controller);
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

    private static ControllerUnavailableException Refused(string controller, string directory, string file, int errno) => new(
        errno == Errno.EBUSY
            ? $"The cgroup controller '{controller}' cannot be enabled below '{directory}': that cgroup holds processes itself."
            : $"The cgroup controller '{controller}' cannot be enabled below '{directory}': {Errno.Name(errno)} ({Errno.Describe(errno)}).",
        errno == Errno.EBUSY
            ? "Move its processes into a cgroup below it, or start from a cgroup of its own (systemd-run --scope -p Delegate=yes)."
            : "Check the owner of the file, or run it as root, or without this limit.")
    { Call = "write", Errno = errno, Target = file };
}
