using PSContainer.Cgroups;
using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Security;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Steps.Parent;

/// <summary>Reads the facts of this host that a plan depends on.</summary>
internal sealed class PlanContextFactory(StateStore store)
{
    /// <summary>For the start of a container.</summary>
    public PlanContext Make(StartRequest request, string cgroupPath, CgroupPlan cgroups) => WithFilter(request.Spec.Linux, new PlanContext
    {
        Id = request.Id,
        Bundle = request.Bundle,
        StateDirectory = store.DirectoryOf(request.Id),
        CgroupPath = cgroupPath,
        LegacyHierarchies = LegacyHierarchies(cgroups.Places),
        IsUnified = cgroups.Places.Any(place => place.Hierarchy.IsUnified),
        IsRoot = Files.geteuid() == 0,
        Parks = request.Parks,
        NoPivot = request.NoPivot,
        NoNewKeyring = request.NoNewKeyring,
    });

    // No query: the first generic one of a process costs a start 0.1 ms.
    private static List<string> LegacyHierarchies(IReadOnlyList<CgroupPlace> places)
    {
        var hierarchies = new List<string>();
        foreach (CgroupPlace place in places)
        {
            if (!place.Hierarchy.IsUnified)
                hierarchies.Add(string.Join(',', place.Hierarchy.Controllers));
        }
        return hierarchies;
    }

    /// <summary>For a process in a running container.</summary>
    public PlanContext ForProcess(string id, LinuxSpec linux) => WithFilter(linux, new PlanContext
    {
        Id = id,
        Bundle = "/",
        StateDirectory = store.DirectoryOf(id),
        CgroupPath = linux.CgroupsPath ?? "",
        IsRoot = Files.geteuid() == 0,
    });

    private PlanContext WithFilter(LinuxSpec? linux, PlanContext context)
    {
        if (linux?.Seccomp is not { } filter)
            return context;
        SeccompProgram program = SeccompCache.Get(filter, store.Root);
        return context with { SeccompProgram = program.Instructions, SeccompFlags = program.Flags };
    }
}
