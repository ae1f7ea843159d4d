using PSContainer.Cgroups;
using PSContainer.Runtimes;
using PSContainer.State;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>pause</c> and <c>resume</c>: stop all processes of a container where they are, and let them go on.</summary>
internal static class PauseVerb
{
    public static readonly Syntax PauseSyntax = new("pause", "CONTAINER", "freeze all processes of a container");

    public static readonly Syntax ResumeSyntax = new("resume", "CONTAINER", "let all processes of a paused container go on");

    public static int Pause(GlobalOptions options)
    {
        string id = ContainerWord.Require(options, PauseSyntax);
        Cgroup cgroup =
            Change(options.Store, id, [ContainerStatus.Created, ContainerStatus.Running],
            "a created or running one can be paused", EnginePhrase.NeedsProcess);
        if (OciRuntime.Of(options.Store, id) is { } other)
            other.Pause();
        else
            cgroup.Freeze();
        return 0;
    }

    public static int Resume(GlobalOptions options)
    {
        string id = ContainerWord.Require(options, ResumeSyntax);
        Cgroup cgroup = Change(options.Store, id, [ContainerStatus.Paused], "a paused one can be resumed",
            EnginePhrase.NeedsPause);
        if (OciRuntime.Of(options.Store, id) is { } other)
            other.Resume();
        else
            cgroup.Thaw();
        return 0;
    }

    private static Cgroup Change(StateStore store, string id, ContainerStatus[] from, string what, string step)
    {
        ContainerState? state = store.Read(id);
        ContainerStatus status = store.StatusOf(id, state);
        // A parked one that is frozen has not started yet, but is paused all the same.
        bool isFrozen = state is not null && CgroupFreezer.IsFrozen(state.Cgroups);
        if (status == ContainerStatus.Created && isFrozen)
            status = ContainerStatus.Paused;
        if (!from.Contains(status))
            throw ContainerWord.Unfit(id, status, what, step);
        return state!.Cgroups.Count > 0 ? Cgroup.Open(state.Cgroups) : throw new ControllerUnavailableException(
            $"The container '{id}' has no cgroup and cannot be frozen.", "Create it where this user may make cgroups.")
        { Target = id };
    }
}
