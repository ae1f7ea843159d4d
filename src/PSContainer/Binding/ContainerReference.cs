using System.Management.Automation;
using PSContainer.Containers;
using PSContainer.Containers.Insight;

namespace PSContainer.Binding;

/// <summary>A container as it was named: by its object, or by a name, an id, the beginning of an id, or a pattern.</summary>
public sealed class ContainerReference
{
    /// <summary>Refers to a container by name, id, beginning of an id, or pattern.</summary>
    public ContainerReference(string text) => Text = text;

    /// <summary>Refers to a container by its object.</summary>
    public ContainerReference(Container container)
    {
        Container = container;
        Text = container.Name;
    }

    /// <summary>What was written; of an object its name.</summary>
    public string Text { get; }

    /// <summary>The object, or <see langword="null"/> when there is only a text.</summary>
    public Container? Container { get; }

    /// <summary>The process through which it was named, or <see langword="null"/>.</summary>
    internal ContainerProcess? Process { get; init; }

    /// <summary>Whether the text is a pattern, which need not match anything.</summary>
    public bool IsPattern => Container is null && WildcardPattern.ContainsWildcardCharacters(Text);

    /// <summary><see cref="Text"/>.</summary>
    public override string ToString() => Text;
}
