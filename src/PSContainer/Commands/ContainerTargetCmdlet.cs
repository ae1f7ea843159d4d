using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>A cmdlet that does something with each of the containers it is given.</summary>
public abstract class ContainerTargetCmdlet : ContainerCmdlet
{
    /// <summary>The containers: names, ids, beginnings of ids, patterns, or objects.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "Id", "InputObject")]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [SupportsWildcards]
    public virtual ContainerReference[] Container { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => Process(Container);

    /// <summary>Does the work for each container that is meant.</summary>
    protected void Process(IEnumerable<ContainerReference> references)
    {
        foreach (Container container in Resolve(references))
            Process(container);
    }

    /// <summary>Does the work for one container.</summary>
    protected abstract void Process(Container container);
}
