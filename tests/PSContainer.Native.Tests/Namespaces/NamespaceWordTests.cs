using PSContainer.Proc;

namespace PSContainer.Native.Tests.Namespaces;

public sealed class NamespaceWordTests
{
    [Theory]
    [InlineData("mount", NamespaceType.Mount)]
    [InlineData("MNT", NamespaceType.Mount)]
    [InlineData("net", NamespaceType.Network)]
    [InlineData("Network", NamespaceType.Network)]
    [InlineData("CLONE_NEWNS", NamespaceType.Mount)]
    [InlineData("clone_newpid", NamespaceType.Pid)]
    [InlineData("time", NamespaceType.Time)]
    public void A_type_is_read_in_every_spelling(string word, NamespaceType type) => Assert.Equal(type, NamespaceWord.Parse(word));

    [Theory]
    [InlineData("")]
    [InlineData("foo")]
    [InlineData("net ")]
    [InlineData("pid_for_children")]
    public void Another_word_is_refused_with_the_list(string word)
    {
        InvalidSpecException error = Assert.Throws<InvalidSpecException>(() => NamespaceWord.Parse(word));
        Assert.Contains("Mount, Uts, Ipc, Pid, Network, User, Cgroup, Time", error.Recommendation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("net:[4026531840]", NamespaceType.Network, 4026531840)]
    [InlineData("mnt:[1]", NamespaceType.Mount, 1)]
    [InlineData("network:[7]", NamespaceType.Network, 7)]
    public void The_kernels_text_is_read(string text, NamespaceType type, ulong inode) =>
        Assert.Equal((type, inode), NamespaceWord.TryParseLink(text));

    [Theory]
    [InlineData("net:[x]")]
    [InlineData("net:[1")]
    [InlineData("foo:[1]")]
    [InlineData("net:[]")]
    [InlineData("net:[-1]")]
    [InlineData("1")]
    public void Another_text_is_none(string text) => Assert.Null(NamespaceWord.TryParseLink(text));

    [Fact]
    public void Every_type_has_a_file_a_flag_and_a_word()
    {
        Assert.Equal(8, NamespaceWord.All.Count);
        Assert.Equal(["mnt", "uts", "ipc", "pid", "net", "user", "cgroup", "time"], NamespaceWord.All.Select(NamespaceWord.FileOf));
        Assert.Equal(8, NamespaceWord.All.Select(NamespaceWord.FlagOf).Where(flag => flag != 0).Distinct().Count());
        Assert.All(NamespaceWord.All, type => Assert.Equal(type, NamespaceWord.Parse(NamespaceWord.Of(type))));
    }
}
