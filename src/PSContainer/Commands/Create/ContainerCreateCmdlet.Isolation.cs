using System.Collections;
using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers.Options;
using PSContainer.Security.Landlock;
using PSContainer.Spec;

namespace PSContainer.Commands;

// What a container shares with the host and what it may do.
public abstract partial class ContainerCreateCmdlet
{
    /// <summary>The network: None (only loopback), Host, or container:NAME.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [NetworkTransformation]
    [ArgumentCompleter(typeof(NetworkCompleter))]
    public NetworkMode? Network { get; set; }

    /// <summary>Namespaces that exist, for the container to be in: objects, names, numbers or files.</summary>
    [Parameter(ParameterSetName = CreateSet, ValueFromPipelineByPropertyName = true)]
    [NamespaceTransformation]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public NamespaceReference[] Namespace { get; set; } = [];

    /// <summary>The pid namespace: Private, Host or container:NAME.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [NamespaceModeTransformation]
    [ArgumentCompleter(typeof(NamespaceModeCompleter))]
    public NamespaceMode? PidMode { get; set; }

    /// <summary>The IPC namespace: Private, Host or container:NAME.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [NamespaceModeTransformation]
    [ArgumentCompleter(typeof(NamespaceModeCompleter))]
    public NamespaceMode? IpcMode { get; set; }

    /// <summary>The UTS namespace (host name): Private, Host or container:NAME.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [NamespaceModeTransformation]
    [ArgumentCompleter(typeof(NamespaceModeCompleter))]
    public NamespaceMode? UtsMode { get; set; }

    /// <summary>The cgroup namespace: Private, Host or container:NAME.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [NamespaceModeTransformation]
    [ArgumentCompleter(typeof(NamespaceModeCompleter))]
    public NamespaceMode? CgroupMode { get; set; }

    /// <summary>The user namespace: Private, Host or container:NAME.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [NamespaceModeTransformation]
    [ArgumentCompleter(typeof(NamespaceModeCompleter))]
    public NamespaceMode? UserMode { get; set; }

    /// <summary>User ids of a new user namespace: 'INSIDE:OUTSIDE:COUNT'.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [IdMapTransformation]
    public IdMapping[] UidMap { get; set; } = [];

    /// <summary>Group ids of a new user namespace: 'INSIDE:OUTSIDE:COUNT'.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [IdMapTransformation]
    public IdMapping[] GidMap { get; set; } = [];

    /// <summary>A user namespace in which only root exists and is the caller.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValueTransformation]
    public SwitchParameter MapRootUser { get; set; }

    /// <summary>Capabilities to take from the default set; All takes every one.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [CapabilityTransformation]
    [ArgumentCompleter(typeof(CapabilityCompleter))]
    [Alias("CapDrop")]
    public string[] DropCapability { get; set; } = [];

    /// <summary>Capabilities to give besides; All gives every one.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [CapabilityTransformation]
    [ArgumentCompleter(typeof(CapabilityCompleter))]
    [Alias("CapAdd")]
    public string[] AddCapability { get; set; } = [];

    /// <summary>Lets set-user-id programs gain privileges.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValueTransformation]
    public SwitchParameter AllowNewPrivileges { get; set; }

    /// <summary>The system call filter: Default, Unconfined, or the path of a profile.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [SeccompTransformation]
    [ArgumentCompleter(typeof(SeccompCompleter))]
    public SeccompSource? SeccompProfile { get; set; }

    /// <summary>The AppArmor profile of the command.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValueTransformation]
    public string? AppArmorProfile { get; set; }

    /// <summary>The SELinux label of the command.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValueTransformation]
    public string? SELinuxLabel { get; set; }

    /// <summary>Path rules, all else is refused: '/usr:rx', '/tmp:rw', or @{ '/usr' = 'rx' }.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [LandlockTransformation]
    public LandlockRule[] Landlock { get; set; } = [];

    /// <summary>Paths inside that cannot be read.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValueTransformation]
    public string[] MaskedPath { get; set; } = [];

    /// <summary>Paths inside that cannot be written.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValueTransformation]
    public string[] ReadOnlyPath { get; set; } = [];

    /// <summary>Devices of the host: '/dev/fuse' or '/dev/sda:/dev/disk:r'.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [DeviceTransformation]
    public DeviceOption[] Device { get; set; } = [];

    /// <summary>Kernel parameters of the container's namespaces: @{ 'net.core.somaxconn' = 1024 }.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PairsTransformation]
    public IDictionary? Sysctl { get; set; }

    /// <summary>Turns confinement off: every capability and device, no filter, no mask.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValueTransformation]
    public SwitchParameter Privileged { get; set; }
}
