using PSContainer.Containers;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>B-13 to B-16: nothing of a container's files is executed or loaded on the host, whatever is done with it.</summary>
[Trait("Category", "Container")]
public sealed class ForeignCodeTests : IDisposable
{
    private static readonly string[] Libraries =
        ["libnss_files.so.2", "libnss_dns.so.2", "libc.so.6", "ld-linux-x86-64.so.2", "libicuuc.so.72", "libssl.so.3"];

    private readonly EngineFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [RootFact]
    [Trait("Attack", "B-13")]
    [Trait("Attack", "B-14")]
    [Trait("CVE", "CVE-2019-14271")]
    [Trait("CVE", "CVE-2026-41567")]
    public void Copying_loads_no_library_and_runs_no_program_of_the_container()
    {
        using var area = new TestDirectory();
        Container container = _fixture.Start("sleep 1000");
        MakeHostile(area);
        string[] archives = ["a.xz", "a.gz", "a.zst", "a.tar"];
        foreach (string name in archives)
        {
            File.WriteAllText(area[name], "not compressed at all");
            container.CopyTo(area[name], "/" + name);
            container.CopyFrom("/" + name, area[name + ".back"]);
            Assert.Equal("not compressed at all", File.ReadAllText(area[name + ".back"]));
        }
        Assert.False(File.Exists(area["executed"]), "a program of the container ran on the host");
        Assert.DoesNotContain(_fixture.Rootfs, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
    }

    [RootFact]
    [Trait("Attack", "B-15")]
    [Trait("CVE", "CVE-2022-1227")]
    public void Looking_at_a_container_runs_nothing_of_it()
    {
        using var area = new TestDirectory();
        Container container = _fixture.Start("sleep 1000");
        MakeHostile(area);
        Assert.NotEmpty(container.GetProcesses());
        Assert.NotEmpty(container.Audit());
        container.Measure();
        Assert.NotNull(container.Namespaces);
        Assert.NotNull(container.MaskedPaths);
        Assert.False(File.Exists(area["executed"]), "a program of the container ran on the host");
    }

    [RootCommandFact("strace")]
    [Trait("Attack", "B-13")]
    [Trait("CVE", "CVE-2019-14271")]
    public void The_runtime_opens_no_library_and_no_name_service_in_the_root()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Process = bundle.Process with { Args = ["true"] };
        bundle.Write();
        string trace = Path.Combine(bundle.Bundle, "trace");
        HostCommand.Run("strace", "-f", "-qq", "-o", trace, "-e", "trace=open,openat,openat2",
            TestRepository.Executable, "--root", bundle.StateRoot, "run", "-b", bundle.Bundle, bundle.Id);
        string[] opened = File.ReadAllLines(trace);
        Assert.NotEmpty(opened);
        Assert.DoesNotContain(opened, static line => line.Contains(".so", StringComparison.Ordinal)
            || line.Contains("nsswitch", StringComparison.Ordinal) || line.Contains("icu", StringComparison.Ordinal));
    }

    // Every name that somebody could look for is a program that leaves a trace on the host.
    private void MakeHostile(TestDirectory area)
    {
        string trace = area["executed"];
        foreach (string program in Directory.GetFiles(_fixture.Rootfs + "/bin").Select(static path => Path.GetFileName(path)!).Concat(["xz", "unpigz", "nsenter", "ps"]))
            Plant($"{_fixture.Rootfs}/bin/{program}", trace);
        Directory.CreateDirectory(_fixture.Rootfs + "/lib");
        foreach (string library in Libraries)
            Plant($"{_fixture.Rootfs}/lib/{library}", trace);
    }

    private static void Plant(string path, string trace)
    {
        File.Delete(path);
        ProgramFile.Write(path, $"#!/bin/sh\ntouch '{trace}'\n");
    }
}
