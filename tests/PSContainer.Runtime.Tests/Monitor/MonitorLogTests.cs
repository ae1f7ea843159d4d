using System.Globalization;
using System.Text;
using PSContainer.Logs;
using PSContainer.Programs;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Monitor;

public sealed class MonitorLogTests
{
    [Fact]
    public void Every_line_has_its_time_and_stream()
    {
        DateTime begin = DateTime.Now;
        using MonitoredProcess process = new();
        // Two pipes have no order: each waits until the other's line has arrived.
        string Arrived(string line) => $"until grep -q ' {line}$' '{process["log"]}'; do sleep 0.01; done";
        process.Start($"echo one; {Arrived("one")}; echo two >&2; {Arrived("two")}; echo three; echo; printf rest");
        process.End();

        List<ContainerLogEntry> log = process.Log();

        Assert.Equal(["one", "two", "three", "", "rest"], log.Select(entry => entry.Message));
        Assert.Equal([ContainerLogStream.Stdout, ContainerLogStream.Stderr, ContainerLogStream.Stdout, ContainerLogStream.Stdout, ContainerLogStream.Stdout],
            log.Select(entry => entry.Stream));
        Assert.All(log, entry => Assert.InRange(entry.Timestamp, begin, DateTime.Now));
        Assert.Equal(log.Select(entry => entry.Timestamp).Order(), log.Select(entry => entry.Timestamp));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z stdout F one$", File.ReadLines(process["log"]).First());
    }

    [Fact]
    [Trait("Attack", "B-47")]
    public void No_output_can_look_like_a_record_of_its_own()
    {
        const string Forged = "2001-02-03T04:05:06.000000000Z stderr F forged";
        using MonitoredProcess process = new MonitoredProcess().Start($"""printf '{Forged}\n\r\033[2J\001x\n' """);
        process.End();

        List<ContainerLogEntry> log = process.Log();

        Assert.Equal([Forged, "\r\e[2J\u0001x"], log.Select(entry => entry.Message));
        Assert.All(log, entry => Assert.Equal(ContainerLogStream.Stdout, entry.Stream));
        Assert.All(log, entry => Assert.NotEqual(2001, entry.Timestamp.Year));
    }

    [Theory]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(8193)]
    [InlineData(1_000_000)]
    public void A_long_line_is_one_line(int length)
    {
        using MonitoredProcess process = new MonitoredProcess().Start($"head -c {length} /dev/zero | tr '\\0' x; echo; echo next");
        process.End();

        Assert.Equal([new string('x', length), "next"], process.Messages());
        Assert.All(File.ReadLines(process["log"]), line => Assert.True(line.Length <= 8192 + 40));
    }

    [Fact]
    public void An_unfinished_line_does_not_run_into_the_next_life()
    {
        using MonitoredProcess process = new MonitoredProcess().Start("head -c 8192 /dev/zero | tr '\\0' x");
        process.End();
        Assert.True(MonitoredProcess.Until(() => !MonitorState.IsAlive(process.StateDirectory)));
        File.Delete(process["exit"]);

        process.Start("echo again").End();

        Assert.Equal([new string('x', 8192), "again"], process.Messages());
    }

    [Fact]
    [Trait("Attack", "B-47")]
    public void Endless_output_takes_neither_memory_nor_disk()
    {
        const long Limit = 1 << 20;
        using MonitoredProcess process = new();
        process.Request = process.Request with { LogMaxSize = Limit };
        process.Start("exec yes");
        Assert.True(MonitoredProcess.Until(() => File.Exists(process["log.1"])));
        long before = ProcessMemory.PrivateDirty(process.MonitorPid);
        int files = Descriptors();

        for (DateTime end = DateTime.UtcNow.AddSeconds(2); DateTime.UtcNow < end; Thread.Sleep(50))
        {
            Assert.InRange(Size("log") + Size("log.1"), 0, 2 * Limit);
            Assert.InRange(ProcessMemory.PrivateDirty(process.MonitorPid), 0, before + 256 * 1024);
        }
        // While the log is set aside there is one less for a moment; a leak would be one more each time.
        Assert.InRange(Descriptors(), files - 1, files + 1);
        Assert.All(process.Log(query => query with { Tail = 1000 }), entry => Assert.Equal("y", entry.Message));

        long Size(string file)
        {
            // One look: between two the log can be set aside.
            FileInfo information = new(process[file]);
            return information.Exists ? information.Length : 0;
        }

        int Descriptors() => Directory.GetFiles($"/proc/{process.MonitorPid}/fd").Length;
    }

    [Fact]
    public void Following_sees_everything_through_rotations()
    {
        const int Lines = 3000, Step = 500;
        using MonitoredProcess process = new();
        process.Request = process.Request with { LogMaxSize = 64 << 10 };
        // A rotation drops the older log, read or not: no faster than a reader who gets a step at a time.
        process.Start($"i=0; while [ $i -lt {Lines} ]; do i=$((i+1)); echo $i; "
            + $"[ $((i % {Step})) != 0 ] || until [ -e '{process.Beside("read")}'$i ]; do sleep 0.01; done; done");
        List<string> followed = [];

        LogQuery query = new() { LogPath = process["log"], StateDirectory = process.StateDirectory, Follow = true };
        foreach (ContainerLogEntry entry in LogReader.Read(query))
        {
            followed.Add(entry.Message);
            if (followed.Count % Step == 0)
                File.WriteAllText(process.Beside($"read{followed.Count}"), "");
        }

        Assert.Equal(Enumerable.Range(1, Lines).Select(i => $"{i}"), followed);
        Assert.True(File.Exists(process["log.1"]));
    }

    [RootFact]
    public void A_full_disk_costs_lines_and_nothing_else()
    {
        using MonitoredProcess process = new();
        string disk = Directory.CreateDirectory(process.Beside("disk")).FullName;
        using SmallDisk mounted = new(disk, "size=512k");
        string ballast = Path.Combine(disk, "ballast"), full = process.Beside("full"), mark = process.Beside("mark");
        process.Request = process.Request with { LogPath = Path.Combine(disk, "log") };
        // More than a pipe holds: when it is written, the monitor has met the full disk.
        process.Start($"echo first; while [ ! -e '{full}' ]; do sleep 0.01; done; i=0; "
            + $"while [ $i -lt 8000 ]; do i=$((i+1)); echo $i 0123456789; done; echo mark > '{mark}'; "
            + $"while [ -e '{ballast}' ]; do sleep 0.01; done; echo last; exit 4");
        Assert.True(MonitoredProcess.Until(() => process.Messages().Contains("first")));
        SmallDisk.Fill(ballast);
        File.WriteAllText(full, "");
        Assert.True(MonitoredProcess.Until(() => File.Exists(mark)));

        File.Delete(ballast);

        Assert.Equal(4, process.End().GetProperty("exitCode").GetInt32());
        List<string> messages = process.Messages();
        Assert.Equal("first", messages[0]);
        Assert.Contains("last", messages);
        Assert.All(messages, message => Assert.Matches(@"^(first|last|\d+ 0123456789|pscontainer: \d+ bytes of the log are lost: .*)$", message));
        // What is lost is told at the first write that succeeds, what the disk refused after that at the end; together it is all that is not there.
        ILookup<bool, string> records = File.ReadLines(Path.Combine(disk, "log")).ToLookup(record => record.Contains(" pscontainer: ", StringComparison.Ordinal));
        int prefix = records[false].First().Length - "first".Length;
        IEnumerable<string> written = Enumerable.Range(1, 8000).Select(i => $"{i} 0123456789").Concat(["first", "last"]);
        long lost = records[true].Sum(record => long.Parse(record.Split(' ')[4], CultureInfo.InvariantCulture));
        Assert.InRange(records[true].Count(), 1, 2);
        Assert.Equal(written.Sum(message => prefix + message.Length + 1), records[false].Sum(record => record.Length + 1) + lost);
    }

    [Fact]
    public void Bytes_that_are_no_text_do_no_harm()
    {
        using MonitoredProcess process = new MonitoredProcess().Start("printf 'a\\000\\377b\\n'");
        process.End();

        Assert.Equal(["a\0\uFFFDb"], process.Messages());
        Assert.Contains((byte)0xFF, File.ReadAllBytes(process["log"]));
    }
}
