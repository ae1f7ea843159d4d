using PSContainer.Kernel;
using PSContainer.Security;

namespace PSContainer.Native.Tests.Security;

public sealed class CapabilityNameTests
{
    [Theory]
    [InlineData("CAP_NET_ADMIN", Capability.NetAdmin)]
    [InlineData("cap_net_admin", Capability.NetAdmin)]
    [InlineData("net_admin", Capability.NetAdmin)]
    [InlineData("NET_ADMIN", Capability.NetAdmin)]
    [InlineData("NetAdmin", Capability.NetAdmin)]
    [InlineData("CapNetAdmin", Capability.NetAdmin)]
    [InlineData("12", Capability.NetAdmin)]
    [InlineData("0", Capability.Chown)]
    [InlineData("40", Capability.CheckpointRestore)]
    [InlineData("SysTtyConfig", Capability.SysTtyConfig)]
    [InlineData("CAP_BPF", Capability.Bpf)]
    public void Reads_every_spelling(string text, Capability expected) => Assert.Equal(expected, CapabilityName.Parse(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("CAP_")]
    [InlineData("Cap")]
    [InlineData("_")]
    [InlineData("NET")]
    [InlineData("net__admin")]
    [InlineData("NetAdmin_")]
    [InlineData("_NetAdmin")]
    [InlineData("n_et_admin")]
    [InlineData("NetAdminX")]
    [InlineData("CAP_CAP_CHOWN")]
    [InlineData("41")]
    [InlineData("-1")]
    [InlineData("999")]
    [InlineData("12 ")]
    [InlineData("ALL")]
    public void Refuses_what_names_none(string? text)
    {
        Assert.False(CapabilityName.TryParse(text, out _));
        var error = Assert.Throws<InvalidSpecException>(() => CapabilityName.Parse(text));
        Assert.NotNull(error.Recommendation);
    }

    [Fact]
    public void Every_capability_survives_a_round_trip_in_both_spellings()
    {
        Assert.Equal(41, CapabilitySets.All.Count);
        foreach (Capability capability in CapabilitySets.All)
        {
            Assert.Equal(capability, CapabilityName.Parse(CapabilityName.Format(capability)));
            Assert.Equal(capability, CapabilityName.Parse(capability.ToString()));
        }
    }

    [Fact]
    public void Formatting_a_number_that_is_no_capability_is_an_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CapabilityName.Format((Capability)41));

    [Fact]
    public void The_default_set_is_the_bitmap_that_the_field_uses()
    {
        ulong bits = 0;
        foreach (Capability capability in CapabilitySets.Default)
            bits |= 1UL << (int)capability;
        Assert.Equal(0xa80425fbUL, bits);
    }
}
