using System.Text.Json;
using PSContainer.State;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>state</c>: the OCI state as JSON (runtime.md, "State").</summary>
internal static class StateVerb
{
    public static int Run(GlobalOptions options)
    {
        string id = ContainerWord.Require(options, options.VerbArguments);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
            Write(json, options.Store, id);
        OutputText.Write(buffer.ToArray());
        OutputText.Write("\n");
        return 0;
    }

    /// <summary>Writes the state of one container as a JSON object.</summary>
    public static void Write(Utf8JsonWriter json, StateStore store, string id)
    {
        ContainerState? state = store.Read(id);
        ContainerStatus status = store.StatusOf(id, state);
        bool isAlive = status is ContainerStatus.Created or ContainerStatus.Running or ContainerStatus.Paused;
        json.WriteStartObject();
        json.WriteString("ociVersion", state?.OciVersion ?? "1.2.0");
        json.WriteString("id", id);
        json.WriteString("status", StatusWord(status));
        json.WriteNumber("pid", isAlive ? state!.Pid : 0);
        json.WriteString("bundle", state?.Bundle ?? store.DirectoryOf(id));
        json.WriteString("rootfs", state?.Rootfs ?? "");
        json.WriteString("created", state?.Created ?? default);
        if (state?.Annotations is { Count: > 0 } annotations)
        {
            json.WriteStartObject("annotations");
            foreach ((string key, string value) in annotations)
                json.WriteString(key, value);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <summary>The specification's word for a status; it knows no half-made container, which for it has stopped.</summary>
    public static string StatusWord(ContainerStatus status) => status switch
    {
        ContainerStatus.Exited or ContainerStatus.Dead => "stopped",
        _ => status.ToString().ToLowerInvariant(),
    };
}
