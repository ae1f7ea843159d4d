using System.Globalization;
using PSContainer.Containers.Insight;
using PSContainer.Security;

namespace PSContainer.Native.Tests.Security;

public sealed class CapabilitySetTests
{
    [Fact]
    public void None_and_all_have_words()
    {
        Assert.Equal("None", new CapabilitySet(0).ToString());
        Assert.Equal("All", new CapabilitySet(ulong.MaxValue).ToString());
        Assert.Equal("CAP_CHOWN, CAP_KILL", new CapabilitySet(0b100001).ToString());
    }

    [Theory]
    [InlineData("None", 0ul)]
    [InlineData("none", 0ul)]
    [InlineData("CAP_CHOWN, CAP_KILL", 0b100001ul)]
    [InlineData("kill chown", 0b100001ul)]
    [InlineData("NetAdmin", 1ul << 12)]
    public void A_text_is_equal_to_what_it_names(string text, ulong bits)
    {
        Assert.True(new CapabilitySet(bits).Equals(text));
        Assert.Equal(new CapabilitySet(bits), new CapabilitySet(text));
        Assert.Equal(new CapabilitySet(bits).GetHashCode(), new CapabilitySet(text).GetHashCode());
    }

    [Fact]
    public void A_text_that_names_none_is_equal_to_none() => Assert.False(new CapabilitySet(1).Equals("no such capability"));

    [Fact]
    public void A_process_is_read_as_its_status_has_it()
    {
        ProcessCapability own = ProcessCapability.Read(Environment.ProcessId)!;
        string line = File.ReadLines("/proc/self/status").Single(one => one.StartsWith("CapBnd:", StringComparison.Ordinal));
        Assert.Equal(ulong.Parse(line[7..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), own.Bounding.Bits);
        Assert.NotEmpty(own.UidMap);
        Assert.Equal(4, own.UserIds.Count);
        Assert.Null(ProcessCapability.Read(int.MaxValue));
    }
}
