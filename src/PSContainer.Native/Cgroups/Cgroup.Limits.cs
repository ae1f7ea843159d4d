using PSContainer.Cgroups;
using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer;

/// <content>Limits: reading and changing them while it runs.</content>
public sealed partial class Cgroup
{
    /// <summary>The limits in force; <see langword="null"/> in it is no limit.</summary>
    public CgroupLimit ReadLimits() => Limits.Read();

    /// <summary>Changes limits while processes run; what is <see langword="null"/> stays as it is.</summary>
    /// <inheritdoc cref="Apply(ResourcesSpec)" path="/exception"/>
    public void Apply(CgroupLimit limit)
    {
        CgroupLimitRules.Require(limit, _host, MemoryMax);
        Apply(limit.ToResources());
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
            CgroupFile.Open(directory, Files.O_RDONLY | Files.O_DIRECTORY), "openat", directory));
        DeviceControl.AttachUnified(cgroup.Fd, directory, rules);
    }
}
