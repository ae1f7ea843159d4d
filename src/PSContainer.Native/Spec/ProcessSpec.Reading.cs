using PSContainer.Spec.Reading;

namespace PSContainer.Spec;

public sealed partial record ProcessSpec : ISpecValue<ProcessSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public ProcessSpec() { }

    private ProcessSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("terminal"u8)) Terminal = json.Flag();
            else if (json.Is("consoleSize"u8)) ConsoleSize = json.Object<ConsoleSize>();
            else if (json.Is("cwd"u8)) Cwd = json.Text();
            else if (json.Is("env"u8)) Env = json.Texts();
            else if (json.Is("args"u8)) Args = json.Texts();
            else if (json.Is("user"u8)) User = json.Object<UserSpec>();
            else if (json.Is("capabilities"u8)) Capabilities = json.Object<CapabilitiesSpec>();
            else if (json.Is("rlimits"u8)) Rlimits = json.Objects<RlimitSpec>();
            else if (json.Is("noNewPrivileges"u8)) NoNewPrivileges = json.Flag();
            else if (json.Is("apparmorProfile"u8)) ApparmorProfile = json.Text();
            else if (json.Is("selinuxLabel"u8)) SelinuxLabel = json.Text();
            else if (json.Is("oomScoreAdj"u8)) OomScoreAdj = json.Int32();
            else if (json.Is("scheduler"u8)) Scheduler = json.Object<SchedulerSpec>();
            else if (json.Is("ioPriority"u8)) IoPriority = json.Object<IoPrioritySpec>();
            else if (json.Is("execCPUAffinity"u8)) ExecCpuAffinity = json.Object<ExecCpuAffinitySpec>();
            else json.Skip();
        }
    }

    static ProcessSpec ISpecValue<ProcessSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record ConsoleSize : ISpecValue<ConsoleSize>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public ConsoleSize() { }

    private ConsoleSize(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("height"u8)) Height = json.UInt32();
            else if (json.Is("width"u8)) Width = json.UInt32();
            else json.Skip();
        }
    }

    static ConsoleSize ISpecValue<ConsoleSize>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record UserSpec : ISpecValue<UserSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public UserSpec() { }

    private UserSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("uid"u8)) Uid = json.UInt32();
            else if (json.Is("gid"u8)) Gid = json.UInt32();
            else if (json.Is("umask"u8)) Umask = json.UInt32();
            else if (json.Is("additionalGids"u8)) AdditionalGids = json.UInt32s();
            else if (json.Is("username"u8)) Username = json.Text();
            else json.Skip();
        }
    }

    static UserSpec ISpecValue<UserSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record CapabilitiesSpec : ISpecValue<CapabilitiesSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public CapabilitiesSpec() { }

    private CapabilitiesSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("bounding"u8)) Bounding = json.Texts();
            else if (json.Is("effective"u8)) Effective = json.Texts();
            else if (json.Is("inheritable"u8)) Inheritable = json.Texts();
            else if (json.Is("permitted"u8)) Permitted = json.Texts();
            else if (json.Is("ambient"u8)) Ambient = json.Texts();
            else json.Skip();
        }
    }

    static CapabilitiesSpec ISpecValue<CapabilitiesSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record RlimitSpec : ISpecValue<RlimitSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public RlimitSpec() { }

    private RlimitSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("type"u8)) Type = json.Text();
            else if (json.Is("hard"u8)) Hard = json.UInt64();
            else if (json.Is("soft"u8)) Soft = json.UInt64();
            else json.Skip();
        }
    }

    static RlimitSpec ISpecValue<RlimitSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record SchedulerSpec : ISpecValue<SchedulerSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public SchedulerSpec() { }

    private SchedulerSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("policy"u8)) Policy = json.Text();
            else if (json.Is("nice"u8)) Nice = json.Int32();
            else if (json.Is("priority"u8)) Priority = json.Int32();
            else if (json.Is("flags"u8)) Flags = json.Texts();
            else if (json.Is("runtime"u8)) Runtime = json.UInt64();
            else if (json.Is("deadline"u8)) Deadline = json.UInt64();
            else if (json.Is("period"u8)) Period = json.UInt64();
            else json.Skip();
        }
    }

    static SchedulerSpec ISpecValue<SchedulerSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record IoPrioritySpec : ISpecValue<IoPrioritySpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public IoPrioritySpec() { }

    private IoPrioritySpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("class"u8)) Class = json.Text();
            else if (json.Is("priority"u8)) Priority = json.Int32();
            else json.Skip();
        }
    }

    static IoPrioritySpec ISpecValue<IoPrioritySpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record ExecCpuAffinitySpec : ISpecValue<ExecCpuAffinitySpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public ExecCpuAffinitySpec() { }

    private ExecCpuAffinitySpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("initial"u8)) Initial = json.Text();
            else if (json.Is("final"u8)) Final = json.Text();
            else json.Skip();
        }
    }

    static ExecCpuAffinitySpec ISpecValue<ExecCpuAffinitySpec>.Read(ref SpecJsonReader json) => new(ref json);
}
