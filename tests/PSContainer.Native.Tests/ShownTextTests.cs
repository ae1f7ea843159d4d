namespace PSContainer.Native.Tests;

public sealed class ShownTextTests
{
    [Theory]
    [InlineData("plain é中😀 text", "plain é中😀 text")]
    [InlineData("\u001b[31mred", "\\x1b[31mred")]
    [InlineData("two\nlines", "two\\nlines")]
    [InlineData("two\n  lines", "two\n  lines")]
    [InlineData("end\n", "end\\n")]
    [InlineData("a\rb\tc\0d\u007fe\u0085f", "a\\x0db\\x09c\\x00d\\x7fe\\x85f")]
    [InlineData("turned \u202e around", "turned \\u202e around")]
    public void Text_is_shown_as(string text, string shown) => Assert.Equal(shown, ShownText.Of(text));

    [Fact]
    public void Half_a_surrogate_pair_is_shown_as_its_number()
    {
        Assert.Equal("a\\ud800b", ShownText.Of("a\ud800b"));
        Assert.Equal("a\\udc00b", ShownText.Of("a\udc00b"));
    }

    [Theory]
    [Trait("Attack", "C-31")]
    [InlineData("two\n  lines", "two\\n  lines")]
    [InlineData("plain", "plain")]
    [InlineData("\u001b[2Jx", "\\x1b[2Jx")]
    public void A_line_stays_one(string text, string shown) => Assert.Equal(shown, ShownText.Line(text));

    [Fact]
    [Trait("Attack", "C-31")]
    public void The_name_of_a_process_moves_no_cursor() =>
        Assert.Equal("a\\x1b[2Jb", PSContainer.Proc.ProcStatus.Parse("Name:\ta\u001b[2Jb\nPid:\t1\n").Name);

    [Fact]
    [Trait("Attack", "B-56")]
    public void An_error_shows_what_a_name_smuggles_in()
    {
        var error = new ContainerNotFoundException("web\u001b]52;c;aGk=\u0007");
        Assert.Contains("web\\x1b]52;c;aGk=\\x07", error.Message, StringComparison.Ordinal);
        var advice = new ContainerException("It failed.", "Remove \u001b[2J") { Target = "\u001b" };
        Assert.Equal("Remove \\x1b[2J", advice.Recommendation);
        Assert.Equal("\u001b", advice.Target);
    }
}
