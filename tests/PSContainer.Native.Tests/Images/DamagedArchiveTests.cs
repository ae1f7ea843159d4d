using System.IO.Compression;
using System.Text;
using PSContainer.Images;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Images;

/// <summary>Archives that lie about sizes, end early, never end or unpack to too much.</summary>
public sealed class DamagedArchiveTests : ExtractTestBase
{
    private static byte[] Good => new TarBuilder().Directory("d").File("d/a", new string('a', 5000)).File("d/b", "b").Build();

    [RootTheory]
    [InlineData(700, "truncated")]
    [InlineData(512, "truncated")]
    [InlineData(100, "not a tar archive")]
    [InlineData(0, "empty")]
    [InlineData(512 + 512 + 5120, "truncated")] // Between two entries: only the end mark tells.
    public void ATruncatedArchiveIsRefused(int length, string reason) =>
        Assert.Contains(reason, Refused<InvalidArchiveException>(Good[..length]).Message);

    [RootTheory]
    [InlineData("bzip2", "BZh91AY&SY")]
    [InlineData("zip", "PK\u0003\u0004")]
    [InlineData("something else", "<html><body>404")]
    public void AnotherFormatIsNamed(string name, string head) =>
        Assert.Contains(name, Refused<InvalidArchiveException>(Encoding.Latin1.GetBytes(head.PadRight(600))).Message);

    [RootFact]
    public void AWrongChecksumIsRefused()
    {
        byte[] archive = Good;
        archive[512 + 3] ^= 1;
        Assert.Contains("checksum", Refused<InvalidArchiveException>(archive).Message);
    }

    [RootFact]
    public void ASizeBehindTheEndIsRefused()
    {
        Refused<InvalidArchiveException>(new TarBuilder().Entry("a", size: 1L << 32).Build());
        Refused<InvalidArchiveException>(new TarBuilder().Pax("size", "9223372036854775807").File("a", "").Build());
        Refused<InvalidArchiveException>(new TarBuilder().Pax("size", "18446744073709551615").File("a", "").Build());
        Refused<InvalidArchiveException>(new TarBuilder().Entry("a", change: static h => h.AsSpan(124, 12).Fill(0xff)).Build());
    }

    [RootFact]
    public void AnExtendedHeaderOfAnySizeIsNotReadIntoMemory()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (char type in "xgLK")
            Refused<InvalidArchiveException>(new TarBuilder().Entry("pax", type, size: 2_000_000_000).Build());
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20);
    }

    [RootTheory]
    [InlineData("5 path=a\n")]
    [InlineData("99999 path=a\n")]
    [InlineData("-1 path=a\n")]
    [InlineData("0 \n")]
    [InlineData("path=a\n")]
    [InlineData("10 path=ab\r")]
    [InlineData("6 abc\n")]
    public void ADamagedExtendedHeaderIsRefused(string record) =>
        Refused<InvalidArchiveException>(new TarBuilder().Entry("pax", 'x', Encoding.ASCII.GetBytes(record)).File("a", "")
            .Build());

    [RootFact]
    public void AnExtendedHeaderWithNothingBehindItIsRefused() =>
        Refused<InvalidArchiveException>(new TarBuilder().Pax("path", "a").Build());

    [RootTheory]
    [InlineData("8,4")] // Beyond the end
    [InlineData("4,4,0,4")] // Out of order
    [InlineData("0,4,2,4")] // Overlapping
    [InlineData("0,-4")]
    [InlineData("0,2")] // Fewer than there are
    [InlineData("9223372036854775807,9223372036854775807")]
    public void ADamagedSparseMapIsRefused(string map)
    {
        TarBuilder archive = new TarBuilder()
            .Pax(("GNU.sparse.size", "8"u8.ToArray()), ("GNU.sparse.map", Encoding.ASCII.GetBytes(map))).File("a", "data");
        Refused<InvalidArchiveException>(archive.Build());
    }

    [RootFact]
    public void SomethingBehindTheEndIsRefused() =>
        Refused<InvalidArchiveException>([.. Good, .. new TarBuilder().File("more", "").Build()]);

    [RootTheory]
    [InlineData("docker")]
    [InlineData("oci")]
    public void AnImageIsNotARootFilesystem(string kind)
    {
        TarBuilder archive = kind == "docker"
            ? new TarBuilder().File(new string('a', 64) + ".json", "{}").Directory(new string('b', 64))
                .File("manifest.json", "[]")
            : new TarBuilder().Directory("blobs/").Directory("blobs/sha256").File("index.json", "{}").File("oci-layout", "{}");
        Assert.Contains("container image", Refused<InvalidArchiveException>(archive.Build()).Message);
    }

    [RootFact]
    public void AManifestInARootFilesystemIsAFile()
    {
        Extract(new TarBuilder().Directory("./bin").File("./manifest.json", "{}").Build());
        Assert.True(File.Exists(Made("manifest.json")));
    }

    [RootFact]
    [Trait("Attack", "B-37")]
    public void ABombIsStoppedByTheLimit()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(new TarBuilder().Entry("zeros", data: new byte[64 << 20]).Build());
        Assert.True(packed.Length < 200_000);
        var limits = new ExtractLimits { MaxBytes = 32 << 20 };
        Assert.Contains("larger than", Refused<InvalidArchiveException>(packed.ToArray(), new ExtractOptions { Limits = limits })
            .Message);
    }

    [RootFact]
    [Trait("Attack", "B-37")]
    public void TooManyEntriesAreStoppedByTheLimit()
    {
        var archive = new TarBuilder();
        for (int i = 0; i < 1001; i++)
            archive.Link($"l{i}", "x");
        var limits = new ExtractLimits { MaxEntries = 1000 };
        Assert.Contains("entries", Refused<InvalidArchiveException>(archive.Build(), new ExtractOptions { Limits = limits })
            .Message);
    }

    [RootTheory]
    [Trait("Attack", "B-36")]
    [InlineData("none")]
    [InlineData("gzip")]
    public void AnEndlessStreamIsStopped(string kind)
    {
        // A header says a terabyte, and the stream never ends.
        byte[] head = new TarBuilder().Entry("endless", size: 1L << 40).WithoutEnd();
        Stream endless = new EndlessStream(head);
        var limits = new ExtractOptions { Limits = new ExtractLimits { MaxBytes = 50 << 20 } };
        if (kind == "gzip")
            endless = new GZipStream(new EndlessStream(GzipHead(head)), CompressionMode.Decompress);
        Assert.ThrowsAny<ContainerException>(() => RootfsExtractor.Extract(endless, "endless", Destination, limits));
        Assert.False(Directory.Exists(Destination));
    }

    [RootFact]
    [Trait("Attack", "B-36")]
    public void ASilentStreamCanBeCancelled()
    {
        using var server = new System.IO.Pipes.AnonymousPipeServerStream();
        var client = new System.IO.Pipes.AnonymousPipeClientStream(server.GetClientHandleAsString());
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        Assert.ThrowsAny<OperationCanceledException>(() =>
            RootfsExtractor.Extract(client, "pipe", Destination, null, cancel.Token));
        Assert.False(Directory.Exists(Destination));
    }

    private static byte[] GzipHead(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(content);
        return packed.ToArray()[..^8];
    }

    /// <summary>Some bytes and then zeros for ever.</summary>
    private sealed class EndlessStream(byte[] head) : MemoryStream
    {
        private int given;

        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, head.Length - given);
            head.AsSpan(given, count).CopyTo(buffer);
            given += count;
            buffer[count..].Clear();
            return buffer.Length;
        }
    }
}
