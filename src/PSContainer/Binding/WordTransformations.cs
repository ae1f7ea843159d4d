using System.Management.Automation;
using PSContainer.Cgroups.Limits;
using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.Kernel;
using PSContainer.Security.Landlock;
using PSContainer.Spec;

namespace PSContainer.Binding;

/// <summary>Reads a signal: <c>TERM</c>, <c>SIGHUP</c>, <c>15</c>, <c>RTMIN+3</c>.</summary>
public sealed class SignalTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) =>
        SourceText.Bare(value) is Signal signal ? signal : SignalName.Parse(SourceText.Of(value));
}

/// <summary>Reads capabilities in any spelling, and <c>All</c>, into the kernel's names.</summary>
public sealed class CapabilityTransformationAttribute : ReadingTransformationAttribute
{
    internal const string All = "ALL";

    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Flatten(value).Select(ReadOne).ToArray();

    /// <summary>The capabilities among what this attribute made; <c>All</c> is left to the caller.</summary>
    internal static Capability[] Parse(string[] words) => [.. words.Where(word => word != All).Select(CapabilityName.Parse)];

    private static string ReadOne(object value)
    {
        string text = SourceText.Of(value);
        return text.Equals(All, StringComparison.OrdinalIgnoreCase) ? All : CapabilityName.Format(CapabilityName.Parse(text));
    }
}

/// <summary>
/// Reads which namespace to use: <c>Private</c>, <c>Host</c>, <c>container:NAME</c>, a container, <c>path:FILE</c>.
/// </summary>
public sealed class NamespaceModeTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Bare(value) switch
    {
        NamespaceMode mode => mode,
        Container container => NamespaceMode.OfContainer(container.Id),
        _ => NamespaceMode.Parse(SourceText.Of(value)),
    };
}

/// <summary>Reads a network: <c>None</c>, <c>Host</c>, <c>container:NAME</c>, a container, <c>path:FILE</c>.</summary>
public sealed class NetworkTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Bare(value) switch
    {
        NetworkMode mode => mode,
        Container container => NetworkMode.OfContainer(container.Id),
        _ => NetworkMode.Parse(SourceText.Of(value)),
    };
}

/// <summary>Reads limits of a process: a hashtable of <c>SOFT[:HARD]</c>, or texts as <c>nofile=1024:4096</c>.</summary>
public sealed class UlimitTransformationAttribute : ReadingTransformationAttribute
{
    private readonly PairsTransformationAttribute _pairs = new();

    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine)
    {
        var pairs = (System.Collections.IDictionary)_pairs.Transform(engine, value)!;
        var limits = new Dictionary<string, Ulimit>(StringComparer.Ordinal);
        foreach ((string name, string text) in Dictionaries.Values(pairs))
            limits[name] = Ulimit.Parse(text);
        return limits;
    }
}

/// <summary>Reads id maps: <c>INSIDE:OUTSIDE:COUNT</c>, as <c>0:100000:65536</c>.</summary>
public sealed class IdMapTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Flatten(value).Select(ReadOne).ToArray();

    private static IdMapping ReadOne(object value) =>
        SourceText.Bare(value) is IdMapping mapping ? mapping : IdMapping.Parse(SourceText.Of(value));
}

/// <summary>Reads rules of Landlock: <c>'/usr:rx'</c>, <c>@{ '/usr' = 'rx'; '/tmp' = 'rw' }</c>, or objects.</summary>
public sealed class LandlockTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) =>
        SourceText.Flatten(value).SelectMany(ReadOne).ToArray();

    private static IEnumerable<LandlockRule> ReadOne(object value) => SourceText.Bare(value) switch
    {
        LandlockRule rule => [rule],
        System.Collections.IDictionary pairs => Dictionaries.Values(pairs).Select(pair => LandlockRule.Parse(pair.Key, pair.Value)),
        _ => [LandlockRule.Parse(SourceText.Of(value))],
    };
}

/// <summary>Reads limits of disks: <c>'/dev/sda rbps=10MB'</c>, <c>@{ '/dev/sda' = 'rbps=10MB wiops=100' }</c>.</summary>
public sealed class IoLimitTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) =>
        SourceText.Flatten(value).SelectMany(ReadOne).ToArray();

    private static IEnumerable<IoLimit> ReadOne(object value) => SourceText.Bare(value) switch
    {
        IoLimit limit => [limit],
        System.Collections.IDictionary pairs =>
            Dictionaries.Values(pairs).Select(pair => IoLimit.Parse($"{pair.Key} {pair.Value}")),
        _ => [IoLimit.Parse(SourceText.Of(value))],
    };
}

/// <summary>Reads latencies of disks: a text as <c>/dev/sda 10ms</c>, a hashtable of disks and times, or a list of these.</summary>
public sealed class IoLatencyTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) =>
        SourceText.Flatten(value).SelectMany(ReadOne).ToArray();

    private static IEnumerable<IoLatency> ReadOne(object value) => SourceText.Bare(value) switch
    {
        IoLatency latency => [latency],
        System.Collections.IDictionary pairs =>
            Dictionaries.Values(pairs).Select(pair => IoLatency.Parse($"{pair.Key} {pair.Value}")),
        _ => [IoLatency.Parse(SourceText.Of(value))],
    };
}
