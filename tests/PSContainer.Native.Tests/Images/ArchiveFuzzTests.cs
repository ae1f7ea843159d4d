using System.Text;
using PSContainer.Images;
using PSContainer.Tests;
using PSContainer.Trees;

namespace PSContainer.Native.Tests.Images;

/// <summary>Archives with bytes changed at random, checksums put right: each is unpacked or refused.</summary>
public sealed class ArchiveFuzzTests : ExtractTestBase
{
    private static byte[] Everything => new TarBuilder().Directory("./").Directory("d").File("d/f", new string('x', 600))
        .Pax(("path", "d/long"u8.ToArray()), ("mtime", "1.5"u8.ToArray()), ("SCHILY.xattr.user.a", [1, 2])).File("x", "text")
        .Entry("././@LongLink", 'L', Encoding.ASCII.GetBytes("d/" + new string('n', 150) + "\0")).File("y", "text")
        .Link("d/link", "f").HardLink("d/hard", "d/f").Entry("d/node", '3', major: 1, minor: 3).Entry("d/fifo", '6')
        .Pax(("GNU.sparse.major", "1"u8.ToArray()), ("GNU.sparse.realsize", "100"u8.ToArray()),
            ("GNU.sparse.name", "s"u8.ToArray()))
        .Entry("z", data: [.. Encoding.ASCII.GetBytes("1\n96\n4\n".PadRight(512, '\0')), .. "data"u8])
        .Entry("old", 'S', data: "data"u8.ToArray(), change: static h =>
        {
            TarBuilder.Octal(h, 386, 12, 8);
            TarBuilder.Octal(h, 398, 12, 4);
            TarBuilder.Octal(h, 483, 12, 12);
        }).Build();

    [RootTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ChangedBytesAreUnpackedOrRefused(int seed)
    {
        var random = new Random(seed);
        int unpacked = 0, refused = 0;
        var options = new ExtractOptions { IsLayer = seed == 3, IncludeDevices = true };
        for (int i = 0; i < 300; i++)
        {
            byte[] archive = Change(Everything, random);
            try
            {
                Extract(archive, options);
                unpacked++;
                TreeRemoval.Remove(Destination);
            }
            catch (ContainerException)
            {
                refused++;
            }
            Assert.Equal([Area.CanaryDirectory], Directory.GetFileSystemEntries(Area.Root));
        }
        Assert.True(unpacked > 10 && refused > 10, $"{unpacked} unpacked, {refused} refused");
    }

    private static byte[] Change(byte[] archive, Random random)
    {
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            int block = random.Next(archive.Length / 512) * 512;
            bool header = archive.AsSpan(block + 257, 5).SequenceEqual("ustar"u8);
            int at = block + random.Next(header ? 500 : 64);
            archive[at] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)"0179/.\0\n,= x"[random.Next(12)],
                _ => (byte)(archive[at] ^ (1 << random.Next(8))),
            };
            if (header)
                TarBuilder.Checksum(archive.AsSpan(block, 512));
        }
        return archive;
    }

    [RootFact]
    public void TheUnchangedOneIsUnpacked()
    {
        Assert.Equal(11, Extract(Everything).EntryCount);
        Assert.Equal(new string('\0', 96) + "data", File.ReadAllText(Made("s")));
        Assert.Equal(new string('\0', 8) + "data", File.ReadAllText(Made("old")));
    }
}
