using System.Text.Encodings.Web;
using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Security.Seccomp;

/// <summary>Writes profiles in the JSON that <see cref="SeccompProfileReader"/>, Docker and Podman read.</summary>
internal static class SeccompProfileWriter
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a profile; members that say nothing are left out.</summary>
    public static void Write(Stream stream, SeccompProfile profile)
    {
        using var json = new Utf8JsonWriter(stream, Options);
        json.WriteStartObject();
        json.WriteString("defaultAction", profile.DefaultAction);
        WriteNumber(json, "defaultErrnoRet", profile.DefaultErrnoRet);
        WriteList(json, "archMap", profile.ArchMap, WriteArchitecture);
        WriteTexts(json, "architectures", profile.Architectures);
        WriteTexts(json, "flags", profile.Flags);
        WriteText(json, "listenerPath", profile.ListenerPath);
        WriteText(json, "listenerMetadata", profile.ListenerMetadata);
        WriteList(json, "syscalls", profile.Syscalls, WriteRule);
        json.WriteEndObject();
    }

    private static void WriteArchitecture(Utf8JsonWriter json, SeccompProfileArchitecture entry)
    {
        json.WriteString("architecture", entry.Architecture);
        WriteTexts(json, "subArchitectures", entry.SubArchitectures);
    }

    private static void WriteRule(Utf8JsonWriter json, SeccompProfileRule rule)
    {
        WriteTexts(json, "names", rule.Names);
        json.WriteString("action", rule.Action);
        WriteNumber(json, "errnoRet", rule.ErrnoRet);
        WriteList(json, "args", rule.Args ?? [], WriteCondition);
        WriteFilter(json, "includes", rule.Includes);
        WriteFilter(json, "excludes", rule.Excludes);
    }

    private static void WriteCondition(Utf8JsonWriter json, SeccompArgSpec condition)
    {
        json.WriteNumber("index", condition.Index);
        json.WriteNumber("value", condition.Value);
        if (condition.ValueTwo != 0)
            json.WriteNumber("valueTwo", condition.ValueTwo);
        json.WriteString("op", condition.Op);
    }

    private static void WriteFilter(Utf8JsonWriter json, string name, SeccompProfileFilter? filter)
    {
        if (filter is null)
            return;
        json.WriteStartObject(name);
        WriteTexts(json, "caps", [.. filter.Caps.Select(CapabilityName.Format)]);
        WriteTexts(json, "arches", filter.Arches);
        WriteText(json, "minKernel", filter.MinKernel?.ToString());
        json.WriteEndObject();
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string>? texts)
    {
        if (texts is not { Count: > 0 })
            return;
        json.WriteStartArray(name);
        foreach (string text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, uint? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
    }
}
