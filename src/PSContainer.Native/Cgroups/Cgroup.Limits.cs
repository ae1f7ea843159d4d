using PSContainer.Cgroups.Devices;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Cgroups.Limits;
using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Spec;
using PSContainer.Systemd;

namespace PSContainer.Cgroups;

/// <content>Limits: reading and changing them while it runs.</content>
public sealed partial class Cgroup
{
    /// <summary>The limits in force; <see langword="null"/> in it is no limit.</summary>
    public CgroupLimit ReadLimits() => Limits.Read() with { Path = Path };

    /// <summary>Changes limits while processes run; what is <see langword="null"/> stays as it is.</summary>
    /// <inheritdoc cref="Apply(ResourcesSpec)" path="/exception"/>
    public void Apply(CgroupLimit limit)
    {
        limit = Completed(limit);
        ResourcesSpec resources = limit.ToResources();
        Apply(resources);
        SystemdUnit.Update(Path, LimitTranslator.Translate(_host, resources, MemoryMax));
    }

    /// <summary>What <see cref="Apply(CgroupLimit)"/> would write, in order. Nothing is changed.</summary>
    /// <inheritdoc cref="Apply(ResourcesSpec)" path="/exception"/>
    public IReadOnlyList<CgroupFileWrite> PlanLimits(CgroupLimit limit)
    {
        RequireOther("limit");
        limit = Completed(limit);
        IReadOnlyList<CgroupWrite> writes = LimitTranslator.Translate(_host, limit.ToResources(), MemoryMax);
        return
        [
            .. LateControllers.Plan(_host, _directories, Path, writes),
            .. writes.Select(write => new CgroupFileWrite($"{PlaceOf(write.Controller)}/{write.File}", write.Value)),
        ];
    }

    /// <summary>Changes limits while processes run; what is absent stays as it is. If one is refused, none is changed.</summary>
    /// <remarks>
    /// A limit whose v1 controller the container was not started with takes it into that hierarchy;
    /// <see cref="Directories"/> has one more then, which the container's record has to learn.
    /// </remarks>
    /// <exception cref="InvalidSpecException">Nonsense, or with <c>checkBeforeUpdate</c> below what is in use.</exception>
    /// <exception cref="ControllerUnavailableException">A controller is missing.</exception>
    /// <exception cref="ContainerException">The kernel refused a value.</exception>
    public void Apply(ResourcesSpec resources)
    {
        RequireOther("limit");
        ResourceRules.Require(resources);
        long? memoryMax = MemoryMax;
        IReadOnlyList<CgroupWrite> writes = LimitTranslator.Translate(_host, resources, memoryMax);
        RequireRoom(resources);
        LateControllers.Add(_host, _directories, Path, writes);

        var undo = new LimitUndo();
        try
        {
            new CgroupWriter(_host, _directories) { BeforeWrite = undo.Remember }.Write(writes);
            if (resources.Devices is { } devices)
                ApplyDevices(devices);
        }
        catch
        {
            undo.Run();
            throw;
        }
    }

    private LimitReader Limits => new(_host, DirectoryOf);

    // The directory of a v1 controller that the cgroup is not in yet is the one that it will get.
    private string PlaceOf(string controller) =>
        (controller == "cgroup" ? UnifiedDirectory : DirectoryOf(controller))
        ?? _host.Find(controller)?.Directory(Path) ?? Path;

    // What the kernel needs besides what was asked, once it is known to be possible.
    private CgroupLimit Completed(CgroupLimit limit)
    {
        limit = WithSwap(WithPlacement(limit));
        CgroupLimitRules.Require(limit, _host, MemoryMax);
        RequireRoom(limit);
        return limit;
    }

    // v1 limits memory and swap together. Without this another memory limit would change how much may be swapped, and none would
    // let all be swapped; that one on v2 too, since the specification's words for it mean both.
    private CgroupLimit WithSwap(CgroupLimit limit) =>
        limit is { MemoryMax: { } most, MemorySwapMax: null } && (most is < 0 or long.MaxValue || !IsUnified("memory"))
            ? limit with { MemorySwapMax = Limits.Read().MemorySwapMax }
            : limit;

    // No limit on placement is an empty list on v2; v1 has no such thing, and takes what the cgroup above has.
    private CgroupLimit WithPlacement(CgroupLimit limit)
    {
        if (limit.CpuSetCpus is not CgroupLimit.MaxWord && limit.CpuSetMems is not CgroupLimit.MaxWord)
            return limit;
        if (IsUnified("cpuset"))
        {
            var raw = new Dictionary<string, string>(limit.RawLimit);
            if (limit.CpuSetCpus is CgroupLimit.MaxWord)
                raw["cpuset.cpus"] = "\n";
            if (limit.CpuSetMems is CgroupLimit.MaxWord)
                raw["cpuset.mems"] = "\n";
            return limit with { RawLimit = raw };
        }
        return limit with
        {
            CpuSetCpus = limit.CpuSetCpus is CgroupLimit.MaxWord ? Above("cpuset.cpus") : limit.CpuSetCpus,
            CpuSetMems = limit.CpuSetMems is CgroupLimit.MaxWord ? Above("cpuset.mems") : limit.CpuSetMems,
        };

        string? Above(string file) => DirectoryOf("cpuset") is { } directory
            ? SmallFile.Read($"{System.IO.Path.GetDirectoryName(directory)}/{file}")?.Trim()
            : null;
    }

    private void RequireRoom(CgroupLimit limit)
    {
        long shared = MemoryShared ?? 0;
        if (limit.MemoryMax is > 0 and var most && MemoryAnonymous + shared + (MemorySwapCurrent ?? 0) > most + SwapRoom(limit))
        {
            throw new InvalidSpecException(
                $"The limit MemoryMax of {most} bytes is below what the cgroup '{Path}' cannot give back: " +
                $"{MemoryAnonymous} bytes of memory that belongs to no file, and {shared} of files in memory (tmpfs).",
                "Set a higher limit, or end processes and remove such files first; the kernel would kill processes.")
            { Target = nameof(CgroupLimit.MemoryMax) };
        }
        if (limit.PidsMax is > 0 and var pids && PidsCurrent > pids)
        {
            throw new InvalidSpecException(
                $"The limit PidsMax of {pids} is below the {PidsCurrent} processes and threads in the cgroup '{Path}'.",
                "Set a higher limit, or end processes first.")
            { Target = nameof(CgroupLimit.PidsMax) };
        }
    }

    // What can be swapped out need not fit.
    private static long SwapRoom(CgroupLimit limit) =>
        limit.MemorySwapMax is >= 0 and var asked ? asked : HostMemory.FreeSwap();

    private void RequireRoom(ResourcesSpec resources)
    {
        if (resources.Memory is { CheckBeforeUpdate: true, Limit: > 0 and var limit } && MemoryCurrent > limit)
        {
            throw new InvalidSpecException(
                $"The memory limit {limit} is below the {MemoryCurrent} bytes in use.",
                "Set a higher limit, or checkBeforeUpdate to false: then processes are killed until it holds.")
            { Target = "memory.limit" };
        }
    }

    private void ApplyDevices(IReadOnlyList<DeviceRuleSpec> devices)
    {
        DeviceRules? rules = DeviceRules.For(devices);
        if (DirectoryOf("devices") is { } legacy)
        {
            DeviceControl.WriteLegacy(legacy, rules);
            return;
        }
        string directory = UnifiedDirectory ?? throw new ControllerUnavailableException(
            $"The device rules of '{Path}' cannot be changed: it is neither in v2 nor in v1's devices.",
            "Start the container again with device rules.")
        { Target = Path };
        using var cgroup = new FileHandle((int)Syscall.Check(
            SmallFile.Open(directory, Files.O_RDONLY | Files.O_DIRECTORY), "openat", directory));
        DeviceControl.AttachUnified(cgroup.Fd, directory, rules);
    }
}
