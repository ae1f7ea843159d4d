using System.Collections;

namespace PSContainer.Binding;

/// <summary>Completes signals.</summary>
public sealed class SignalCompleter : Completer
{
    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound) =>
        Enum.GetValues<Signal>().Select(signal => new Candidate(signal.ToString(), $"{(int)signal}: {Meaning(signal)}"));

    private static string Meaning(Signal signal) => signal switch
    {
        Signal.Hup => "hang up; daemons often read their configuration again",
        Signal.Int => "interrupt, as Ctrl+C",
        Signal.Quit => "quit with a core dump, as Ctrl+\\",
        Signal.Kill => "end at once; cannot be caught",
        Signal.Term => "end, please",
        Signal.Stop => "stop; cannot be caught",
        Signal.Cont => "go on after a stop",
        Signal.Usr1 or Signal.Usr2 => "what the program makes of it",
        Signal.Winch => "the window was resized",
        Signal.Chld => "a child ended",
        Signal.Pwr => "power fails; some inits shut down",
        _ => "SIG" + signal.ToString().ToUpperInvariant(),
    };
}

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
