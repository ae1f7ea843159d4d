using PSContainer.Cgroups;
using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.State;

namespace PSContainer.Steps.Parent;

/// <summary>Reads the facts of this host that a plan depends on.</summary>
internal sealed class PlanContextFactory(StateStore store, CgroupHost host)
{
    public PlanContext Make(StartRequest request, string cgroupPath) => new()
    {
        Id = request.Id,
        Bundle = request.Bundle,
        StateDirectory = store.DirectoryOf(request.Id),
        CgroupPath = cgroupPath,
        LegacyHierarchies = [.. host.Hierarchies.Where(hierarchy => !hierarchy.IsUnified).Select(hierarchy => string.Join(',', hierarchy.Controllers))],
        IsUnified = host.Unified is not null,
        IsRoot = Files.geteuid() == 0,
        Parks = request.Parks,
        NoPivot = request.NoPivot,
        NoNewKeyring = request.NoNewKeyring,
    };
}
