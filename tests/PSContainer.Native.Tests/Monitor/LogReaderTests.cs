using System.Text;
using PSContainer.Logs;
using PSContainer.Programs;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Monitor;

public sealed class LogReaderTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    private string Log => _directory["log"];

    private string Rotated => _directory["log.1"];

    public void Dispose() => _directory.Dispose();

    private static string Record(int second, string text, string stream = "stdout", char tag = 'F') =>
        $"2026-01-02T03:04:{second:00}.123456789Z {stream} {tag} {text}\n";

    private LogQuery Query => new() { LogPath = Log, StateDirectory = _directory.Root, Container = "web" };

    private List<string> Read(Func<LogQuery, LogQuery>? change = null) =>
        [.. LogReader.Read(change?.Invoke(Query) ?? Query).Select(entry => entry.Message)];

    [Fact]
    public void An_entry_has_all_that_its_record_says()
    {
        File.WriteAllText(Log, Record(5, "hello  world ", "stderr"));

        ContainerLogEntry entry = Assert.Single(LogReader.Read(Query));

        Assert.Equal(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(1234567).ToLocalTime(), entry.Timestamp);
        Assert.Equal((ContainerLogStream.Stderr, "hello  world ", "web", false), (entry.Stream, entry.Message, entry.Container, entry.IsPartial));
        Assert.Equal("hello  world ", entry.ToString());
    }

    [Fact]
    public void A_log_that_is_not_there_has_no_lines() => Assert.Empty(Read(query => query with { Follow = true, Tail = 3 }));

    [Fact]
    public void A_directory_is_no_log()
    {
        Directory.CreateDirectory(Log);

        Assert.Contains("not a regular file", Assert.Throws<ContainerException>(() => Read()).Message);
    }

    [Fact]
    public void What_is_no_record_is_passed_over()
    {
        string[] wrong =
        [
            "", "x", "no record at all", "2026-01-02T03:04:05.123456789Z stdout F", "2026-01-02T03:04:05.123456789Z stdout X text",
            "2026-01-02T03:04:05.123456789Z other F text", "2026-13-02T03:04:05.1Z stdout F text", "2026-02-30T03:04:05.1Z stdout F text",
            "2026-01-02T03:04:05.Z stdout F text", "2026-01-02T03:04:05.1234567890Z stdout F text", "+026-01-02T03:04:05Z stdout F text",
            "2026-01-02T03:04:99Z stdout F text", "2026-01-02T03:04:05 stdout F text", new string('y', 3 << 20),
        ];
        File.WriteAllText(Log, Record(1, "before") + string.Join('\n', wrong) + "\n" + Record(2, "after") + "2026-01-02T03:04:05.1234567");

        Assert.Equal(["before", "after"], Read());
        Assert.Equal(["before", "after"], Read(query => query with { Tail = 5 }));
    }

    [Fact]
    public void Pieces_of_a_line_are_joined_by_stream()
    {
        File.WriteAllText(Log,
            Record(1, "out1 ", tag: 'P') + Record(2, "err1 ", "stderr", 'P') + Record(3, "out2 ", tag: 'P') + Record(4, "err2", "stderr")
            + Record(5, "out3") + Record(6, "open", tag: 'P'));

        List<ContainerLogEntry> entries = [.. LogReader.Read(Query)];

        Assert.Equal(["err1 err2", "out1 out2 out3", "open"], entries.Select(entry => entry.Message));
        Assert.Equal([false, false, true], entries.Select(entry => entry.IsPartial));
        Assert.Equal([2, 1, 6], entries.Select(entry => entry.Timestamp.Second));
    }

    [Fact]
    public void A_character_cut_in_two_is_whole_again()
    {
        byte[] text = Encoding.UTF8.GetBytes("ü");
        File.WriteAllBytes(Log, [.. Encoding.ASCII.GetBytes(Record(1, "", tag: 'P'))[..^1], text[0], (byte)'\n',
            .. Encoding.ASCII.GetBytes(Record(1, ""))[..^1], text[1], (byte)'\n']);

        Assert.Equal(["ü"], Read());
    }

    [Fact]
    public void A_line_without_end_does_not_fill_memory()
    {
        string piece = Record(1, new string('x', 8192), tag: 'P');
        File.WriteAllText(Log, string.Concat(Enumerable.Repeat(piece, 300)));

        List<ContainerLogEntry> entries = [.. LogReader.Read(Query)];

        Assert.All(entries, entry => Assert.True(entry.IsPartial && entry.Message.Length <= (1 << 20) + 8192));
        Assert.Equal(300 * 8192, entries.Sum(entry => entry.Message.Length));
    }

    [Fact]
    public void The_older_log_comes_first()
    {
        File.WriteAllText(Rotated, Record(1, "a") + Record(2, "b") + Record(3, "begin ", tag: 'P'));
        File.WriteAllText(Log, Record(4, "end") + Record(5, "c"));

        Assert.Equal(["a", "b", "begin end", "c"], Read());
        for (int tail = 0; tail <= 5; tail++)
            Assert.Equal(new[] { "a", "b", "begin end", "c" }.TakeLast(tail), Read(query => query with { Tail = tail }));
    }

    [Fact]
    public void The_last_lines_are_those_of_the_whole_log()
    {
        Random random = new(42);
        StringBuilder text = new();
        for (int i = 0; i < 5000; i++)
            text.Append(Record(i / 100, $"{i} {new string('x', random.Next(200))}", random.Next(9) == 0 ? "stderr" : "stdout", random.Next(5) == 0 ? 'P' : 'F'));
        text.Append(Record(59, "end", "stderr")).Append(Record(59, "end"));
        File.WriteAllText(Log, text.ToString());
        List<string> all = Read(), errors = Read(query => query with { Stream = ContainerLogStream.Stderr });

        foreach (int tail in new[] { 1, 2, 3, 10, 100, 1000, 10000 })
        {
            Assert.Equal(all.TakeLast(tail), Read(query => query with { Tail = tail }));
            Assert.Equal(errors.TakeLast(tail), Read(query => query with { Tail = tail, Stream = ContainerLogStream.Stderr }));
        }
    }

    [Fact]
    public void The_last_lines_of_a_large_log_are_found_from_its_end()
    {
        string block = string.Concat(Enumerable.Repeat(Record(1, new string('x', 100)), 1000));
        using (StreamWriter writer = new(Log))
        {
            for (int i = 0; i < 300; i++)
                writer.Write(block);
            writer.Write(Record(2, "last"));
        }
        long before = BytesRead();

        Assert.Equal(["last"], Read(query => query with { Tail = 1 }));

        Assert.InRange(BytesRead() - before, 1, 1 << 20);

        // proc_pid_io(5), of this thread alone.
        static long BytesRead() => long.Parse(
            File.ReadLines("/proc/thread-self/io").First()["rchar: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Times_bound_what_is_read()
    {
        File.WriteAllText(Log, string.Concat(Enumerable.Range(0, 10).Select(i => Record(i, $"{i}"))));
        DateTime Time(int second) => new DateTime(2026, 1, 2, 3, 4, second, DateTimeKind.Utc).ToLocalTime();

        Assert.Equal(["7", "8", "9"], Read(query => query with { Since = Time(7) }));
        Assert.Equal(["0", "1"], Read(query => query with { Until = Time(2) }));
        Assert.Equal(["3", "4"], Read(query => query with { Since = Time(3), Until = Time(5) }));
        Assert.Equal(["4"], Read(query => query with { Since = Time(3), Until = Time(5), Tail = 1 }));
    }

    [Theory]
    [InlineData(DateTimeKind.Utc)]
    [InlineData(DateTimeKind.Local)]
    [InlineData(DateTimeKind.Unspecified)]
    public void A_bound_of_every_kind_is_one_moment(DateTimeKind kind)
    {
        File.WriteAllText(Log, string.Concat(Enumerable.Range(0, 4).Select(i => Record(i, $"{i}"))));
        var utc = new DateTime(2026, 1, 2, 3, 4, 2, DateTimeKind.Utc);
        DateTime bound = kind == DateTimeKind.Utc ? utc : DateTime.SpecifyKind(utc.ToLocalTime(), kind);

        Assert.Equal(["2", "3"], Read(query => query with { Since = bound }));
        Assert.Equal(["0", "1"], Read(query => query with { Until = bound }));
        Assert.Equal(["1"], Read(query => query with { Until = bound, Tail = 1 }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_line_that_began_before_and_ended_after_is_within_both_bounds(bool isRotated)
    {
        string begin = Record(0, "before") + Record(1, "long ", tag: 'P'), end = Record(5, "line") + Record(6, "after");
        File.WriteAllText(isRotated ? Rotated : Log, isRotated ? begin : begin + end);
        if (isRotated)
            File.WriteAllText(Log, end);
        var middle = new DateTime(2026, 1, 2, 3, 4, 3, DateTimeKind.Utc);

        Assert.Equal(["long line", "after"], Read(query => query with { Since = middle }));
        Assert.Equal(["before", "long line"], Read(query => query with { Until = middle }));
        Assert.Equal(["long line"], Read(query => query with { Since = middle, Until = middle }));
        Assert.Equal(["long line"], Read(query => query with { Until = middle, Tail = 1 }));
    }

    [Fact]
    public void Following_can_be_given_up()
    {
        File.WriteAllText(Log, Record(1, "one"));
        using FileStream monitor = new(_directory["monitor"], FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        Assert.True(MonitorState.IsAlive(_directory.Root));
        using CancellationTokenSource source = new();
        List<string> seen = [];

        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (ContainerLogEntry entry in LogReader.Read(Query with { Follow = true }, source.Token))
            {
                seen.Add(entry.Message);
                if (seen.Count == 1)
                    File.AppendAllText(Log, Record(2, "two"));
                else
                    source.CancelAfter(50);
            }
        });

        Assert.Equal(["one", "two"], seen);
    }
}
