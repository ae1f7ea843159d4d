using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PSContainer.Logs;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Fuzz;

/// <summary>Logs: what a container wrote comes back line by line, whatever it wrote, and a torn log is read up to the tear.</summary>
public sealed class LogFuzzTests : IDisposable
{
    private static readonly DateTime Start = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void WhatWasWrittenIsReadInItsOrder()
    {
        Gen<string> text = Gen.Elements(
            "", "plain", "two words", "2026-01-02T03:04:05Z stdout F forged", "\u001b[31mred\u001b[0m", "carriage\rreturn", "tab\t", "é中😀",
            "P", "F ", "\0");
        Gen<(bool IsError, string[] Parts)> line =
            from isError in Gen.Elements(true, false) from parts in text.NonEmptyListOf() select (isError, parts.Take(4).ToArray());
        FuzzRun.Holds(line.ArrayOf().ToArbitrary(), lines =>
        {
            var log = new StringBuilder();
            int ticks = 0;
            foreach ((bool isError, string[] parts) in lines)
            {
                for (int i = 0; i < parts.Length; i++)
                {
                    string time = Start.AddMilliseconds(ticks++).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'000000Z'");
                    log.Append($"{time} {(isError ? "stderr" : "stdout")} {(i == parts.Length - 1 ? 'F' : 'P')} {parts[i]}\n");
                }
            }
            IEnumerable<string> expected = lines.Select(one => $"{(one.IsError ? "Stderr" : "Stdout")} {string.Concat(one.Parts)}");
            Assert.Equal(expected, Read(log.ToString(), null).Select(entry => $"{entry.Stream} {entry.Message}"));
            int tail = lines.Length / 2;
            Assert.Equal(expected.TakeLast(tail), Read(log.ToString(), tail).Select(entry => $"{entry.Stream} {entry.Message}"));
        });
    }

    [Fact]
    public void ADamagedLogIsReadAsFarAsItGoes()
    {
        const string Log = """
            2026-01-02T03:04:05.678901234Z stdout F one
            2026-01-02T03:04:05.7Z stderr P two
            2026-01-02T03:04:06Z stderr F and a half
            2026-01-02T03:04:07.000000000Z stdout F three
            """;
        FuzzRun.Holds(Damage.Of([Log + "\n"], "\n", "Z stdout F ", "-02-30T", "stderr P "), damage =>
        {
            byte[] log = damage.Bytes;
            var all = Read(log, null);
            Assert.True(all.Count <= log.Count(static value => value == '\n') + 2, "more lines than there were");
            Assert.Equal(all.TakeLast(2).Select(entry => entry.Message), Read(log, 2).Select(entry => entry.Message));
        });
    }

    private List<ContainerLogEntry> Read(string log, int? tail) => Read(Encoding.UTF8.GetBytes(log), tail);

    private List<ContainerLogEntry> Read(byte[] log, int? tail)
    {
        File.WriteAllBytes(directory["log"], log);
        return [.. LogReader.Read(new LogQuery { LogPath = directory["log"], StateDirectory = directory.Root, Tail = tail })];
    }
}
