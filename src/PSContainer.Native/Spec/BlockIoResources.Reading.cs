using PSContainer.Spec.Reading;

namespace PSContainer.Spec;

public sealed partial record BlockIoResources : ISpecValue<BlockIoResources>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public BlockIoResources() { }

    private BlockIoResources(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("weight"u8)) Weight = json.UInt16();
            else if (json.Is("leafWeight"u8)) LeafWeight = json.UInt16();
            else if (json.Is("weightDevice"u8)) WeightDevice = json.Objects<WeightDeviceSpec>();
            else if (json.Is("throttleReadBpsDevice"u8)) ThrottleReadBpsDevice = json.Objects<ThrottleDeviceSpec>();
            else if (json.Is("throttleWriteBpsDevice"u8)) ThrottleWriteBpsDevice = json.Objects<ThrottleDeviceSpec>();
            else if (json.Is("throttleReadIOPSDevice"u8)) ThrottleReadIopsDevice = json.Objects<ThrottleDeviceSpec>();
            else if (json.Is("throttleWriteIOPSDevice"u8)) ThrottleWriteIopsDevice = json.Objects<ThrottleDeviceSpec>();
            else json.Skip();
        }
    }

    static BlockIoResources ISpecValue<BlockIoResources>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record WeightDeviceSpec : ISpecValue<WeightDeviceSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public WeightDeviceSpec() { }

    private WeightDeviceSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("major"u8)) Major = json.Int64();
            else if (json.Is("minor"u8)) Minor = json.Int64();
            else if (json.Is("weight"u8)) Weight = json.UInt16();
            else if (json.Is("leafWeight"u8)) LeafWeight = json.UInt16();
            else json.Skip();
        }
    }

    static WeightDeviceSpec ISpecValue<WeightDeviceSpec>.Read(ref SpecJsonReader json) => new(ref json);
}

public sealed partial record ThrottleDeviceSpec : ISpecValue<ThrottleDeviceSpec>
{
    /// <summary>Makes one of which nothing is set.</summary>
    public ThrottleDeviceSpec() { }

    private ThrottleDeviceSpec(ref SpecJsonReader json)
    {
        json.BeginObject();
        while (json.NextMember())
        {
            if (json.Is("major"u8)) Major = json.Int64();
            else if (json.Is("minor"u8)) Minor = json.Int64();
            else if (json.Is("rate"u8)) Rate = json.UInt64();
            else json.Skip();
        }
    }

    static ThrottleDeviceSpec ISpecValue<ThrottleDeviceSpec>.Read(ref SpecJsonReader json) => new(ref json);
}
