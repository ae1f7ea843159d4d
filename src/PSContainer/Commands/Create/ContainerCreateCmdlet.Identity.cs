using System.Collections;
using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers.Options;

namespace PSContainer.Commands;

// What a container is called and what its root is.
public abstract partial class ContainerCreateCmdlet
{
    /// <summary>The name; without one a name is made up.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = SpecSet)]
    [ValueTransformation]
    public virtual string? Name { get; set; }

    /// <summary>The host name inside.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValueTransformation]
    public string? Hostname { get; set; }

    /// <summary>Labels to find containers by: a hashtable, or texts as NAME=value.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = SpecSet)]
    [PairsTransformation]
    public IDictionary? Label { get; set; }

    /// <summary>Annotations of the OCI configuration: a hashtable, or texts as NAME=value.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PairsTransformation]
    public IDictionary? Annotation { get; set; }

    /// <summary>Puts an empty layer over the root: what the container writes goes when it is removed.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValueTransformation]
    public SwitchParameter Ephemeral { get; set; }

    /// <summary>Makes the root read-only inside.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValueTransformation]
    public SwitchParameter ReadOnly { get; set; }

    /// <summary>What to show inside: 'SOURCE:DESTINATION[:ro]', or a hashtable.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [MountTransformation]
    [Alias("Volume", "v")]
    public MountOption[] Mount { get; set; } = [];

    /// <summary>Where to put filesystems in memory: '/tmp' or '/tmp:size=64m,mode=1777'.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [TmpfsTransformation]
    public MountOption[] Tmpfs { get; set; } = [];

    /// <summary>Size of /dev/shm in bytes.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ByteSizeTransformation]
    public long? ShmSize { get; set; }
}
