using System.Diagnostics;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>Streams of the caller's that are copied behave as if the command had them itself.</summary>
[Trait("Category", "Container")]
public sealed class ForegroundStreamTests
{
    [RootFact]
    public void A_file_gets_both_streams_in_the_order_in_which_they_were_written()
    {
        using var bundle = new TestBundle();
        using var files = new TestDirectory();
        Host(bundle, $">'{files["log"]}' 2>&1", "for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; done");
        Assert.Equal(Enumerable.Range(1, 5).SelectMany(static i => new[] { $"out {i}", $"err {i}" }), File.ReadAllLines(files["log"]));
    }

    [RootFact]
    public void Bytes_come_through_a_file_in_and_out_as_they_are()
    {
        using var bundle = new TestBundle();
        using var files = new TestDirectory();
        byte[] bytes = new byte[3_000_001];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(files["in"], bytes);
        Assert.Equal(0, Host(bundle, $"<'{files["in"]}' >'{files["out"]}'", "cat").Code);
        Assert.Equal(bytes, File.ReadAllBytes(files["out"]));
    }

    [RootFact]
    public void A_file_is_read_no_further_than_the_command_read_it()
    {
        using var bundle = new TestBundle();
        using var files = new TestDirectory();
        File.WriteAllText(files["lines"], "one\ntwo\nthree\n");
        bundle.Process = bundle.Process with { Args = ["/bin/sh", "-c", "read line; echo inside $line"] };
        bundle.Write();
        Outcome outcome = HostCommand.Try("/bin/sh", "-c",
            $"exec <'{files["lines"]}'; read first; {Command(bundle)}; read last; echo $first $last");
        Assert.Equal("inside two\none three\n", outcome.Output);
    }

    [RootFact]
    public void Who_reads_no_more_ends_the_command_and_the_command_who_writes()
    {
        using var bundle = new TestBundle();
        using var files = new TestDirectory();
        HostCommand.Run("mkfifo", files["fifo"], files["input"]);
        bundle.Process = bundle.Process with { Args = ["/bin/sh", "-c", "trap '' PIPE; exec <&-; while echo y; do :; done 2>/dev/null; exit 9"] };
        bundle.Write();
        Outcome outcome = HostCommand.Try("/bin/sh", "-c",
            $"(yes >'{files["input"]}'; echo producer $? >&2) & head -n 1 <'{files["fifo"]}' & "
            + $"{Command(bundle)} <'{files["input"]}' >'{files["fifo"]}'; code=$?; wait; exit $code");
        Assert.Equal(9, outcome.Code);
        Assert.Equal("y\n", outcome.Output);
        Assert.Contains("producer ", outcome.Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void The_end_of_a_fifo_is_the_end_of_the_input_also_when_its_writer_is_gone_before()
    {
        using var bundle = new TestBundle();
        using var files = new TestDirectory();
        HostCommand.Run("mkfifo", files["fifo"]);
        bundle.Process = bundle.Process with { Args = ["cat"] };
        bundle.Write();
        Outcome outcome = HostCommand.Try("/bin/sh", "-c",
            $"echo early >'{files["fifo"]}' & exec <'{files["fifo"]}'; wait; {Command(bundle)} >'{files["out"]}'");
        Assert.Equal(0, outcome.Code);
        Assert.Equal("early\n", File.ReadAllText(files["out"]));
    }

    [RootFact]
    public void A_stream_that_the_command_closes_ends_for_who_reads_it()
    {
        using var bundle = new TestBundle();
        using var files = new TestDirectory();
        HostCommand.Run("mkfifo", files["go"]);
        // Who reads the output lets the command go on, and can do so only after the output's end.
        bundle.Process = bundle.Process with { Args = ["/bin/sh", "-c", "echo all; exec >&-; read go; echo $go >&2"] };
        bundle.Write();
        Outcome outcome = HostCommand.Try("/bin/sh", "-c",
            $"(exec {Command(bundle)} <>'{files["go"]}') | (cat; echo went >'{files["go"]}')");
        Assert.Equal("all\n", outcome.Output);
        Assert.Contains("went", outcome.Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Output_that_is_lost_is_an_error()
    {
        using var bundle = new TestBundle();
        Outcome outcome = Host(bundle, ">/dev/full", "echo lost");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("ENOSPC", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(bundle.Leftovers());
        Assert.Equal(7, Host(bundle, ">/dev/full", "echo lost; exit 7").Code);
    }

    [RootFact]
    public void What_a_command_leaves_behind_holds_nobody_up()
    {
        using var bundle = new TestBundle();
        using var files = new TestDirectory();
        bundle.Start("sleep", "1000");
        var waited = Stopwatch.StartNew();
        Outcome outcome = HostCommand.Try("/bin/sh", "-c",
            $"{TestRepository.Executable} --root {bundle.StateRoot} exec {bundle.Id} sh -c 'sleep 1000 & echo done' >'{files["out"]}' 2>&1");
        Assert.Equal(0, outcome.Code);
        Assert.Equal("done\n", File.ReadAllText(files["out"]));
        Assert.True(waited.Elapsed < TimeSpan.FromMinutes(1));
    }

    [RootFact]
    public void Streams_that_are_closed_are_null_devices_inside()
    {
        using var bundle = new TestBundle();
        Outcome outcome = Host(bundle, "<&-", "ls -l /proc/self/fd");
        Assert.Contains(" 0 -> /dev/null", outcome.Output, StringComparison.Ordinal);
        bundle.Start("sleep", "1000");
        outcome = HostCommand.Try("/bin/sh", "-c",
            $"{TestRepository.Executable} --root {bundle.StateRoot} exec {bundle.Id} ls -l /proc/self/fd <&- 2>&-");
        Assert.Contains(" 0 -> /dev/null", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(" 2 -> /dev/null", outcome.Output, StringComparison.Ordinal);
    }

    private static string Command(TestBundle bundle) =>
        $"{TestRepository.Executable} --root {bundle.StateRoot} run -b {bundle.Bundle} {bundle.Id}";

    private static Outcome Host(TestBundle bundle, string redirection, string script)
    {
        bundle.Process = bundle.Process with { Args = ["/bin/sh", "-c", script] };
        bundle.Write();
        return HostCommand.Try("/bin/sh", "-c", $"{Command(bundle)} {redirection}");
    }
}
