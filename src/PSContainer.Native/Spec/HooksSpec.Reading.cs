using PSContainer.Spec.Reading;

namespace PSContainer.Spec;

public sealed partial record HooksSpec : ISpecValue<HooksSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public HooksSpec() { }

    private HooksSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("prestart"u8)) Prestart = json.Objects<HookSpec>();
            else if (json.Is("createRuntime"u8)) CreateRuntime = json.Objects<HookSpec>();
            else if (json.Is("createContainer"u8)) CreateContainer = json.Objects<HookSpec>();
            else if (json.Is("startContainer"u8)) StartContainer = json.Objects<HookSpec>();
            else if (json.Is("poststart"u8)) Poststart = json.Objects<HookSpec>();
            else if (json.Is("poststop"u8)) Poststop = json.Objects<HookSpec>();
            else json.Skip();
        }
    }

    static HooksSpec ISpecValue<HooksSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record HookSpec : ISpecValue<HookSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public HookSpec() { }

    private HookSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("path"u8)) Path = json.Text();
            else if (json.Is("args"u8)) Args = json.Texts();
            else if (json.Is("env"u8)) Env = json.Texts();
            else if (json.Is("timeout"u8)) Timeout = json.Int32();
            else json.Skip();
        }
    }

    static HookSpec ISpecValue<HookSpec>.Read(ref SpecJsonReader json) => new(ref json);
}
