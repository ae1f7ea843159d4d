using System.Text.RegularExpressions;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>B-45, B-49, B-50 and B-57: which calls the runtime makes, and on what.</summary>
[Trait("Category", "Container")]
public sealed partial class RuntimeTraceTests
{
    [RootCommandFact("strace")]
    [Trait("Attack", "B-45")]
    [Trait("CVE", "CVE-2024-0132")]
    public void CVE_2024_0132_the_source_of_a_bind_mount_is_looked_up_once()
    {
        using var bundle = new TestBundle();
        string source = bundle.MakeDirectory("swapped-source");
        bundle.AddMount("/mnt", "bind", source, "rbind", "ro");
        string[] lookups = [.. Trace(bundle, "trace=%file,open_tree,move_mount,fsopen", "run").Where(line => line.Contains(source, StringComparison.Ordinal))];
        string once = Assert.Single(lookups);
        Assert.Contains("open_tree(", once, StringComparison.Ordinal);
    }

    [RootFact]
    [Trait("Attack", "B-45")]
    [Trait("CVE", "CVE-2024-42472")]
    public void CVE_2024_42472_a_source_that_is_swapped_is_one_or_the_other_and_read_only_either_way()
    {
        using var area = new TestDirectory();
        string source = area.MakeDirectory("source"), link = area["link"];
        File.WriteAllText(source + "/file", "own");
        File.CreateSymbolicLink(link, area.CanaryDirectory);
        using var bundle = new TestBundle();
        bundle.AddMount("/mnt", "bind", source, "rbind", "ro");
        using var swapper = new Swapper(source, link);
        Race.Run(() =>
        {
            Outcome outcome = bundle.RunShell("cat /mnt/file; echo x 2>/dev/null >/mnt/file && echo written; echo x 2>/dev/null >/mnt/new && echo made");
            Assert.DoesNotContain("written", outcome.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("made", outcome.Output, StringComparison.Ordinal);
        });
        area.AssertCanaryUntouched();
    }

    [RootFact]
    [Trait("Attack", "B-49")]
    [Trait("CVE", "CVE-2025-24965")]
    public void CVE_2025_24965_the_runtime_writes_nothing_into_the_root_filesystem()
    {
        using var bundle = new TestBundle(ownRoot: true);
        foreach (string missing in new[] { "/dev", "/proc", "/sys" })
            Directory.CreateDirectory(bundle.Rootfs + missing);
        string before = Listing(bundle.Rootfs);
        bundle.Start("sleep", "1000");
        TestBundle.Succeed(bundle.Exec("true"));
        Assert.Equal(before, Listing(bundle.Rootfs));
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.Equal(before, Listing(bundle.Rootfs));
    }

    [RootCommandFact("strace")]
    [Trait("Attack", "B-50")]
    public void Signals_go_to_descriptors_of_processes_and_to_no_number()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        string[] kill = Trace(bundle, "trace=kill,tkill,tgkill,pidfd_send_signal,rt_sigqueueinfo", "kill", bundle.Id, "KILL");
        Assert.Contains(kill, static line => line.Contains("pidfd_send_signal(", StringComparison.Ordinal));
        Assert.DoesNotContain(kill, static line => ByNumber().IsMatch(line));
        using var running = new TestBundle();
        running.Process = running.Process with { Args = ["true"] };
        string[] run = Trace(running, "trace=kill,tkill,tgkill,pidfd_send_signal,rt_sigqueueinfo", "run");
        Assert.DoesNotContain(run, static line => ByNumber().IsMatch(line));
    }

    [RootCommandFact("strace")]
    [Trait("Attack", "B-57")]
    [Trait("CVE", "CVE-2026-50526")]
    public void CVE_2026_50526_nothing_is_made_where_users_share_a_directory()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["/bin/busybox", "true"] };
        string[] calls = Trace(bundle, "trace=open,openat,openat2,mkdir,mkdirat,mknod,mknodat,symlink,symlinkat,creat,bind", "run");
        Assert.NotEmpty(calls);
        Assert.DoesNotContain(calls, line => Shared().IsMatch(line.Replace(bundle.Bundle, "/own", StringComparison.Ordinal)));
    }

    // A call with a number of a process in it, and not of a thread of the process itself.
    [GeneratedRegex(@"\b(kill|tkill|rt_sigqueueinfo)\(")]
    private static partial Regex ByNumber();

    [GeneratedRegex("\"/(tmp|var/tmp|dev/shm)/")]
    private static partial Regex Shared();

    private static string[] Trace(TestBundle bundle, string what, string verb, params string[] words)
    {
        if (bundle.Process.Args is not { Count: > 0 } || verb == "run")
            bundle.Write();
        string file = Path.Combine(bundle.Bundle, "trace");
        string[] arguments = words.Length > 0 ? [verb, .. words] : [verb, "-b", bundle.Bundle, bundle.Id];
        HostCommand.Try(["strace", "-f", "-qq", "-s", "4096", "-o", file, "-e", what, TestRepository.Executable, "--root", bundle.StateRoot, .. arguments]);
        return File.ReadAllLines(file);
    }

    private static string Listing(string directory) => HostCommand.Run(
        "find", directory, "-xdev", "-printf", "%P %y %m %U:%G %s %C@\n");
}
