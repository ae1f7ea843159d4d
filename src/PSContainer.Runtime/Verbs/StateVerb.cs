using System.Text.Json;
using PSContainer.State;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>state</c>: the OCI state as JSON (runtime.md, "State").</summary>
internal static class StateVerb
{
    public static readonly Syntax Syntax = new("state", "CONTAINER", "show the state of a container as JSON");

    public static int Run(GlobalOptions options)
    {
        string id = ContainerWord.Require(options, Syntax);
        OutputText.WriteJson(json => Write(json, options.Store, id), isIndented: true);
        return 0;
    }

    /// <summary>Writes the state of one container as a JSON object.</summary>
    public static void Write(Utf8JsonWriter json, StateStore store, string id)
    {
        ContainerState? state = store.Read(id);
        ContainerStatus status = store.StatusOf(id, state);
        json.WriteStartObject();
        json.WriteString("ociVersion", state?.OciVersion ?? OciVersions.Highest);
        json.WriteString("id", id);
        json.WriteNumber("pid", ContainerWord.IsAlive(status) ? state!.Pid : 0);
        json.WriteString("status", StatusWord.Of(status));
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
        json.WriteString("owner", OwnerOf(store, id));
        json.WriteEndObject();
    }

    /// <summary>The user whose container it is: the owner of its state directory.</summary>
    public static string OwnerOf(StateStore store, string id) => HostUser.NameOf(HostUser.OwnerOf(store.DirectoryOf(id)));
}
