using System.Collections;

namespace PSContainer.Binding;

/// <summary>Completes capabilities, with what each allows.</summary>
public sealed class CapabilityCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
        Enum.GetValues<Capability>()
            .Select(capability => new Candidate(capability.ToString(), CapabilityMeaning.Of(capability)))
            .Append(new("All", "every capability"));
}

/// <summary>Completes namespace modes: two words, and the containers that run.</summary>
public sealed class NamespaceModeCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
    [
        new("Private", "a namespace of its own"),
        new("Host", "the host's namespace"),
        .. ContainerCompleter.Names().Select(name => new Candidate("container:" + name, $"the namespace of container {name}")),
    ];
}

/// <summary>Completes networks.</summary>
public sealed class NetworkCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
    [
        new("None", "a network of its own with nothing but loopback"),
        new("Host", "the host's network"),
        .. ContainerCompleter.Names().Select(name => new Candidate("container:" + name, $"the network of container {name}")),
    ];
}

/// <summary>Completes system call filters.</summary>
public sealed class SeccompCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
    [
        new("Default", "the built-in filter, fitted to the capabilities"),
        new("Unconfined", "no filter"),
    ];
}

/// <summary>Completes roots: one word; paths are completed as ever.</summary>
public sealed class RootfsCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
        word.Length > 0 ? [new("Host", "the host's own root below an empty layer")] : [];
}
