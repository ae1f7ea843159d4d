using PSContainer.Spec.Reading;

namespace PSContainer.Spec;

public sealed partial record ContainerSpec : ISpecValue<ContainerSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public ContainerSpec() { }

    private ContainerSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("ociVersion"u8)) OciVersion = json.Text();
            else if (json.Is("process"u8)) Process = json.Object<ProcessSpec>();
            else if (json.Is("root"u8)) Root = json.Object<RootSpec>();
            else if (json.Is("hostname"u8)) Hostname = json.Text();
            else if (json.Is("domainname"u8)) Domainname = json.Text();
            else if (json.Is("mounts"u8)) Mounts = json.Objects<MountSpec>();
            else if (json.Is("hooks"u8)) Hooks = json.Object<HooksSpec>();
            else if (json.Is("annotations"u8)) Annotations = json.TextMap();
            else if (json.Is("linux"u8)) Linux = json.Object<LinuxSpec>();
            else json.Skip();
        }
    }

    static ContainerSpec ISpecValue<ContainerSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record RootSpec : ISpecValue<RootSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public RootSpec() { }

    private RootSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("path"u8)) Path = json.Text();
            else if (json.Is("readonly"u8)) Readonly = json.Flag();
            else json.Skip();
        }
    }

    static RootSpec ISpecValue<RootSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record MountSpec : ISpecValue<MountSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public MountSpec() { }

    private MountSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("destination"u8)) Destination = json.Text();
            else if (json.Is("type"u8)) Type = json.Text();
            else if (json.Is("source"u8)) Source = json.Text();
            else if (json.Is("options"u8)) Options = json.Texts();
            else if (json.Is("uidMappings"u8)) UidMappings = json.Objects<IdMapping>();
            else if (json.Is("gidMappings"u8)) GidMappings = json.Objects<IdMapping>();
            else json.Skip();
        }
    }

    static MountSpec ISpecValue<MountSpec>.Read(ref SpecJsonReader json) => new(ref json);
}
