using PSContainer.Cgroups.Devices;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Cgroups;

public class DeviceRulesTests
{
    private static readonly DeviceRuleSpec s_allowAll = new() { Allow = true, Access = "rwm" };

    [Fact]
    public void NoRules_DenyAllButWhatEveryContainerNeeds()
    {
        (bool defaultAllow, IReadOnlyList<DeviceRule> exceptions) = DeviceRules.For(null)!.ToLegacy();

        Assert.False(defaultAllow);
        Assert.Equal(
            [
                "c *:* m", "b *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm",
                "c 5:0 rwm", "c 5:2 rwm", "c 136:* rwm",
            ],
            exceptions.Select(rule => rule.ToString()));
    }

    [Fact]
    public void AllowingAll_NeedsNoControl()
    {
        Assert.Null(DeviceRules.For([DefaultDeviceRules.DenyAll, s_allowAll]));
        Assert.NotNull(DeviceRules.For([s_allowAll, DefaultDeviceRules.DenyAll]));
        Assert.NotNull(DeviceRules.For([s_allowAll with { Access = "rw" }]));
    }

    [Fact]
    public void AllowingAllButOne_IsAnExceptionFromAllow()
    {
        var rules = DeviceRules.For([s_allowAll, new() { Allow = false, Type = "b", Major = 8, Access = "w" }])!;

        (bool defaultAllow, IReadOnlyList<DeviceRule> exceptions) = rules.ToLegacy();

        Assert.True(defaultAllow);
        Assert.Equal(["b 8:* w"], exceptions.Select(rule => rule.ToString()));
    }

    [Fact]
    public void TakingBackPartOfTheAccess_LeavesTheRest()
    {
        var rules = DeviceRules.For([Block(true, 8, 0, "rwm"), Block(false, 8, null, "w")])!;

        Assert.Contains("b 8:0 rm", rules.ToLegacy().Exceptions.Select(rule => rule.ToString()));
    }

    [Fact]
    public void TakingBackPartOfTheDevices_IsRefusedOnV1()
    {
        var rules = DeviceRules.For([Block(true, 8, null, "rw"), Block(false, 8, 1, "rw")])!;

        Assert.Throws<InvalidSpecException>(() => rules.ToLegacy());
    }

    [Theory]
    [InlineData("x", 1L, "r")]
    [InlineData("c", -2L, "r")]
    [InlineData("c", 1L, "rx")]
    public void ARuleThatIsNone_IsRefused(string type, long major, string access) => Assert.Throws<InvalidSpecException>(
        () => DeviceRules.For([new() { Allow = true, Type = type, Major = major, Access = access }]));

    private static DeviceRuleSpec Block(bool allow, long major, long? minor, string access) =>
        new() { Allow = allow, Type = "b", Major = major, Minor = minor, Access = access };
}
