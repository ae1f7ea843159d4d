using PSContainer.Images;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Images;

/// <summary>What an extraction left that was killed: the next one of the same name removes it, and nothing that is still worked on.</summary>
public sealed class AbandonedExtractionTests : ExtractTestBase
{
    [Fact]
    public void What_a_killed_extraction_left_is_removed_by_the_next()
    {
        string left = MakePartial("out", Guid.NewGuid());
        File.WriteAllText(Path.Combine(left, "half"), "");
        Unpack();
        Assert.False(Directory.Exists(left));
        Assert.True(File.Exists(Made("file")));
        Assert.Empty(Directory.GetDirectories(Area.Root, "*.partial"));
    }

    [Fact]
    public void What_is_another_names_or_no_extractions_stays()
    {
        string[] others =
        [
            MakePartial("other", Guid.NewGuid()), Make(".out.notes.partial"), Make($".out.{Guid.NewGuid():n}"), Make($"out.{Guid.NewGuid():n}.partial"),
        ];
        Unpack();
        Assert.All(others, other => Assert.True(Directory.Exists(other)));
    }

    [Fact]
    public void What_another_extraction_is_working_on_stays()
    {
        using PartialDirectory busy = PartialDirectory.Make(Path.Combine(Area.Root, "out"));
        Unpack();
        Assert.True(Directory.Exists(busy.Path));
    }

    [Fact]
    public void Many_extractions_at_once_of_one_name_do_not_take_each_others()
    {
        Parallel.For(0, 32, _ =>
        {
            using PartialDirectory one = PartialDirectory.Make(Path.Combine(Area.Root, "out"));
            File.WriteAllText(Path.Combine(one.Path, "file"), "");
            Thread.Yield();
            Assert.True(File.Exists(Path.Combine(one.Path, "file")), "it was removed while it was worked on");
        });
    }

    private void Unpack() => Extract(new TarBuilder().File("file", "x").Build());

    private string MakePartial(string name, Guid id) => Make($".{name}.{id:n}.partial");

    private string Make(string name) => Directory.CreateDirectory(Path.Combine(Area.Root, name)).FullName;
}
