using System.Collections;
using PSContainer.Containers;

namespace PSContainer.Binding;

/// <summary>Completes features of a host.</summary>
public sealed class HostFeatureCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
        ContainerEngine.Default.TestHost()
            .Select(check => new Candidate(check.Feature, check.Detail))
            .DistinctBy(candidate => candidate.Text);
}
