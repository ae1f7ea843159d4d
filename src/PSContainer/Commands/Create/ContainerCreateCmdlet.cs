using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Plan;

namespace PSContainer.Commands;

/// <summary>
/// A cmdlet that makes containers. Parameters are named after the kernel's files, with the flags of other tools as aliases;
/// all become <see cref="ContainerOptions"/>, and the engine checks them.
/// </summary>
public abstract partial class ContainerCreateCmdlet : ContainerCmdlet
{
    /// <summary>The parameter set of what describes a new container.</summary>
    protected const string CreateSet = "Create";

    /// <summary>The root filesystem: a directory, or Host for the host's own below an empty layer.</summary>
    [Parameter(ParameterSetName = CreateSet, Mandatory = true, ValueFromPipeline = true)]
    [RootfsTransformation]
    [ArgumentCompleter(typeof(RootfsCompleter))]
    public virtual RootfsSource? Rootfs { get; set; }

    /// <summary>Ends the container after this time; a number is seconds.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [DurationTransformation]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (ParameterSetName != CreateSet)
            return;
        WarnOfEatenArguments(Command);
        if (Privileged)
            WriteWarning("-Privileged turns confinement off: the container can do to the host whatever you can.");
    }

    /// <summary>
    /// Whether to go on. With <c>-WhatIf</c> every step of the plan is listed; with <c>-Verbose</c> it is told.
    /// </summary>
    protected bool ShouldCreate(ContainerOptions options, string action)
    {
        if (IsOn("WhatIf", "WhatIfPreference"))
        {
            foreach (PlanStep step in ContainerEngine.Default.Plan(options).Steps)
                ShouldProcess(step.Description, step.Description, action, out _);
            return false;
        }
        if (!ShouldProcess(options.Name ?? options.Rootfs!.ToString(), action))
            return false;
        if (IsOn("Verbose", "VerbosePreference"))
        {
            foreach (PlanStep step in ContainerEngine.Default.Plan(options).Steps)
                WriteVerbose($"{step.Call}: {step.Description}");
        }
        return true;
    }

    private bool IsOn(string parameter, string preference)
    {
        if (MyInvocation.BoundParameters.TryGetValue(parameter, out object? given))
            return LanguagePrimitives.IsTrue(given);
        return GetVariableValue(preference) switch
        {
            ActionPreference action => action is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore),
            var value => LanguagePrimitives.IsTrue(value),
        };
    }

    /// <summary>All that was asked for, in the engine's terms.</summary>
    protected virtual ContainerOptions Options()
    {
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
            CgroupPath = Cgroup,
            Limits = Limits(),
        };
        return WithIsolation(WithProcess(options));
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
        MaskedPaths = MaskedPath,
        ReadOnlyPaths = ReadOnlyPath,
        Devices = Device,
        Sysctls = Dictionaries.Values(Sysctl),
        Privileged = Privileged,
    };
}
