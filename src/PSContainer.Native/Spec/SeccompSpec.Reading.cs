using PSContainer.Spec.Reading;

namespace PSContainer.Spec;

public sealed partial record SeccompSpec : ISpecValue<SeccompSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public SeccompSpec() { }

    private SeccompSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("defaultAction"u8)) DefaultAction = json.Text();
            else if (json.Is("defaultErrnoRet"u8)) DefaultErrnoRet = json.UInt32();
            else if (json.Is("architectures"u8)) Architectures = json.Texts();
            else if (json.Is("flags"u8)) Flags = json.Texts();
            else if (json.Is("listenerPath"u8)) ListenerPath = json.Text();
            else if (json.Is("listenerMetadata"u8)) ListenerMetadata = json.Text();
            else if (json.Is("syscalls"u8)) Syscalls = json.Objects<SeccompRuleSpec>();
            else json.Skip();
        }
    }

    static SeccompSpec ISpecValue<SeccompSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record SeccompRuleSpec : ISpecValue<SeccompRuleSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public SeccompRuleSpec() { }

    private SeccompRuleSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("names"u8)) Names = json.Texts();
            else if (json.Is("action"u8)) Action = json.Text();
            else if (json.Is("errnoRet"u8)) ErrnoRet = json.UInt32();
            else if (json.Is("args"u8)) Args = json.Objects<SeccompArgSpec>();
            else json.Skip();
        }
    }

    static SeccompRuleSpec ISpecValue<SeccompRuleSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record SeccompArgSpec : ISpecValue<SeccompArgSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public SeccompArgSpec() { }

    private SeccompArgSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("index"u8)) Index = json.UInt32();
            else if (json.Is("value"u8)) Value = json.UInt64();
            else if (json.Is("valueTwo"u8)) ValueTwo = json.UInt64();
            else if (json.Is("op"u8)) Op = json.Text();
            else json.Skip();
        }
    }

    static SeccompArgSpec ISpecValue<SeccompArgSpec>.Read(ref SpecJsonReader json) => new(ref json);
}
