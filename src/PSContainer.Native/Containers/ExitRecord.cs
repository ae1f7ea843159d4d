using System.Text.Json;
using System.Text.Json.Serialization;
using PSContainer.Kernel;

namespace PSContainer.Containers;

/// <summary>How a container ended, as its monitor wrote it.</summary>
internal sealed record ExitRecord
{
    /// <summary>The code, or 128 plus the signal's number.</summary>
    public int ExitCode { get; init; }

    /// <summary>The signal that ended it, 0 for none.</summary>
    public int Signal { get; init; }

    /// <summary>Whether the kernel killed one of its processes for want of memory.</summary>
    public bool OomKilled { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Reads the file.</summary>
    /// <returns>The record, or <see langword="null"/> when there is none, or none that can be read.</returns>
    internal static ExitRecord? Read(string path)
    {
        try
        {
            return AtomicFile.Read(path, limit: 4096) is { } json
                ? JsonSerializer.Deserialize(json, ExitJson.Default.ExitRecord)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Source-generated JSON of the exit file.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExitRecord))]
internal sealed partial class ExitJson : JsonSerializerContext;
