using System.Collections;
using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Spec;

namespace PSContainer.Commands;

// What a container shares with the host and what it may do.
public abstract partial class ContainerCreateCmdlet
{
    /// <summary><para type="description">The network: None (only loopback), Host, or container:NAME.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [NetworkTransformation]
    [ArgumentCompleter(typeof(NetworkCompleter))]
    public NetworkMode? Network { get; set; }

    /// <summary><para type="description">The pid namespace: Private, Host or container:NAME.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [NamespaceModeTransformation]
    [ArgumentCompleter(typeof(NamespaceModeCompleter))]
    public NamespaceMode? PidMode { get; set; }

    /// <summary><para type="description">The IPC namespace: Private, Host or container:NAME.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [NamespaceModeTransformation]
    [ArgumentCompleter(typeof(NamespaceModeCompleter))]
    public NamespaceMode? IpcMode { get; set; }

    /// <summary><para type="description">The UTS namespace (host name): Private, Host or container:NAME.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [NamespaceModeTransformation]
    [ArgumentCompleter(typeof(NamespaceModeCompleter))]
    public NamespaceMode? UtsMode { get; set; }

    /// <summary><para type="description">The cgroup namespace: Private, Host or container:NAME.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [NamespaceModeTransformation]
    [ArgumentCompleter(typeof(NamespaceModeCompleter))]
    public NamespaceMode? CgroupMode { get; set; }

    /// <summary><para type="description">The user namespace: Private, Host or container:NAME.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [NamespaceModeTransformation]
    [ArgumentCompleter(typeof(NamespaceModeCompleter))]
    public NamespaceMode? UserMode { get; set; }

    /// <summary><para type="description">User ids of a new user namespace: 'INSIDE:OUTSIDE:COUNT'.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [IdMapTransformation]
    public IdMapping[] UidMap { get; set; } = [];

    /// <summary><para type="description">Group ids of a new user namespace: 'INSIDE:OUTSIDE:COUNT'.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [IdMapTransformation]
    public IdMapping[] GidMap { get; set; } = [];

    /// <summary><para type="description">A user namespace in which only root exists and is the caller.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter MapRootUser { get; set; }

    /// <summary><para type="description">Capabilities to take from the default set; All takes every one.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [CapabilityTransformation]
    [ArgumentCompleter(typeof(CapabilityCompleter))]
    [Alias("CapDrop")]
    public string[] DropCapability { get; set; } = [];

    /// <summary><para type="description">Capabilities to give besides; All gives every one.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [CapabilityTransformation]
    [ArgumentCompleter(typeof(CapabilityCompleter))]
    [Alias("CapAdd")]
    public string[] AddCapability { get; set; } = [];

    /// <summary><para type="description">Lets set-user-id programs gain privileges.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter AllowNewPrivileges { get; set; }

    /// <summary>
    /// <para type="description">The system call filter: Default, Unconfined, or the path of a profile.</para>
    /// </summary>
    [Parameter(ParameterSetName = CreateSet)]
    [SeccompTransformation]
    [ArgumentCompleter(typeof(SeccompCompleter))]
    public SeccompSource? SeccompProfile { get; set; }

    /// <summary><para type="description">The AppArmor profile of the command.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public string? AppArmorProfile { get; set; }

    /// <summary><para type="description">The SELinux label of the command.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public string? SELinuxLabel { get; set; }

    /// <summary><para type="description">Paths inside that cannot be read.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public string[] MaskedPath { get; set; } = [];

    /// <summary><para type="description">Paths inside that cannot be written.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public string[] ReadOnlyPath { get; set; } = [];

    /// <summary><para type="description">Devices of the host: '/dev/fuse' or '/dev/sda:/dev/disk:r'.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [DeviceTransformation]
    public DeviceOption[] Device { get; set; } = [];

    /// <summary>
    /// <para type="description">Kernel parameters of the container's namespaces: @{ 'net.core.somaxconn' = 1024 }.</para>
    /// </summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PairsTransformation]
    public IDictionary? Sysctl { get; set; }

    /// <summary>
    /// <para type="description">Turns confinement off: every capability and device, no filter, no mask.</para>
    /// </summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter Privileged { get; set; }
}
