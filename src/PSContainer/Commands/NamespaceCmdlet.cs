using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Namespaces;

namespace PSContainer.Commands;

/// <summary>A cmdlet about namespaces.</summary>
public abstract class NamespaceCmdlet : ContainerCmdlet
{
    /// <summary>The namespaces there are.</summary>
    private protected static NamespaceStore Store => NamespaceStore.Default;

    /// <summary>
    /// The namespaces that references mean; one that means none is an error of its own, and the others have their turn.
    /// </summary>
    protected IEnumerable<Namespace> Resolve(IEnumerable<NamespaceReference> references)
    {
        foreach (NamespaceReference reference in references)
        {
            IReadOnlyList<Namespace> found = [];
            Attempt(reference.Text, () => found = reference.Resolve());
            foreach (Namespace one in found)
                yield return one;
        }
    }

    /// <summary>The references to processes and containers beside those to namespaces.</summary>
    protected static IEnumerable<NamespaceReference> Together(
        IEnumerable<NamespaceReference>? namespaces, IEnumerable<int>? processes, IEnumerable<Container>? containers) =>
    [
        .. namespaces ?? [],
        .. (processes ?? []).Select(NamespaceReference.OfProcess),
        .. (containers ?? []).Select(container => new NamespaceReference(container)),
    ];
}
