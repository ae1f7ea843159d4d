using System.Globalization;
using System.Text.Json;
using PSContainer.Kernel;

namespace PSContainer.Runtime.Criu;

/// <summary>
/// What a container's standard streams were when it was dumped: pipes are given back by the restoring process's own.
/// </summary>
/// <remarks>The file has the name and the form that runc and crun give it.</remarks>
internal static class ExternalStreams
{
    private const string FileName = "descriptors.json";

    /// <summary>Notes them beside the images.</summary>
    public static void Save(int pid, CriuOptions criu)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            for (int stream = 0; stream < 3; stream++)
                json.WriteStringValue(new FileInfo(string.Create(CultureInfo.InvariantCulture,
                    $"/proc/{pid}/fd/{stream}")).LinkTarget ?? "/dev/null");
            json.WriteEndArray();
        }
        criu.Write(FileName, buffer.ToArray());
    }

    /// <summary>Adds to criu_opts which of this process's streams takes the place of which pipe.</summary>
    /// <exception cref="ContainerException">The images have no such file: they are no container's.</exception>
    public static void AddForRestore(Message options, string images)
    {
        string path = Path.Combine(images, FileName);
        byte[] file = AtomicFile.Read(path)
            ?? throw new ContainerException($"'{images}' holds no checkpoint of a container: it has no {FileName}.",
                "Name the directory that checkpoint wrote to, with --image-path.") { Target = path };
        int stream = 0;
        foreach (JsonElement name in Parse(file, path).RootElement.EnumerateArray())
        {
            if (name.GetString() is { } text && text.StartsWith("pipe:", StringComparison.Ordinal))
                options.Add(27, new Message().Add(1, text).Add(2, stream));
            stream++;
        }
    }

    private static JsonDocument Parse(byte[] file, string path)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(file);
            bool isList = document.RootElement.ValueKind == JsonValueKind.Array
                && document.RootElement.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String);
            return isList ? document : throw new JsonException("no list of texts");
        }
        catch (JsonException)
        {
            throw new InvalidSpecException($"'{path}' is not a list of descriptors.",
                "Checkpoint the container again.") { Target = path };
        }
    }
}
