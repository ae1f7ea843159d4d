using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>
/// From clone to execve a process that enters is a copy of the runtime, with the caller's environment and the runtime's rights. Nobody
/// inside may have its memory, nor make it do anything.
/// </summary>
[Trait("Category", "Container")]
public sealed class EnteringProcessTests
{
    private const string Secret = "PSC_CALLERS_SECRET=the-callers-own";

    private static readonly RlimitSpec[] NoDump = [new() { Type = "RLIMIT_CORE", Soft = 0, Hard = 0 }];

    // Reads what it can of every process but its own, and has each dump its memory.
    private const string Watch = """
        while :; do
          for p in /proc/[0-9]*; do
            case $p in /proc/1|/proc/$$) continue;; esac
            grep -a -o 'PSC_CALLERS_SECRET=[a-z-]*' $p/environ $p/cmdline >>/tmp/seen
            kill -QUIT ${p#/proc/} && echo $p >>/tmp/hit
          done
        done 2>/dev/null
        """;

    [RootTheory]
    [Trait("Attack", "C-16")]
    [InlineData(false, null)]
    [InlineData(false, 100)] // written on the way in, for which the process must not be hidden yet
    [InlineData(true, null)]
    public void A_process_that_enters_shows_nothing_and_dumps_nothing(bool inUserNamespace, int? oomScore)
    {
        using var bundle = new TestBundle(ownRoot: true);
        using var here = new TestDirectory();
        if (inUserNamespace)
            bundle.AddUserNamespace();
        string[] strong = ["CAP_SYS_RESOURCE", "CAP_KILL", "CAP_DAC_OVERRIDE", "CAP_SETUID", "CAP_SETGID"];
        bundle.SetCapabilities(inUserNamespace ? [.. strong, "CAP_SYS_PTRACE"] : strong);
        bundle.Process = bundle.Process with { OomScoreAdj = oomScore, Rlimits = NoDump };
        string seen = StartWatch(bundle), cwd = here.MakeDirectory("cwd");
        int tried = Race.Run(() => EnterFrom(cwd, bundle, "exec", bundle.Id, "true"), count => count > 8 && WasHit(seen));
        Assert.True(tried > 8, $"only {tried} processes entered");
        AssertNothingLeft(bundle, seen, cwd);
    }

    [RootFact]
    [Trait("Attack", "C-16")]
    public void A_container_that_joins_namespaces_shows_nothing_and_dumps_nothing_to_its_neighbours()
    {
        using var neighbour = new TestBundle(ownRoot: true);
        using var here = new TestDirectory();
        neighbour.SetCapabilities("CAP_SYS_RESOURCE", "CAP_KILL", "CAP_DAC_OVERRIDE");
        string seen = StartWatch(neighbour), cwd = here.MakeDirectory("cwd");
        string pids = $"/proc/{neighbour.Pid}/ns/pid";
        int tried = Race.Run(() =>
        {
            using var bundle = new TestBundle();
            bundle.SetNamespaces([.. bundle.Linux.Namespaces!.Select(item => item.Type == "pid" ? item with { Path = pids } : item)]);
            bundle.Process = bundle.Process with { Args = ["true"], Rlimits = NoDump };
            bundle.Write();
            EnterFrom(cwd, bundle, "run", "-b", bundle.Bundle, bundle.Id);
        }, count => count > 4 && WasHit(seen));
        Assert.True(tried > 4, $"only {tried} containers joined");
        AssertNothingLeft(neighbour, seen, cwd);
    }

    [RootTheory]
    [Trait("Attack", "C-17")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_parked_init_shows_nothing_of_its_caller_and_is_confined_already(bool tracing)
    {
        using var bundle = new TestBundle();
        using var here = new TestDirectory();
        string[] usual = [.. bundle.Process.Capabilities!.Bounding!];
        bundle.SetCapabilities(tracing ? [.. usual, "CAP_SYS_PTRACE"] : usual);
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        EnterFrom(here.Root, bundle, "create", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal("created", bundle.Status);
        // Who may trace it finds nothing there; others may not even look.
        string seen = bundle.Exec("sh", "-c", "cat /proc/1/environ /proc/1/cmdline 2>&1 | tr '\\0' '\\n'; ls /proc/1/fd/ 2>&1 | head -1").Output;
        Assert.DoesNotContain("PSC_CALLERS_SECRET", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(bundle.Id, seen, StringComparison.Ordinal);
        Assert.Equal(!tracing, seen.Contains("Permission denied", StringComparison.Ordinal));
        Assert.Equal("2", bundle.StatusField("Seccomp"));
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        TestBundle.Eventually(() => File.ReadAllText($"/proc/{bundle.Pid}/cmdline").StartsWith("sleep", StringComparison.Ordinal), "it runs");
        Assert.Equal("1", bundle.StatusField("Seccomp_filters"));
    }

    [RootFact]
    [Trait("Attack", "C-17")]
    public void A_hook_of_the_image_finds_its_init_hidden_and_confined()
    {
        using var bundle = new TestBundle(ownRoot: true);
        ProgramFile.Write(Path.Combine(bundle.Rootfs, "hook"), """
            #!/bin/sh
            grep Seccomp: /proc/1/status >/seen
            cat /proc/1/environ >>/seen 2>&1
            cat /proc/1/maps >>/seen 2>&1
            exit 0
            """);
        bundle.Spec = bundle.Spec with { Hooks = new() { StartContainer = [new() { Path = "/hook" }] } };
        TestBundle.Succeed(bundle.RunCommand("true"));
        string seen = File.ReadAllText(Path.Combine(bundle.Rootfs, "seen"));
        Assert.Contains("Seccomp:\t2", seen, StringComparison.Ordinal);
        Assert.Equal(2, seen.Split("Permission denied").Length - 1);
    }

    private static string StartWatch(TestBundle bundle)
    {
        string seen = bundle.MakeDirectory("seen");
        File.SetUnixFileMode(seen, (UnixFileMode)0b111_111_111);
        bundle.AddMount("/tmp", "bind", seen, "bind", "rw");
        bundle.Start("/bin/sh", "-c", Watch);
        return seen;
    }

    private static bool WasHit(string seen) => File.Exists(Path.Combine(seen, "hit"));

    // No limit but the container's own, which is set on the way in, keeps a dump from being written.
    private static void EnterFrom(string directory, TestBundle bundle, params string[] arguments) => HostCommand.Try(
    [
        "/bin/sh", "-c", "cd \"$1\" && ulimit -c unlimited && shift && exec env \"$@\" </dev/null >/dev/null 2>&1", "sh", directory, Secret,
        TestRepository.Executable, "--root", bundle.StateRoot, .. arguments,
    ]);

    private static void AssertNothingLeft(TestBundle watcher, string seen, string directory)
    {
        Assert.True(WasHit(seen), "no process was seen inside");
        Assert.Empty(Directory.GetFileSystemEntries(directory));
        Assert.Empty(Directory.GetFiles(watcher.Rootfs, "core*"));
        Assert.Equal("", File.ReadAllText(Path.Combine(seen, "seen")));
    }
}
