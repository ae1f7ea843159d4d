using System.Text.Json;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>events: what a container uses, and what happens to it.</summary>
[Trait("Category", "Container")]
[Trait("Kernel", "cgroup2")]
public sealed class EventsVerbTests
{
    [RootFact]
    public void Events_stats_has_the_members_that_readers_know()
    {
        using var bundle = new TestBundle();
        bundle.SetResources(resources => resources with { Memory = new MemoryResources { Limit = 64 << 20 }, Pids = new PidsResources { Limit = 30 } });
        bundle.Start("/bin/sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; sleep 1000");
        TestBundle.Eventually(() => Stats(bundle).GetProperty("cpu").GetProperty("usage").GetProperty("total").GetInt64() > 0, "CPU time");
        JsonElement data = Stats(bundle);
        Assert.Equal(["blkio", "cpu", "cpuset", "hugetlb", "intel_rdt", "memory", "network_interfaces", "pids"], data.EnumerateObject().Select(one => one.Name).Order());
        Assert.Equal(30, data.GetProperty("pids").GetProperty("limit").GetInt64());
        Assert.True(data.GetProperty("pids").GetProperty("current").GetInt64() > 0);
        JsonElement usage = data.GetProperty("memory").GetProperty("usage");
        Assert.Equal(64 << 20, usage.GetProperty("limit").GetInt64());
        Assert.InRange(usage.GetProperty("usage").GetInt64(), 1, 64 << 20);
        Assert.NotEmpty(data.GetProperty("memory").GetProperty("raw").EnumerateObject());
    }

    [RootFact]
    public void Events_come_at_the_interval_until_the_container_ends()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        using System.Diagnostics.Process events = bundle.StartProcess("events", "--interval", "50ms", bundle.Id);
        for (int i = 0; i < 3; i++)
        {
            JsonElement line = JsonDocument.Parse(events.StandardOutput.ReadLine()!).RootElement;
            Assert.Equal(("stats", bundle.Id), (line.GetProperty("type").GetString(), line.GetProperty("id").GetString()));
        }
        TestBundle.Succeed(bundle.Invoke("kill", bundle.Id, "KILL"));
        Assert.True(events.WaitForExit(60_000));
        Assert.Equal(0, events.ExitCode);
        Refused(bundle, "events", "--stats", bundle.Id);
        Refused(bundle, "events", "--interval", "0s", bundle.Id);
        Refused(bundle, "events", "--interval", "soon", bundle.Id);
    }

    [RootFact]
    public void A_kill_for_want_of_memory_is_an_event()
    {
        using var bundle = new TestBundle();
        bundle.SetResources(resources => resources with { Memory = new MemoryResources { Limit = 16 << 20, Swap = 16 << 20 } });
        bundle.Start("sleep", "1000");
        using System.Diagnostics.Process events = bundle.StartProcess("events", "--interval", "50ms", bundle.Id);
        // Kills are counted from before the first reading.
        Assert.Contains("\"stats\"", events.StandardOutput.ReadLine(), StringComparison.Ordinal);
        bundle.Exec("/bin/sh", "-c", "x=$(dd if=/dev/zero bs=1M count=64 2>/dev/null | tr '\\0' x)");
        Task<string?> line = Task.Run(() => NextButStats(events.StandardOutput));
        Assert.True(line.Wait(60_000), "no event");
        Assert.Equal($"{{\"type\":\"oom\",\"id\":\"{bundle.Id}\"}}", line.Result);
        bundle.Invoke("delete", "--force", bundle.Id);
        Assert.True(events.WaitForExit(60_000));

        static string? NextButStats(StreamReader output)
        {
            string? line = output.ReadLine();
            while (line is not null && line.Contains("\"stats\"", StringComparison.Ordinal))
                line = output.ReadLine();
            return line;
        }
    }

    private static JsonElement Stats(TestBundle bundle)
    {
        Outcome outcome = bundle.Invoke("events", "--stats", bundle.Id);
        Assert.True(outcome.Code == 0, outcome.Error);
        JsonElement line = JsonDocument.Parse(Assert.Single(outcome.Lines)).RootElement;
        Assert.Equal("stats", line.GetProperty("type").GetString());
        return line.GetProperty("data");
    }

    private static string Refused(TestBundle bundle, params string[] command)
    {
        Outcome outcome = bundle.Invoke(command);
        Assert.Equal(1, outcome.Code);
        Assert.Equal("", outcome.Output);
        Assert.Contains("level=error", outcome.Error, StringComparison.Ordinal);
        return outcome.Error;
    }
}
