using System.Diagnostics.CodeAnalysis;
using PSContainer.Spec;

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
            else if (json.Is("bundle"u8)) Bundle = json.Text();
            else if (json.Is("rootfs"u8)) Rootfs = json.Text();
            else if (json.Is("created"u8)) Created = json.Time();
            else if (json.Is("annotations"u8)) Annotations = json.TextMap();
            else if (json.Is("cgroups"u8)) Cgroups = json.Texts();
            else if (json.Is("directories"u8)) Directories = json.Texts();
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
        WriteText(ref json, "ociVersion", OciVersion);
        WriteText(ref json, "id", Id);
        json.Name("pid");
        json.Number((ulong)Pid);
        json.Name("pidStartTime");
        json.Number(PidStartTime);
        WriteText(ref json, "bundle", Bundle);
        WriteText(ref json, "rootfs", Rootfs);
        json.Name("created");
        json.Time(Created);
        WriteAnnotations(ref json);
        WriteTexts(ref json, "cgroups", Cgroups);
        WriteTexts(ref json, "directories", Directories);
        json.Close('}');
        return json.Written;
    }

    private void WriteAnnotations(ref StateJsonWriter json)
    {
        if (Annotations is null)
            return;
        json.Name("annotations");
        json.Open('{');
        foreach ((string name, string value) in Annotations)
            WriteText(ref json, name, value);
        json.Close('}');
    }

    private static void WriteText(ref StateJsonWriter json, string name, string value)
    {
        json.Name(name);
        json.Text(value);
    }

    private static void WriteTexts(ref StateJsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.Name(name);
        json.Open('[');
        foreach (string text in texts)
            json.Text(text);
        json.Close(']');
    }
}
