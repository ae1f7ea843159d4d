using System.Diagnostics.CodeAnalysis;
using PSContainer.Spec;
using PSContainer.Spec.Reading;

namespace PSContainer.State;

/// <content>The state as JSON, by hand for the reason that <see cref="SpecJsonReader"/> gives.</content>
public sealed partial record ContainerState : ISpecValue<ContainerState>
{
    /// <summary>Makes one of which nothing but its required members is set.</summary>
    public ContainerState() { }

    [SetsRequiredMembers]
    private ContainerState(ref SpecJsonReader json)
    {
        Id = Bundle = "";
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("ociVersion"u8)) OciVersion = json.Text();
            else if (json.Is("id"u8)) Id = json.Text();
            else if (json.Is("pid"u8)) Pid = json.Int32();
            else if (json.Is("pidStartTime"u8)) PidStartTime = json.UInt64();
            else if (json.Is("bootId"u8)) BootId = json.Text();
            else if (json.Is("bundle"u8)) Bundle = json.Text();
            else if (json.Is("rootfs"u8)) Rootfs = json.Text();
            else if (json.Is("mountsBefore"u8)) MountsBefore = json.Int32();
            else if (json.Is("created"u8)) Created = json.Time();
            else if (json.Is("annotations"u8)) Annotations = json.TextMap();
            else if (json.Is("cgroups"u8)) Cgroups = json.Texts();
            else if (json.Is("directories"u8)) Directories = json.Texts();
            else if (json.Is("isWithoutProcess"u8)) IsWithoutProcess = json.Flag();
            else if (json.Is("systemdUnit"u8)) SystemdUnit = json.Text();
            else if (json.Is("resctrl"u8)) Resctrl = json.Texts();
            else if (json.Is("hooks"u8)) Hooks = json.Object<HooksSpec>();
            else json.Skip();
        }
        if (Id.Length == 0 || Bundle.Length == 0)
            throw json.Missing(Id.Length == 0 ? "id" : "bundle");
    }

    static ContainerState ISpecValue<ContainerState>.Read(ref SpecJsonReader json) => new(ref json);

    /// <summary>The state as one JSON object, UTF-8.</summary>
    internal ReadOnlySpan<byte> ToJson()
    {
        var json = new StateJsonWriter();
        json.Open('{');
        json.Member("ociVersion", OciVersion);
        json.Member("id", Id);
        json.Name("pid");
        json.Number((ulong)Pid);
        json.Name("pidStartTime");
        json.Number(PidStartTime);
        json.Member("bootId", BootId);
        json.Member("bundle", Bundle);
        json.Member("rootfs", Rootfs);
        if (MountsBefore is { } before)
        {
            json.Name("mountsBefore");
            json.Number((ulong)before);
        }
        json.Name("created");
        json.Time(Created);
        if (Annotations is not null)
            json.Members("annotations", Annotations);
        json.Members("cgroups", Cgroups);
        json.Members("directories", Directories);
        if (IsWithoutProcess)
        {
            json.Name("isWithoutProcess");
            json.True();
        }
        if (Resctrl.Count > 0)
            json.Members("resctrl", Resctrl);
        if (Hooks is { } hooks)
        {
            json.Name("hooks");
            json.Open('{');
            WriteHooks(ref json, "poststart", hooks.Poststart);
            WriteHooks(ref json, "poststop", hooks.Poststop);
            json.Close('}');
        }
        json.Member("systemdUnit", SystemdUnit);
        json.Close('}');
        return json.Written;
    }

    private static void WriteHooks(ref StateJsonWriter json, string name, IReadOnlyList<HookSpec>? hooks)
    {
        if (hooks is null)
            return;
        json.Name(name);
        json.Open('[');
        foreach (HookSpec hook in hooks)
        {
            json.Open('{');
            json.Member("path", hook.Path);
            if (hook.Args is not null)
                json.Members("args", hook.Args);
            if (hook.Env is not null)
                json.Members("env", hook.Env);
            if (hook.Timeout is { } timeout)
            {
                json.Name("timeout");
                json.Number((ulong)timeout);
            }
            json.Close('}');
        }
        json.Close(']');
    }
}
