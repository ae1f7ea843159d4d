using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;
using PSContainer.Containers.Options;
using PSContainer.Security.Seccomp;

namespace PSContainer.Binding;

/// <summary>
/// Reads a system call filter: <c>Default</c>, <c>Unconfined</c>, the path of a profile, or a profile as an object, a hashtable
/// or what ConvertFrom-Json made.
/// </summary>
public sealed class SeccompTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Bare(value) switch
    {
        SeccompSource source => source,
        SeccompProfile profile => SeccompSource.Of(profile),
        string word when SeccompSource.Parse(word) is { Path: null } known => known,
        string or FileSystemInfo => SeccompSource.File(HostPaths.Of(engine.SessionState, value)),
        _ when SeccompJson.IsObject(value) && !SeccompJson.Has(value, "PSPath") => SeccompSource.Of(ReadProfile(value)),
        _ => SeccompSource.File(HostPaths.Of(engine.SessionState, value)),
    };

    private static SeccompProfile ReadProfile(object value)
    {
        using var json = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(SeccompJson.Of(value)!.ToJsonString()));
        return SeccompProfile.Read(json);
    }
}

/// <summary>Reads rules of a filter: objects, or hashtables with the members of docker's JSON.</summary>
public sealed class SeccompRuleTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Flatten(value).Select(ReadOne).ToArray();

    private static SeccompProfileRule ReadOne(object value)
    {
        if (SourceText.Bare(value) is SeccompProfileRule rule)
            return rule;
        // The JSON of other tools says null for what a rule has not; nobody writes that by hand.
        Dictionaries.RequireValues(SourceText.Bare(value) as IDictionary);
        return SeccompJson.IsObject(value)
            ? SeccompProfile.ReadRule(SeccompJson.Of(value)!.ToJsonString())
            : throw new InvalidSpecException(
                $"'{value}' is not a rule of a seccomp profile.", "Write @{ names = 'ptrace'; action = 'Errno' }.");
    }
}

/// <summary>Reads an action: <c>Errno</c>, <c>KillProcess</c>, <c>SCMP_ACT_LOG</c>.</summary>
public sealed class SeccompActionTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine)
    {
        string text = SourceText.Of(value), action = SeccompWord.Action(text);
        return action.StartsWith("SCMP_ACT_", StringComparison.Ordinal)
            ? action
            : throw new InvalidSpecException($"'{text}' is not an action.", $"One of: {string.Join(", ", SeccompWord.Actions)}.");
    }
}

/// <summary>Reads architectures: <c>X86_64</c>, <c>SCMP_ARCH_X86</c>.</summary>
public sealed class SeccompArchitectureTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Flatten(value).Select(ReadOne).ToArray();

    private static string ReadOne(object value)
    {
        string text = SourceText.Of(value), name = SeccompWord.Architecture(text);
        return name.StartsWith("SCMP_ARCH_", StringComparison.Ordinal)
            ? name
            : throw new InvalidSpecException($"'{text}' is not an architecture.", "Use X86_64, X86, X32, AARCH64 or ARM.");
    }
}

/// <summary>Reads an error by name (<c>ENOSYS</c>) or number.</summary>
public sealed class ErrnoTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine)
    {
        string text = SourceText.Of(value).ToUpperInvariant();
        if (uint.TryParse(text, out uint number) && number <= Kernel.SeccompCalls.LargestErrno)
            return number;
        int named = Enumerable.Range(1, 200).FirstOrDefault(one => Kernel.Errno.Name(one) == text);
        return named > 0
            ? (uint)named
            : throw new InvalidSpecException($"'{text}' is not an error.", "Use a name of errno(3) such as EPERM, or a number up to 4095.");
    }
}

/// <summary>What PowerShell has for objects, as the JSON of a profile: members in any case, single values for lists of one.</summary>
internal static class SeccompJson
{
    private static readonly string[] Members =
    [
        "defaultAction", "defaultErrnoRet", "defaultErrno", "archMap", "architectures", "flags", "listenerPath", "listenerMetadata",
        "syscalls", "comment", "architecture", "subArchitectures", "name", "names", "action", "errnoRet", "errno", "args", "includes",
        "excludes", "index", "value", "valueTwo", "op", "caps", "arches", "minKernel",
    ];

    private static readonly string[] Lists =
        ["archMap", "architectures", "flags", "syscalls", "subArchitectures", "names", "args", "caps", "arches"];

    internal static bool IsObject(object value) => SourceText.Bare(value) is IDictionary or PSCustomObject;

    internal static bool Has(object value, string member) =>
        Pairs(value).Any(pair => pair.Key.Equals(member, StringComparison.OrdinalIgnoreCase));

    internal static JsonNode? Of(object? value) => SourceText.Bare(value) switch
    {
        null => null,
        IDictionary or PSCustomObject => OfObject(value!),
        bool flag => JsonValue.Create(flag),
        Enum name => JsonValue.Create(name.ToString()),
        int or long or uint or ulong or short or ushort or byte or sbyte => JsonNode.Parse(SourceText.Bare(value)!.ToString()!),
        IEnumerable list and not string => new JsonArray([.. list.Cast<object?>().Select(Of)]),
        _ => JsonValue.Create(SourceText.Of(value!)),
    };

    private static JsonObject OfObject(object value)
    {
        var json = new JsonObject();
        foreach ((string key, object? given) in Pairs(value))
        {
            string member = Array.Find(Members, one => one.Equals(key, StringComparison.OrdinalIgnoreCase)) ?? key;
            JsonNode? node = Of(given);
            if (node is null)
                continue;
            if (Lists.Contains(member) && node is not JsonArray)
                node = new JsonArray(node);
            json[member] = member switch
            {
                "action" or "defaultAction" => Word(node, SeccompWord.Action),
                "op" => Word(node, SeccompWord.Comparison),
                // ConvertTo-Json writes capabilities as their numbers.
                "caps" => new JsonArray([.. node.AsArray().Select(static one => JsonValue.Create($"{one}"))]),
                _ => node,
            };
        }
        return json;
    }

    private static JsonNode Word(JsonNode node, Func<string, string> complete) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? JsonValue.Create(complete(text)) : node;

    private static IEnumerable<(string Key, object? Value)> Pairs(object value) => SourceText.Bare(value) switch
    {
        IDictionary pairs => pairs.Cast<DictionaryEntry>().Select(pair => (SourceText.Of(pair.Key), pair.Value)),
        _ => PSObject.AsPSObject(value).Properties.Select(property => (property.Name, (object?)property.Value)),
    };
}
