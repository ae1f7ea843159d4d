using PSContainer.Kernel;
using PSContainer.Words;

namespace PSContainer.Native.Tests.Containers;

public class WordTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("4096", 4096)]
    [InlineData("512MB", 512L << 20)]
    [InlineData("512m", 512L << 20)]
    [InlineData("512MiB", 512L << 20)]
    [InlineData("512 MiB", 512L << 20)]
    [InlineData("0.5GB", 512L << 20)]
    [InlineData("1.5g", 1536L << 20)]
    [InlineData("1k", 1024)]
    [InlineData("10b", 10)]
    [InlineData("7E", 7L << 60)]
    public void SizesAreReadInPowersOf1024(string text, long bytes) => Assert.Equal(bytes, ByteSizeWord.Parse(text));

    [Theory]
    [InlineData("512XB")]
    [InlineData("-5MB")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("MB")]
    [InlineData("1.2.3M")]
    [InlineData("8E")]
    [InlineData("99999999999999999999999999999999999999")]
    [InlineData("1MBB")]
    [InlineData("1iB")]
    [InlineData("max")]
    public void NonsenseIsNoSize(string text)
    {
        var error = Assert.Throws<InvalidSpecException>(() => ByteSizeWord.Parse(text));
        Assert.NotNull(error.Recommendation);
        Assert.Equal(text, error.Target);
    }

    [Theory]
    [InlineData(512L << 20, "512 MiB")]
    [InlineData(1536L << 20, "1.5 GiB")]
    [InlineData(1000, "1000 B")]
    [InlineData(long.MaxValue, "8 EiB")]
    public void SizesAreShownForPeople(long bytes, string text) => Assert.Equal(text, ByteSizeWord.Format(bytes));

    [Theory]
    [InlineData("30", 30_000)]
    [InlineData("0", 0)]
    [InlineData("0.5", 500)]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("00:00:30", 30_000)]
    public void TimesAreRead(string text, double milliseconds) =>
        Assert.Equal(milliseconds, DurationWord.Parse(text).TotalMilliseconds);

    [Theory]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("-5s")]
    [InlineData("5x")]
    [InlineData("s")]
    [InlineData("1h30")]
    [InlineData("1e9d")]
    [InlineData("99999999999999999d")]
    public void NonsenseIsNoTime(string text) => Assert.Throws<InvalidSpecException>(() => DurationWord.Parse(text));

    [Theory]
    [InlineData("0.5", 0.5)]
    [InlineData("50%", 0.5)]
    [InlineData("150%", 1.5)]
    [InlineData("2", 2)]
    [InlineData("50000 100000", 0.5)]
    [InlineData("max", double.PositiveInfinity)]
    [InlineData("max 100000", double.PositiveInfinity)]
    public void CpuSharesAreRead(string text, double cpus) => Assert.Equal(cpus, CpuWord.Parse(text));

    [Theory]
    [InlineData("0")]
    [InlineData("0%")]
    [InlineData("-1")]
    [InlineData("half")]
    [InlineData("1 2 3")]
    [InlineData("100000 0%")]
    [InlineData("")]
    public void NonsenseIsNoCpuShare(string text) => Assert.Throws<InvalidSpecException>(() => CpuWord.Parse(text));

    [Fact]
    public void FiftyCpusOnASmallHostAskWhetherPercentWereMeant()
    {
        var error = Assert.Throws<InvalidSpecException>(() => CpuWord.Require(50, 2));
        Assert.Equal("2 (200%) is all there is. For a share of one CPU write 50%.", error.Recommendation);
        CpuWord.Require(2, 2);
        CpuWord.Require(double.PositiveInfinity, 2);
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("0-3,5", "0-3,5")]
    [InlineData("5, 0-1,2", "0-2,5")]
    [InlineData("1,0", "0-1")]
    public void CpuListsAreReadAndShortened(string text, string list) => Assert.Equal(list, CpuListWord.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("3-1")]
    [InlineData("a")]
    [InlineData("0,,1")]
    [InlineData("-1")]
    [InlineData("0-99999999")]
    public void NonsenseIsNoCpuList(string text) => Assert.Throws<InvalidSpecException>(() => CpuListWord.Parse(text));

    [Fact]
    public void NumbersOfACpuListAreAllOfThem() => Assert.Equal([0, 1, 2, 5], CpuListWord.Numbers("0-2,5"));

    [Theory]
    [InlineData("0755", 0x1ED)]
    [InlineData("755", 0x1ED)]
    [InlineData("4755", 0x9ED)]
    [InlineData("0o644", 0x1A4)]
    public void ModesAreOctal(string text, int mode) => Assert.Equal(mode, ModeWord.Parse(text));

    [Theory]
    [InlineData("0788")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("17777")]
    [InlineData("777777")]
    public void NonsenseIsNoMode(string text) => Assert.Throws<InvalidSpecException>(() => ModeWord.Parse(text));

    [Theory]
    [InlineData("TERM", 15)]
    [InlineData("SIGTERM", 15)]
    [InlineData("sigkill", 9)]
    [InlineData("Hup", 1)]
    [InlineData("10", 10)]
    [InlineData("RTMIN", 34)]
    [InlineData("RTMIN+3", 37)]
    [InlineData("SIGRTMAX-1", 63)]
    public void SignalsAreRead(string text, int number) => Assert.Equal(number, (int)SignalName.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("-9")]
    [InlineData("SIG")]
    [InlineData("FOO")]
    [InlineData("TERM,HUP")]
    [InlineData("RTMIN+99")]
    [InlineData("RTMAX-99")]
    public void NonsenseIsNoSignal(string text) => Assert.Throws<InvalidSpecException>(() => SignalName.Parse(text));

    [Fact]
    public void SignalsAreWrittenAsTheyAreRead()
    {
        foreach (Signal signal in Enum.GetValues<Signal>())
            Assert.Equal(signal, SignalName.Parse(SignalName.Format(signal)));
        Assert.Equal("SIGRTMIN+3", SignalName.Format((Signal)37));
    }
}
