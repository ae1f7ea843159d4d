using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Spec;

public sealed class MountOptionsTests
{
    private static MountOptions Parse(params string[] options) =>
        MountOptions.Parse(new MountSpec { Destination = "/a", Type = "tmpfs", Options = options });

    [Fact]
    public void EveryNameIsUnderstood() => Assert.All(MountOptions.Names, name => Assert.Empty(Parse(name).Data));

    [Fact]
    public void EveryNameButDefaultsDoesSomething() => Assert.All(MountOptions.Names.Where(name => name != "defaults"), name =>
    {
        MountOptions options = Parse(name);
        Assert.True(options.Set != 0 || options.Clear != 0 || options.Propagation != 0 || options.IsBind, name);
    });

    [Theory]
    [InlineData("size=1m")]
    [InlineData("r")]
    [InlineData("")]
    [InlineData("rmode=755")]
    public void WhatIsNoNameIsTheFileSystems(string option) => Assert.Equal([option], Parse(option).Data);

    [Fact]
    public void TheLastOfOppositesHolds()
    {
        MountOptions options = Parse("ro", "nosuid", "rw", "suid", "nodev");
        Assert.Equal(MountApi.AttrNodev, options.Set);
        Assert.Equal(MountApi.AttrRdonly | MountApi.AttrNosuid, options.Clear);
    }

    [Fact]
    public void AnAccessTimeReplacesAnother()
    {
        MountOptions options = Parse("noatime", "strictatime");
        Assert.Equal(MountApi.AttrStrictatime, options.Set);
    }

    [Fact]
    public void AnRBeforeAnAttributeIsForEverythingBelow()
    {
        MountOptions options = Parse("rro");
        Assert.True(options.IsRecursiveAttribute);
        Assert.Equal(MountApi.AttrRdonly, options.Set);
        Assert.False(Parse("ro").IsRecursiveAttribute);
    }

    [Theory]
    [InlineData("private", MountApi.MsPrivate)]
    [InlineData("rslave", MountApi.MsSlave | MountApi.MsRec)]
    public void APropagationIsRead(string name, long flags)
    {
        Assert.Equal(flags, Parse(name).Propagation);
        Assert.Equal(flags, MountOptions.RootPropagation(name, 0));
    }

    [Fact]
    public void AnotherPropagationOfTheRootIsRefused() =>
        Assert.Throws<InvalidSpecException>(() => MountOptions.RootPropagation("ro", 0));
}
