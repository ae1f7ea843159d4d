using System.Management.Automation;
using PSContainer.Binding;

namespace PSContainer.Commands;

// Where a container is in the tree of cgroups; its limits are those of every cgroup.
public abstract partial class ContainerCreateCmdlet
{
    /// <summary>The cgroup that the container's own is made in, and whose limits hold for it too.</summary>
    [Parameter(ParameterSetName = CreateSet, ValueFromPipelineByPropertyName = true)]
    [Alias("CgroupParent")]
    [SingleCgroupTransformation]
    [ArgumentCompleter(typeof(CgroupCompleter))]
    public CgroupReference? Cgroup { get; set; }
}
