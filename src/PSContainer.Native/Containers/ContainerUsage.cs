using System.Diagnostics.CodeAnalysis;
using PSContainer.Cgroups.Usage;

namespace PSContainer.Containers;

/// <summary>What a container uses at one time.</summary>
public sealed record ContainerUsage : CgroupUsage
{
    [SetsRequiredMembers]
    internal ContainerUsage(CgroupUsage usage)
        : base(usage)
    {
        Name = Id = "";
    }

    /// <summary>Name of the container.</summary>
    public string Name { get; internal init; }

    /// <summary>Its id.</summary>
    public string Id { get; internal init; }

    /// <summary>The container's name.</summary>
    public override string ToString() => Name;

    /// <summary>This reading with what was used since an earlier one.</summary>
    /// <param name="earlier">An earlier reading of the same container.</param>
    public ContainerUsage Since(ContainerUsage earlier) => (ContainerUsage)base.Since(earlier);
}
