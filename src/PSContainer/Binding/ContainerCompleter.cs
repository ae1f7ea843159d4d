using System.Collections;
using PSContainer.Containers;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Binding;

/// <summary>Completes containers: names first; ids once one was begun. Reads the state directory only.</summary>
public sealed class ContainerCompleter : Completer
{
    /// <summary>Every container's name, its id where it has none.</summary>
    internal static IEnumerable<string> Names()
    {
        StateStore store = ContainerEngine.Default.Store;
        return store.List().Select(id => store.Read(id)?.Annotations?.GetValueOrDefault(Annotation.Name) ?? id);
    }

    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound)
    {
        StateStore store = ContainerEngine.Default.Store;
        foreach (string id in store.List())
        {
            ContainerState? state = store.Read(id);
            string? name = state?.Annotations?.GetValueOrDefault(Annotation.Name);
            string tip = state is null
                ? $"{id}, half made"
                : $"{id}, root {state.Rootfs}, created {state.Created.LocalDateTime:g}";
            if (name is not null)
                yield return new(name, tip);
            if (name is null || (word.Length > 0 && id.StartsWith(word, StringComparison.OrdinalIgnoreCase)))
                yield return new(id, tip);
        }
    }
}
