using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.Namespaces;
using PSContainer.Trees;

namespace PSContainer.Commands;

/// <summary>
/// A cmdlet that makes containers. Parameters are named after the kernel's files, with the flags of other tools as aliases;
/// all become <see cref="ContainerOptions"/>, and the engine checks them.
/// </summary>
public abstract partial class ContainerCreateCmdlet : LimitCmdlet
{
    /// <summary>The parameter set of what describes a new container.</summary>
    protected const string CreateSet = LimitSet;

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> Looked = new(StringComparer.Ordinal);

    /// <summary>The root filesystem: a directory, a mounted overlay, or Host for the host's own below an empty layer.</summary>
    [Parameter(ParameterSetName = CreateSet, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [RootfsTransformation]
    [ArgumentCompleter(typeof(RootfsCompleter))]
    public virtual RootfsSource? Rootfs { get; set; }

    /// <summary>Ends the container after this time; a number is seconds.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = SpecSet)]
    [DurationTransformation]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        RefuseFlags();
        if (ParameterSetName != CreateSet)
            return;
        Command = ReadCommand(Command, EntryPoint.Length > 0);
        if (Privileged)
            WriteWarning("-Privileged turns confinement off: the container can do to the host whatever you can.");
    }

    /// <summary>Whether to go on: see <see cref="ContainerCmdlet.ShouldCarryOut"/>. Of another runtime the steps are not known.</summary>
    protected bool ShouldCreate(ContainerOptions options, string action)
    {
        string target = options.Name ?? options.Rootfs?.ToString() ?? options.Spec?.Root?.Path ?? "";
        return options.Runtime is null
            ? ShouldCarryOut(target, action, () => ContainerEngine.Default.Plan(options))
            : ShouldProcess(target, action);
    }

    /// <summary>All that was asked for, in the engine's terms.</summary>
    protected virtual ContainerOptions Options()
    {
        if (ParameterSetName == SpecSet)
            return SpecOptions();
        WarnOfOpenTree(Rootfs?.Path);
        var options = new ContainerOptions
        {
            Name = Name,
            Hostname = Hostname,
            Labels = Dictionaries.Values(Label),
            Annotations = Dictionaries.Values(Annotation),
            Rootfs = Rootfs,
            Ephemeral = Ephemeral,
            ReadOnly = ReadOnly,
            Mounts = [.. Mount, .. Tmpfs],
            ShmSize = ShmSize,
            Timeout = Timeout,
            CgroupParent = Cgroup is null ? null : CgroupFinder.FindOne(Cgroup).Cgroup.Path,
            Limits = Limits(),
            Runtime = RuntimePath,
        };
        List<Namespace> namespaces = [.. Namespace.SelectMany(reference => reference.Resolve()).Distinct()];
        return WithIsolation(WithProcess(options)).With(namespaces);
    }

    // Once a session for each: it costs a look at some hundred names.
    private void WarnOfOpenTree(string? path)
    {
        if (path is null || !Looked.TryAdd(path, true) || !Directory.Exists(path))
            return;
        if (OpenTree.Warning(path) is { } warning)
            WriteWarning(warning);
    }

    private ContainerOptions WithProcess(ContainerOptions options)
    {
        if (ShellCommand is not null && Command.Length > 0)
            throw new InvalidSpecException("A command and -ShellCommand were given.", "Use one of them.");
        string[] command = ShellCommand is null ? Command : ["/bin/sh", "-c", ShellCommand];
        return options with
        {
            Command = [.. EntryPoint, .. command],
            WorkingDirectory = WorkingDirectory,
            Environment = Dictionaries.Texts(Environment),
            EnvironmentFiles = EnvironmentFile,
            User = User,
            Group = Group,
            AdditionalGroups = AdditionalGroup,
            Umask = Umask,
            Tty = Tty,
            Interactive = Interactive,
            Init = Init,
            StopSignal = StopSignal,
            StopTimeout = StopTimeout,
            Ulimits = Ulimit ?? [],
            OomScoreAdjust = OomScoreAdjust,
        };
    }

    private ContainerOptions WithIsolation(ContainerOptions options) => options with
    {
        Network = Network,
        PidMode = PidMode ?? NamespaceMode.Private,
        IpcMode = IpcMode ?? NamespaceMode.Private,
        UtsMode = UtsMode ?? NamespaceMode.Private,
        CgroupMode = CgroupMode ?? NamespaceMode.Private,
        UserMode = UserMode,
        UidMap = UidMap,
        GidMap = GidMap,
        MapRootUser = MapRootUser,
        DropCapability = CapabilityTransformationAttribute.Parse(DropCapability),
        DropAllCapabilities = DropCapability.Contains(CapabilityTransformationAttribute.All),
        AddCapability = CapabilityTransformationAttribute.Parse(AddCapability),
        AddAllCapabilities = AddCapability.Contains(CapabilityTransformationAttribute.All),
        AllowNewPrivileges = AllowNewPrivileges,
        SeccompProfile = SeccompProfile,
        AppArmorProfile = AppArmorProfile,
        SELinuxLabel = SELinuxLabel,
        Landlock = Landlock,
        MaskedPaths = MaskedPath,
        ReadOnlyPaths = ReadOnlyPath,
        Devices = Device,
        Sysctls = Dictionaries.Values(Sysctl),
        Privileged = Privileged,
    };
}
