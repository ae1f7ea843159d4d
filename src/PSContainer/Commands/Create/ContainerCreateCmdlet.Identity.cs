using System.Collections;
using System.Management.Automation;
using PSContainer.Binding;

namespace PSContainer.Commands;

// What a container is called and what its root is.
public abstract partial class ContainerCreateCmdlet
{
    /// <summary><para type="description">The name; without one a name is made up.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public virtual string? Name { get; set; }

    /// <summary><para type="description">The host name inside.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public string? Hostname { get; set; }

    /// <summary><para type="description">Labels to find containers by: a hashtable, or texts as NAME=value.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PairsTransformation]
    public IDictionary? Label { get; set; }

    /// <summary>
    /// <para type="description">Annotations of the OCI configuration: a hashtable, or texts as NAME=value.</para>
    /// </summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PairsTransformation]
    public IDictionary? Annotation { get; set; }

    /// <summary>
    /// <para type="description">Puts an empty layer over the root: what the container writes goes when it is removed.</para>
    /// </summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter Ephemeral { get; set; }

    /// <summary><para type="description">Makes the root read-only inside.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter ReadOnly { get; set; }

    /// <summary><para type="description">What to show inside: 'SOURCE:DESTINATION[:ro]', or a hashtable.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [MountTransformation]
    [Alias("Volume", "v")]
    public MountOption[] Mount { get; set; } = [];

    /// <summary>
    /// <para type="description">Where to put filesystems in memory: '/tmp' or '/tmp:size=64m,mode=1777'.</para>
    /// </summary>
    [Parameter(ParameterSetName = CreateSet)]
    [TmpfsTransformation]
    public MountOption[] Tmpfs { get; set; } = [];

    /// <summary><para type="description">Size of /dev/shm in bytes.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ByteSizeTransformation]
    public long? ShmSize { get; set; }
}
