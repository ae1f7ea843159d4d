using System.Collections;
using PSContainer.Kernel;
using PSContainer.Security.Seccomp;

namespace PSContainer.Binding;

/// <summary>Completes capabilities, with what each allows.</summary>
public sealed class CapabilityCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
        Enum.GetValues<Capability>()
            .Select(capability => WithName(capability, CapabilityName.Format(capability)))
            .Append(new("All", "every capability"));

    private static Candidate WithName(Capability capability, string name) =>
        new(capability.ToString(), CapabilityMeaning.Of(capability), name["CAP_".Length..], name);
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

/// <summary>Completes system call filters: two words, and files.</summary>
public sealed class SeccompCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
    [
        new("Default", "the built-in filter, fitted to the capabilities"),
        new("Unconfined", "no filter"),
    ];

    /// <inheritdoc/>
    protected override PathKind PathKindOf(string parameter, IDictionary bound) => PathKind.Any;
}

/// <summary>Completes profiles to begin with: one word, and files.</summary>
public sealed class SeccompBaseCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
        [new("Default", "the built-in filter")];

    /// <inheritdoc/>
    protected override PathKind PathKindOf(string parameter, IDictionary bound) => PathKind.Any;
}

/// <summary>Completes actions of a system call filter.</summary>
public sealed class SeccompActionCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
        SeccompWord.Actions.Select(action => WithName(action, SeccompWord.Action(action)));

    private static Candidate WithName(string action, string name) => new(action, name, name["SCMP_ACT_".Length..], name);
}

/// <summary>Completes architectures of a system call filter.</summary>
public sealed class SeccompArchitectureCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
        ((string[])["X86_64", "X86", "X32", "AARCH64", "ARM"])
            .Select(name => new Candidate(name, SeccompWord.Architecture(name), SeccompWord.Architecture(name)));
}

/// <summary>Completes names of system calls.</summary>
public sealed class SyscallCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
        SeccompWord.Calls.Select(name => new Candidate(name, $"{name}(2)"));
}

/// <summary>Completes roots: one word, and directories.</summary>
public sealed class RootfsCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
        [new("Host", "the host's own root below an empty layer")];

    /// <inheritdoc/>
    protected override PathKind PathKindOf(string parameter, IDictionary bound) => PathKind.Directory;
}
