using PSContainer.Cgroups;
using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Proc;
using PSContainer.Programs;
using PSContainer.Security.Landlock;
using PSContainer.Security.Seccomp;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Plan;

/// <summary>Reads the facts of this host that a plan depends on.</summary>
internal sealed class PlanContextFactory(StateStore store)
{
    /// <summary>For the start of a container.</summary>
    public PlanContext Make(StartRequest request, string cgroupPath, CgroupPlan cgroups) => WithWalls(request.Spec, new PlanContext
    {
        Id = request.Id,
        Bundle = request.Bundle,
        StateDirectory = store.DirectoryOf(request.Id),
        CgroupPath = cgroups.Places.Count > 0 ? cgroupPath : "",
        LegacyHierarchies = LegacyHierarchies(cgroups.Places),
        KernelMounts = request.NoPivot ? KernelMounts() : [],
        RootParts = RootPartsReader.Read(request.Spec),
        DeviceSources = MakesNoNodes(request.Spec) ? DeviceSources.Find(request.Spec.Linux!.Devices) : new Dictionary<string, string>(),
        IsUnified = cgroups.Places.Any(place => place.Hierarchy.IsUnified),
        LegacyDirectories = LegacyDirectories(cgroups.Places),
        IsInUserNamespace = UserNamespace.IsInside,
        IsRoot = IsHostRoot,
        GrantableCapabilities = OwnCapabilities.Permitted,
        Parks = request.Parks,
        NoPivot = request.NoPivot,
        NoNewKeyring = request.NoNewKeyring,
        JoinedBeforeUser = JoinedBeforeUser(request.Spec.Linux),
        HasNarrowAffinity = CpuAffinity.IsNarrow,
        Environment = request.Spec.Hooks?.CreateContainer is { Count: > 0 } ? ProcessSpawn.OwnEnvironment() : [],
    });

    private static bool MakesNoNodes(ContainerSpec spec) =>
        spec.Linux?.Devices is { Count: > 0 } && (!IsHostRoot || spec.Linux.Namespaces?.Any(static item => item.Type == "user") == true);

    private static List<string> JoinedBeforeUser(LinuxSpec? linux)
    {
        var before = new List<string>();
        string? user = null;
        foreach (NamespaceSpec item in linux?.Namespaces ?? [])
            user = item.Type == "user" ? item.Path : user;
        foreach (NamespaceSpec item in linux?.Namespaces ?? [])
        {
            if (user is not null && item.Type != "user" && item.Path is { } path && !NamespaceOwnership.IsBelow(path, user))
                before.Add(item.Type);
        }
        return before;
    }

    private static bool IsHostRoot => Files.geteuid() == 0 && !UserNamespace.IsInside;

    private static List<string> LegacyDirectories(IReadOnlyList<CgroupPlace> places)
    {
        var directories = new List<string>();
        foreach (CgroupPlace place in places)
        {
            if (!place.Hierarchy.IsUnified)
                directories.Add(place.Directory);
        }
        return directories;
    }

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

    private static IReadOnlyList<string> KernelMounts() =>
        [.. MountInfo.Of(Environment.ProcessId).Where(mount => mount.FileSystem is "proc" or "sysfs").Select(mount => mount.MountPoint).Reverse()];

    /// <summary>For a process in a running container.</summary>
    public PlanContext ForProcess(string id, ContainerSpec spec) => WithWalls(spec, new PlanContext
    {
        Id = id,
        Bundle = "/",
        StateDirectory = store.DirectoryOf(id),
        CgroupPath = spec.Linux?.CgroupsPath ?? "",
        IsRoot = IsHostRoot,
        GrantableCapabilities = OwnCapabilities.Permitted,
        HasNarrowAffinity = CpuAffinity.IsNarrow,
    });

    private PlanContext WithWalls(ContainerSpec spec, PlanContext context)
    {
        if (spec.Annotations?.GetValueOrDefault(Annotation.KeepGroups) is "1" or "true")
            context = context with { KeepsGroups = true };
        if (LandlockRules.Of(spec.Annotations) is { } rules)
            context = context with { LandlockRules = rules, LandlockVersion = LandlockCalls.Version };
        if (spec.Linux?.Seccomp is not { } filter)
            return context;
        SeccompProgram program = SeccompCache.Get(filter, store.Root);
        return context with { SeccompProgram = program.Instructions, SeccompFlags = program.Flags };
    }
}
