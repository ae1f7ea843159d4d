using FsCheck;
using FsCheck.Fluent;
using PSContainer.Images;
using PSContainer.Native.Tests.Images;
using PSContainer.Tests;
using PSContainer.Trees;

namespace PSContainer.Native.Tests.Fuzz;

/// <summary>Archives and layers of any entries in any order, most of them hostile: nothing beside the destination is touched.</summary>
public sealed class ArchivePropertyTests : ExtractTestBase
{
    private sealed record Item(string Name, char Type, string Link, int Mode)
    {
        public override string ToString() => $"{Type} '{Name}' -> '{Link}' {Convert.ToString(Mode, 8)}";
    }

    private Arbitrary<Item[]> Archives
    {
        get
        {
            string[] names =
            [
                "a", "a/b", "a/b/c", "l", "l/x", "l/x/y", ".", "./", "..", "../canary/file", "/a", "/canary", "a/../l", "a/../../canary/file",
                ".wh.a", ".wh.l", "a/.wh..wh..opq", "l/.wh.x", ".wh..", ".wh.", "a\nb", new string('n', 99), "proc", "dev/null",
            ];
            string[] links = ["a", "l", "..", "../..", "../canary", "../canary/file", Area.Canary, Area.CanaryDirectory, "/", ".", "", "self/l"];
            Gen<Item> item =
                from name in Gen.Elements(names)
                from type in Gen.Elements("0005551122223467Lx".ToCharArray())
                from link in Gen.Elements(links)
                from mode in Gen.Elements(0x1ed, 0x1a4, 0xfff, 0)
                select new Item(name, type, link, mode);
            return Arb.From(
                item.NonEmptyListOf().Select(list => list.Take(12).ToArray()),
                static items => Enumerable.Range(0, items.Length).Select(left => items.Where((_, index) => index != left).ToArray()));
        }
    }

    [RootFact]
    [Trait("Attack", "B-35")]
    public void NothingBesideTheDestinationIsTouched() => Try(new ExtractOptions());

    [RootFact]
    [Trait("Attack", "B-35")]
    public void NothingBesideTheDestinationIsTouchedByALayer() => Try(new ExtractOptions { IsLayer = true });

    private void Try(ExtractOptions options)
    {
        int unpacked = 0, refused = 0;
        FuzzRun.Holds(Archives, items =>
        {
            var archive = new TarBuilder();
            foreach (Item item in items)
                archive.Entry(item.Name, item.Type, item.Type is '0' or 'L' or 'x' ? "7 a=b\n"u8.ToArray() : null, item.Link, item.Mode);
            try
            {
                Extract(archive.Build(), options);
                unpacked++;
                TreeRemoval.Remove(Destination);
            }
            catch (ContainerException error)
            {
                refused++;
                FuzzRun.AssertTellable(error);
            }
            Area.AssertCanaryUntouched();
            Assert.Equal([Area.CanaryDirectory], Directory.GetFileSystemEntries(Area.Root));
        });
        Assert.True(unpacked > 0 && refused > 0, $"{unpacked} unpacked, {refused} refused");
    }
}
