using PSContainer.Containers.Options;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Containers;

public class OptionWordTests
{
    [Fact]
    public void AMountIsSourceDestinationAndOptions()
    {
        MountOption mount = MountWord.ParseBind("./site:/srv:ro,noexec", path => "/base/" + path);
        Assert.Equal("/base/./site", mount.Source);
        Assert.Equal("/srv", mount.Destination);
        Assert.True(mount.ReadOnly);
        Assert.Equal(["noexec"], mount.Options);
        Assert.False(mount.IsTmpfs);
    }

    [Fact]
    public void ASourceOfItsOwnMayHoldColons()
    {
        MountOption mount = MountWord.ParseBind("./co:lon", "/x:ro", path => "/base/" + path);
        Assert.Equal(("/base/./co:lon", "/x", true), (mount.Source, mount.Destination, mount.ReadOnly));
        Assert.Throws<InvalidSpecException>(() => MountWord.ParseBind("./a", "x", path => path));
        Assert.Throws<InvalidSpecException>(() => MountWord.ParseBind("./a", "/x:ro:ro", path => path));
    }

    [Theory]
    [Trait("Attack", "C-32")]
    [InlineData("RO")]
    [InlineData("r0")]
    [InlineData("bogus")]
    [InlineData("read-only")]
    [InlineData("ro,noExec")]
    [InlineData("size=1m")]
    public void AnOptionNobodyKnowsIsNoReasonToMountWritable(string options)
    {
        InvalidSpecException error = Assert.Throws<InvalidSpecException>(() => MountWord.ParseBind($"./site:/x:{options}", path => path));
        Assert.Contains(options.Split(',')[^1], error.Message, StringComparison.Ordinal);
        MountSpec mount = new() { Destination = "/x", Source = "/site", Options = ["rbind", .. options.Split(',')] };
        Assert.Throws<InvalidSpecException>(() => MountOptions.Parse(mount));
    }

    [Theory]
    [Trait("Attack", "C-32")]
    [InlineData("/t:RO")]
    [InlineData("/t:size=1m,bogus")]
    [InlineData("/t:Mode=700")]
    public void ATmpfsHasItsOwnWords(string word) => Assert.Throws<InvalidSpecException>(() => MountWord.ParseTmpfs(word));

    [Theory]
    [InlineData("/t:ro", true)]
    [InlineData("/t:readonly", true)]
    [InlineData("/t:uid=5,nr_inodes=10k,noexec,huge=never,sync", false)]
    public void ATmpfsTakesItsWords(string word, bool readOnly) => Assert.Equal(readOnly, MountWord.ParseTmpfs(word).ReadOnly);

    [Fact]
    public void AColonOfAPathIsEscaped() => Assert.Equal("/a:b", MountWord.ParseBind(@"/a\:b:/c", path => path).Source);

    [Theory]
    [InlineData("/only")]
    [InlineData("/a:relative")]
    [InlineData(":/srv")]
    [InlineData("/a:/b:ro:more")]
    public void NonsenseIsNoMount(string word) =>
        Assert.NotNull(Assert.Throws<InvalidSpecException>(() => MountOption.Parse(word)).Recommendation);

    [Fact]
    public void ATmpfsHasSizeAndMode()
    {
        MountOption mount = MountOption.ParseTmpfs("/run:size=64m,mode=0700,noexec");
        Assert.True(mount.IsTmpfs);
        Assert.Equal(("/run", 64L << 20, 0x1C0), (mount.Destination, mount.Size, mount.Mode));
        Assert.Equal(["noexec"], mount.Options);
    }

    [Theory]
    [InlineData("tmp")]
    [InlineData("/tmp:size=64x")]
    [InlineData("/tmp:mode=9")]
    [InlineData("/tmp:a:b")]
    public void NonsenseIsNoTmpfs(string word) => Assert.Throws<InvalidSpecException>(() => MountOption.ParseTmpfs(word));

    [Theory]
    [InlineData("/dev/fuse", "/dev/fuse", null, "rwm")]
    [InlineData("/dev/sda:/dev/disk:r", "/dev/sda", "/dev/disk", "r")]
    [InlineData("/dev/sda:rw", "/dev/sda", null, "rw")]
    [InlineData("/dev/sda:/dev/disk", "/dev/sda", "/dev/disk", "rwm")]
    public void DevicesAreRead(string word, string source, string? destination, string access)
    {
        DeviceOption device = DeviceOption.Parse(word);
        Assert.Equal((source, destination, access), (device.Source, device.Destination, device.Access));
    }

    [Theory]
    [InlineData("fuse")]
    [InlineData("/dev/a:/dev/b:/dev/c")]
    [InlineData("/dev/a:rr")]
    [InlineData("")]
    public void NonsenseIsNoDevice(string word) => Assert.Throws<InvalidSpecException>(() => DeviceOption.Parse(word));

    [Theory]
    [InlineData("1024", 1024, 1024)]
    [InlineData("1024:4096", 1024, 4096)]
    [InlineData("unlimited", ulong.MaxValue, ulong.MaxValue)]
    [InlineData("0:unlimited", 0, ulong.MaxValue)]
    public void UlimitsAreRead(string word, ulong soft, ulong hard) => Assert.Equal(new Ulimit(soft, hard), Ulimit.Parse(word));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("2:1")]
    [InlineData("1:2:3")]
    [InlineData("-5")]
    public void NonsenseIsNoUlimit(string word) => Assert.Throws<InvalidSpecException>(() => Ulimit.Parse(word));

    [Theory]
    [InlineData("host")]
    [InlineData("Private")]
    [InlineData("container:web")]
    [InlineData("path:/run/netns/a")]
    public void NamespaceModesAreReadAsTheyAreWritten(string word) =>
        Assert.Equal(word, NamespaceMode.Parse(word).ToString(), ignoreCase: true);

    [Theory]
    [InlineData("")]
    [InlineData("container:")]
    [InlineData("bridge")]
    public void NonsenseIsNoNamespaceMode(string word) => Assert.Throws<InvalidSpecException>(() => NamespaceMode.Parse(word));

    [Fact]
    public void NetworksAreRead()
    {
        Assert.Equal(NamespaceModeKind.Private, NetworkMode.Parse("none").Namespace.Kind);
        Assert.Equal(NamespaceModeKind.Host, NetworkMode.Parse("Host").Namespace.Kind);
        Assert.Equal("web", NetworkMode.Parse("container:web").Namespace.Target);
        Assert.Contains("None, Host", Assert.Throws<InvalidSpecException>(() => NetworkMode.Parse("bridge0")).Recommendation);
    }

    [Fact]
    public void TheHostsRootIsAWordAndItsDirectoryAPath()
    {
        Assert.True(RootfsSource.Parse("HOST").IsHost);
        Assert.False(RootfsSource.Parse("./Host").IsHost);
        Assert.Equal("/a/b", RootfsSource.Parse("/a/./b").Path);
    }
}
