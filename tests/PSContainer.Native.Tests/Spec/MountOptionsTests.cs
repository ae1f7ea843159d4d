using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Spec;

public sealed class MountOptionsTests
{
    private static MountOptions Parse(params string[] options) =>
        MountOptions.Parse(new MountSpec { Destination = "/a", Type = "tmpfs", Options = options });

    // What a new mount has in any case, or each filesystem decides itself.
    private static readonly string[] s_idle = ["async", "defaults", "iversion", "loud", "noiversion", "nolazytime", "nomand", "silent"];

    // What the kernel takes as a word of its own, for any filesystem.
    private static readonly string[] s_ofSuperblock = ["dirsync", "lazytime", "mand", "sync"];

    [Fact]
    public void EveryNameIsUnderstood() =>
        Assert.All(MountOptions.Names.Except(s_ofSuperblock), name => Assert.Empty(Parse(name).Data));

    [Fact]
    public void WordsOfTheSuperblockGoToTheKernel() => Assert.All(s_ofSuperblock, name => Assert.Equal([name], Parse(name).Data));

    [Fact]
    public void EveryOtherNameDoesSomething() => Assert.All(MountOptions.Names.Except(s_idle).Except(s_ofSuperblock), name =>
    {
        MountOptions options = Parse(name);
        Assert.True(options.Set != 0 || options.Clear != 0 || options.Propagation != 0 || options.IsBind || options.IsRemount
            || options.IsIdMapped || options.CopiesUp || options.CopiesLink || options.IsSourceNoFollow || options.IsDestinationNoFollow, name);
    });

    [Fact]
    public void TheNamesAreThoseOfTheSpecification() => Assert.Subset(MountOptions.Names.ToHashSet(), new HashSet<string>(
    [
        "async", "atime", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "iversion", "lazytime", "loud", "mand", "noatime", "nodev",
        "nodiratime", "noexec", "noiversion", "nolazytime", "nomand", "norelatime", "nostrictatime", "nosuid", "nosymfollow", "private",
        "ratime", "rbind", "rdev", "rdiratime", "relatime", "remount", "rexec", "rnoatime", "rnodiratime", "rnoexec", "rnorelatime",
        "rnostrictatime", "rnosuid", "rnosymfollow", "ro", "rprivate", "rrelatime", "rro", "rrw", "rshared", "rslave", "rstrictatime",
        "rsuid", "rsymfollow", "runbindable", "rw", "shared", "silent", "slave", "strictatime", "suid", "symfollow", "sync", "tmpcopyup",
        "unbindable", "idmap", "ridmap",
    ]));

    [Theory]
    [InlineData("size=1m")]
    [InlineData("r")]
    [InlineData("rmode=755")]
    public void WhatIsNoNameIsTheFileSystems(string option) => Assert.Equal([option], Parse(option).Data);

    [Fact]
    public void AnEmptyWordIsPassedOver() => Assert.Empty(Parse("", "rw", "").Data);

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
