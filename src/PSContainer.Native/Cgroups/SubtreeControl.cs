using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;
using PSContainer.Proc;

namespace PSContainer.Cgroups;

/// <summary>Gives controllers to the children of a v2 cgroup (cgroup.subtree_control), from the top down.</summary>
internal static class SubtreeControl
{
    private static readonly string[] s_useful = ["memory", "cpu", "pids", "io"];

    /// <summary>Enables controllers in every cgroup from the delegated parent down to that above the container's.</summary>
    /// <param name="place">Where the container's cgroup is.</param>
    /// <param name="asked">Controllers that limits need.</param>
    /// <param name="alsoUseful">Whether some others are enabled if that is possible.</param>
    internal static void Enable(CgroupPlace place, IReadOnlyCollection<string> asked, bool alsoUseful = true)
    {
        List<string> wanted = Wanted(place, asked, alsoUseful);
        foreach (string directory in Above(place))
            EnableIn(directory, wanted, asked);
    }

    /// <summary>What <see cref="Enable"/> would write.</summary>
    internal static IEnumerable<CgroupFileWrite> PlanPath(
        CgroupPlace place, IReadOnlyCollection<string> asked, bool alsoUseful = true)
    {
        List<string> wanted = Wanted(place, asked, alsoUseful);
        foreach (string directory in Above(place).Where(one => !IsTaken(one)))
        {
            string file = $"{directory}/cgroup.subtree_control";
            // One that is still to be made gets what those above it give.
            string[] available = Directory.Exists(directory)
                ? SmallFile.ReadWords($"{directory}/cgroup.controllers")
                : [.. wanted];
            foreach (string controller in wanted.Except(SmallFile.ReadWords(file)).Where(available.Contains))
                yield return new CgroupFileWrite(file, $"+{controller}");
        }
    }

    private static List<string> Wanted(CgroupPlace place, IReadOnlyCollection<string> asked, bool alsoUseful) =>
        [.. place.Hierarchy.Controllers.Where(one => asked.Contains(one) || (alsoUseful && Array.IndexOf(s_useful, one) >= 0))];

    private static IEnumerable<string> Above(CgroupPlace place)
    {
        string directory = place.Parent;
        foreach (string name in place.Directory[(place.Parent.Length + 1)..].Split('/'))
        {
            yield return directory;
            directory = $"{directory}/{name}";
        }
    }

    /// <summary>What a change of one cgroup's cgroup.subtree_control writes; nothing for what is so already.</summary>
    internal static IReadOnlyList<CgroupFileWrite> Plan(
        CgroupHost host, Cgroup cgroup, string? directory, IReadOnlyCollection<string> controllers, bool enable, bool isGiven)
    {
        foreach (string controller in controllers)
        {
            if (host.Find(controller) is { IsUnified: false } hierarchy)
            {
                throw new ControllerUnavailableException(
                    $"The controller '{controller}' is on cgroup v1 ({hierarchy.MountPoint}), where every cgroup has it.",
                    enable
                        ? "Nothing has to be enabled there; make the cgroup with: New-Cgroup -Controller " + controller
                        : "It cannot be taken away there; a cgroup without a limit of it is not held back.")
                { Target = controller };
            }
        }
        if (directory is null)
        {
            throw new ControllerUnavailableException(
                $"The cgroup '{cgroup.Path}' is not in a v2 hierarchy.", "Only v2 has controllers to give.")
            { Target = cgroup.Path };
        }
        string[] available = SmallFile.ReadWords($"{directory}/cgroup.controllers");
        string[] enabled = SmallFile.ReadWords($"{directory}/cgroup.subtree_control");
        if (enable && !isGiven && controllers.FirstOrDefault(controller => !available.Contains(controller)) is { } missing)
        {
            throw new ControllerUnavailableException(
                $"The cgroup '{cgroup.Path}' has no controller '{missing}' to give on; it has: {string.Join(' ', available)}.",
                "Enable it in the cgroup above first (Enable-CgroupController), as far up as it is missing.")
            { Target = $"{directory}/cgroup.controllers" };
        }
        string file = $"{directory}/cgroup.subtree_control";
        return [.. controllers.Distinct().Where(controller => enabled.Contains(controller) != enable)
            .Select(controller => new CgroupFileWrite(file, (enable ? "+" : "-") + controller))];
    }

    /// <summary>Writes what was planned; when one is refused, those before it are taken back.</summary>
    internal static void Run(Cgroup cgroup, IReadOnlyList<CgroupFileWrite> writes)
    {
        for (int i = 0; i < writes.Count; i++)
        {
            int result = SmallFile.TryWrite(writes[i].Path, writes[i].Value);
            if (result == 0)
                continue;
            foreach (CgroupFileWrite done in writes.Take(i))
                SmallFile.TryWrite(done.Path, (done.Value[0] == '+' ? "-" : "+") + done.Value[1..]);
            throw RunFailure(cgroup, writes[i], -result);
        }
    }

    private static ContainerException RunFailure(Cgroup cgroup, CgroupFileWrite write, int errno)
    {
        bool enable = write.Value[0] == '+';
        if (errno == Errno.EBUSY && !enable)
        {
            return new CgroupBusyException(
                $"'{write.Value[1..]}' cannot be taken from the cgroups below '{cgroup.Path}': one of them gives it on.",
                "Disable it there first, or with -Recurse.")
            { Call = "write", Errno = errno, Target = write.Path };
        }
        if (errno is Errno.EBUSY or Errno.EOPNOTSUPP)
        {
            IReadOnlyList<int> holders = cgroup.GetProcessIds(recurse: false);
            string why = holders.Count > 0
                ? $"it holds processes itself ({ProcessNames.Of(holders)})"
                : "it is threaded, or a cgroup above it is";
            return new CgroupBusyException(
                $"The cgroup '{cgroup.Path}' cannot give '{write.Value[1..]}' to those below it: {why}.",
                "v2 allows processes only where no controllers are given on: move them into a cgroup below it " +
                "(New-Cgroup, Add-CgroupProcess).")
            { Call = "write", Errno = errno, Target = write.Path };
        }
        return Syscall.Failure(errno, "write", $"{write.Path}: {write.Value}");
    }

    private static void EnableIn(string directory, List<string> wanted, IReadOnlyCollection<string> asked)
    {
        string file = $"{directory}/cgroup.subtree_control";
        if (wanted.Count == 0)
            return;
        string[] enabled = SmallFile.ReadWords(file);
        var missing = wanted.Except(enabled).ToList();
        if (missing.Count == 0)
            return;
        if (IsTaken(directory))
        {
            if (missing.Find(asked.Contains) is { } refused)
                throw Refused(refused, directory, file, Errno.EBUSY);
            return;
        }
        string[] available = SmallFile.ReadWords($"{directory}/cgroup.controllers");
        foreach (string controller in missing)
        {
            bool isAsked = asked.Contains(controller);
            if (!available.Contains(controller))
            {
                if (isAsked)
                    throw NotDelegated(controller, directory);
                continue;
            }
            int result = SmallFile.TryWrite(file, $"+{controller}");
            if (result < 0 && isAsked)
                throw Refused(controller, directory, file, -result);
        }
    }

    // The kernel lets a cgroup with processes give on cpu and pids all the same, but those below it then take threads alone.
    // Only the root, which has no type, may do both.
    private static bool IsTaken(string directory) =>
        CgroupDirectory.IsPopulated(directory) && File.Exists($"{directory}/cgroup.type");

    private static ControllerUnavailableException NotDelegated(string controller, string directory) => new(
        $"The limit needs the cgroup controller '{controller}', which is not available in '{directory}'.",
        Files.geteuid() == 0
            ? "See which there are (Get-Cgroup / | Format-List Controllers), or leave this limit out."
            : CgroupDelegation.HowToGet(CgroupMode.Unified, "run it as root, or run it without limits"))
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
                : Advice.RunAsRoot("where the file is yours, or leave this limit out."))
        { Call = "write", Errno = errno, Target = file };
    }
}
