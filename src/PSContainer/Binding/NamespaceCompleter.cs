using System.Collections;
using PSContainer.Namespaces;

namespace PSContainer.Binding;

/// <summary>Completes the names of namespaces that were made with New-Namespace. Reads the state directory only.</summary>
public sealed class NamespaceCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
        NamespaceStore.Default.Sets().Select(set =>
            new Candidate(set.Name, string.Join(", ", set.Members().Select(member => member.Type))));
}
