using System.Collections;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Words;

namespace PSContainer.Binding;

/// <summary>Completes cgroups by path, level by level.</summary>
public sealed class CgroupCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound)
    {
        int slash = word.LastIndexOf('/');
        Cgroup above = slash <= 0 ? Cgroup.OpenRoot() : Cgroup.Open(word[..slash]);
        foreach (Cgroup child in above.GetChildren())
        {
            string tip = child.MemoryCurrent is { } bytes ? $"{child.Path}, {ByteSizeWord.Format(bytes)} of memory" : child.Path;
            yield return new(word.StartsWith('/') ? child.Path : child.Path[1..], tip);
        }
    }
}

/// <summary>Completes controllers that this host has.</summary>
public sealed class CgroupControllerCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
        CgroupHost.Current.Hierarchies.SelectMany(hierarchy => hierarchy.Controllers
            .Where(name => !name.StartsWith("name=", StringComparison.Ordinal))
            .Select(name => new Candidate(name, hierarchy.IsUnified ? "on cgroup v2" : $"on cgroup v1, {hierarchy.MountPoint}")));
}
