using PSContainer.Machine;

namespace PSContainer.Native.Tests.Containers;

public class HostIdTests
{
    private static readonly HostIds Users = HostIds.Parse(
        "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\nbroken\nfar:x:231500:100::/:/bin/sh\n",
        "ann:100000:65536\n1001:290000:65536\nodd:x:y\n", "user");

    private static readonly HostIds Groups = HostIds.Parse("root:x:0:\nstaff:x:50:ann\n", "ann:100000:65536\nbob:165536:65536\n", "group");

    [Fact]
    public void TheFirstFreeRangeIsNobodys()
    {
        // 100000 is ann's, 165536 bob's as groups, 231072 has the user far in it, and 231501 runs into what is set aside for 1001.
        Assert.Equal(new SubIdRange(355_536, 65_536), HostIds.FirstFree(Users, Groups));
        HostIds none = HostIds.Parse("", "", "user");
        Assert.Equal(new SubIdRange(100_000, 65_536), HostIds.FirstFree(none, none));
        Assert.Null(HostIds.FirstFree(none, HostIds.Parse("", "all:100000:4294867294", "group")));
    }

    [Fact]
    public void AccountsAreNamed()
    {
        Assert.Equal("user root (0)", Users.AccountIn(new(0, 2000)));
        Assert.Equal("user ann (1000)", Users.AccountIn(new(1000, 1)));
        Assert.Null(Users.AccountIn(new(1001, 100)));
        Assert.Equal("group staff (50)", Groups.AccountIn(new(1, 100)));
    }

    [Fact]
    public void RangesThatAreSharedAreFound()
    {
        Assert.Null(Users.OtherOwnerOf(new(100_000, 65_536), "ann", "1000"));
        Assert.Null(Users.OtherOwnerOf(new(290_000, 65_536), "eve", "1001"));
        Assert.Equal("user ann", Users.OtherOwnerOf(new(165_535, 10), "eve", "1001"));
        Assert.Equal("user root (0)", Users.OtherOwnerOf(new(0, 10), "eve", "1001"));
    }

    [Fact]
    public void NobodyIsAdvisedToTakeWhatIsTaken()
    {
        Assert.Contains("--add-subuids 355536-421071 --add-subgids 355536-421071 eve",
            SubIdAdvice.Give("eve", HostIds.FirstFree(Users, Groups)));
        Assert.DoesNotContain("usermod", SubIdAdvice.Give("eve", null));
        Assert.Equal("Choose from the ids that are yours: 1000 by itself, and 100000-100009.",
            SubIdAdvice.ChooseFrom(1000, [new(100_000, 10)]));
    }
}
