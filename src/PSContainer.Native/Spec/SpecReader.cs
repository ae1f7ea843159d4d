using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PSContainer.State;

namespace PSContainer.Spec;

/// <summary>Reads configurations that anyone may have written.</summary>
public static class SpecReader
{
    /// <summary>Bytes of a configuration that are read at most: ten times the largest known.</summary>
    public const int SizeLimit = 4 << 20;

    /// <summary>Reads a bundle's <c>config.json</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="json">Its bytes, to be kept as they are.</param>
    /// <exception cref="InvalidSpecException">The file is missing, too large, or not a configuration.</exception>
    public static ContainerSpec Read(string path, out byte[] json)
    {
        json = ReadFile(path);
        return Parse(json, SpecJson.Default.ContainerSpec, path);
    }

    /// <summary>Reads the process of <c>exec --process</c>.</summary>
    /// <exception cref="InvalidSpecException">The file is missing, too large, or not a process.</exception>
    public static ProcessSpec ReadProcess(string path) => Parse(ReadFile(path), SpecJson.Default.ProcessSpec, path);

    /// <summary>Reads one value of the specification from JSON.</summary>
    /// <exception cref="InvalidSpecException">It is not valid JSON, nested too deeply, or of another shape.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type)
                ?? throw new InvalidSpecException($"'{path}' holds no value.", "Write a JSON object.") { Target = path };
        }
        catch (JsonException failure)
        {
            string place = failure.LineNumber is { } line ? $" in line {line + 1}" : "";
            throw new InvalidSpecException($"'{path}' is not a valid configuration{place}, at {failure.Path ?? "$"}.",
                "Compare it with the output of: pscontainer spec")
            { Target = path };
        }
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            return AtomicFile.Read(path, SizeLimit)
                ?? throw new InvalidSpecException($"There is no file '{path}'.", "A bundle is a directory with a config.json; 'pscontainer spec' writes one.") { Target = path };
        }
        catch (ContainerException failure) when (failure.Errno == 0 && failure is not InvalidSpecException)
        {
            throw new InvalidSpecException(failure.Message, "A configuration is a few kilobytes.") { Target = path };
        }
    }
}
