using System.Management.Automation;
using PSContainer.Cgroups;
using PSContainer.Containers;

namespace PSContainer.Binding;

/// <summary>A cgroup as it was named: by its object, by a container that has one, or by a path, a name or a pattern.</summary>
public sealed class CgroupReference
{
    /// <summary>Refers to a cgroup by path, name or pattern, or by the name or id of a container.</summary>
    public CgroupReference(string text) => Text = text;

    /// <summary>Refers to a cgroup by its object.</summary>
    public CgroupReference(Cgroup cgroup)
    {
        Cgroup = cgroup;
        Text = cgroup.Path;
    }

    /// <summary>Refers to the cgroup of a container.</summary>
    public CgroupReference(Container container)
    {
        Container = container;
        Text = container.Name;
    }

    /// <summary>What was written; of an object its path or name.</summary>
    public string Text { get; }

    /// <summary>The cgroup's object, or <see langword="null"/>.</summary>
    public Cgroup? Cgroup { get; }

    /// <summary>The container's object, or <see langword="null"/>.</summary>
    public Container? Container { get; }

    /// <summary>Whether the text is a pattern, which need not match anything.</summary>
    public bool IsPattern => Cgroup is null && Container is null && WildcardPattern.ContainsWildcardCharacters(Text);

    /// <summary><see cref="Text"/>.</summary>
    public override string ToString() => Text;
}
