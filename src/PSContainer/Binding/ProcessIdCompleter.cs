using System.Collections;
using System.Diagnostics;
using System.Globalization;

namespace PSContainer.Binding;

/// <summary>Completes host pids, with the name of each.</summary>
public sealed class ProcessIdCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
        Process.GetProcesses().Select(process =>
        {
            using (process)
                return new Candidate(process.Id.ToString(CultureInfo.InvariantCulture), process.ProcessName);
        });
}
