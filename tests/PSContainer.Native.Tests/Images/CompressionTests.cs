using System.Diagnostics;
using PSContainer.Images;
using PSContainer.Kernel;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Images;

/// <summary>Archives that the host's own tools made, whole and cut off.</summary>
public sealed class CompressionTests : ExtractTestBase
{
    private readonly string source;

    public CompressionTests()
    {
        source = Area.MakeDirectory("source");
        Directory.CreateDirectory(Path.Combine(source, "deep/er"));
        File.WriteAllText(Path.Combine(source, "deep/er/text"), "text");
        File.CreateSymbolicLink(Path.Combine(source, "link"), "deep/er/text");
        File.WriteAllText(Path.Combine(source, new string('n', 200)), "long name");
        byte[] noise = new byte[700_000];
        new Random(1).NextBytes(noise);
        File.WriteAllBytes(Path.Combine(source, "noise"), noise);
        using FileStream sparse = File.Create(Path.Combine(source, "sparse"));
        for (int i = 0; i < 40; i++)
        {
            sparse.Seek(i * 1_000_000L, SeekOrigin.Begin);
            sparse.Write("data"u8);
        }
        sparse.SetLength(64_000_000);
    }

    [RootCommandFact("tar")]
    public void PlainGnu() => RoundTrip(ArchiveCompression.None, "--format=gnu", "-S");

    [RootCommandFact("tar")]
    public void PlainPax() => RoundTrip(ArchiveCompression.None, "--format=pax", "-S");

    [RootCommandFact("tar")]
    public void PlainPaxSparse01() => RoundTrip(ArchiveCompression.None, "--format=pax", "-S", "--sparse-version=0.1");

    [RootCommandFact("tar")]
    public void PlainPaxSparse00() => RoundTrip(ArchiveCompression.None, "--format=pax", "-S", "--sparse-version=0.0");

    [RootCommandFact("tar", "gzip")]
    public void Gzip() => RoundTrip(ArchiveCompression.Gzip, "-z");

    [RootCommandFact("tar", "zstd")]
    public void Zstd() => RoundTrip(ArchiveCompression.Zstd, "--zstd");

    [RootCommandFact("tar", "xz")]
    public void Xz() => RoundTrip(ArchiveCompression.Xz, "-J");

    private void RoundTrip(ArchiveCompression compression, params string[] options)
    {
        string archive = Area["archive"];
        Run("tar", [.. options, "-cf", archive, "-C", source, "."]);
        RootfsDirectory result = RootfsExtractor.Extract(archive, Destination);
        Assert.Equal(compression, result.Compression);
        Assert.Equal(8, result.EntryCount);
        Run("tar", "--compare", "--file", archive, "-C", Destination);
        Run("diff", "-r", "--no-dereference", source, Destination);
        if (options.Contains("-S"))
            Assert.True(TestDirectory.Status(Made("sparse")).stx_blocks * 512 < 1 << 20, "the holes were filled");
        CutOff(File.ReadAllBytes(archive));
        Damage(File.ReadAllBytes(archive), compression);
    }

    private void CutOff(byte[] archive)
    {
        Directory.Delete(Destination, recursive: true);
        foreach (double part in new[] { 0.02, 0.5, 0.9, 0.98 })
            Refused<InvalidArchiveException>(archive[..(int)(archive.Length * part)]);
    }

    private void Damage(byte[] archive, ArchiveCompression compression)
    {
        if (compression == ArchiveCompression.None)
            return;
        archive.AsSpan(archive.Length / 2, 64).Clear();
        Refused<InvalidArchiveException>(archive);
    }

    [RootCommandFact("zstd")]
    public void ConcatenatedFramesAreOneArchive()
    {
        byte[] tar = new TarBuilder().File("a", "1").File("b", "2").Build();
        File.WriteAllBytes(Area["1"], tar[..700]);
        File.WriteAllBytes(Area["2"], tar[700..]);
        Run("zstd", "-q", "--no-check", Area["1"], Area["2"]);
        File.WriteAllBytes(Area["both"],
            [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9, .. File.ReadAllBytes(Area["1.zst"]), .. File.ReadAllBytes(Area["2.zst"])]);
        Assert.Equal(2, RootfsExtractor.Extract(Area["both"], Destination).EntryCount);
    }

    [RootCommandFact("setfattr", "tar")]
    public void AttributesOfTheHostsTar()
    {
        Run("setfattr", "-n", "user.test", "-v", "0xff00fe", Path.Combine(source, "noise"));
        Run("tar", "--xattrs", "-cf", Area["archive"], "-C", source, ".");
        RootfsExtractor.Extract(Area["archive"], Destination);
        byte[] value = new byte[16];
        nint length = Files.lgetxattr([.. System.Text.Encoding.UTF8.GetBytes(Made("noise")), 0], "user.test\0"u8, value);
        Assert.Equal<byte>([0xff, 0, 0xfe], value[..(int)length]);
    }

    private static void Run(string command, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command}: {output}");
    }
}
