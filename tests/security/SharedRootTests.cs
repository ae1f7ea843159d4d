using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>
/// C-09: somebody who writes to the root filesystem too exchanges directories of it while a container starts. A mount moves with
/// the directory that it is on, so what is meant for a place below it must find the mount and not the name.
/// </summary>
[Trait("Category", "Container")]
public sealed class SharedRootTests
{
    private const string Other = ".other";

    [RootFact]
    [Trait("Attack", "C-09")]
    public void Walls_are_in_the_mounts_that_they_are_for()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Linux = bundle.Linux with
        {
            MaskedPaths = [.. bundle.Linux.MaskedPaths!.Where(static path => path.StartsWith("/proc/", StringComparison.Ordinal) && Path.Exists(path))],
            ReadonlyPaths = ["/proc/sys", "/proc/irq", "/proc/bus"],
        };
        string[] expected = [.. bundle.Linux.MaskedPaths.Concat(bundle.Linux.ReadonlyPaths).Order(StringComparer.Ordinal)];
        Attack(bundle, "proc", "self", "cat self/mountinfo", outcome =>
            Assert.Equal(expected, Points(outcome, "/proc").Order(StringComparer.Ordinal)));
    }

    [RootTheory]
    [Trait("Attack", "C-09")]
    [InlineData("tmpfs")]
    [InlineData("mqueue")]
    [InlineData("bind")]
    [InlineData("idmap")]
    public void A_mount_and_what_is_mounted_below_it_stay_together(string kind)
    {
        using var bundle = new TestBundle(ownRoot: true);
        bool isBind = kind is "bind" or "idmap";
        string source = bundle.MakeDirectory("source");
        Directory.CreateDirectory(bundle.Rootfs + "/outer");
        if (kind == "idmap")
            bundle.AddUserNamespace();
        bundle.AddMount("/outer", "tmpfs", "outer", "mode=755");
        bundle.AddMount("/outer/inner", isBind ? "bind" : kind, isBind ? source : kind, isBind ? [kind, "rbind"] : ["nosuid"]);
        bundle.AddMount("/outer/file", "bind", "/etc/hostname", "bind", "ro");
        bundle.Linux = bundle.Linux with { MaskedPaths = ["/outer/file"], ReadonlyPaths = ["/outer/inner"] };
        Attack(bundle, "outer", "inner", "cat /proc/self/mountinfo", outcome =>
            Assert.Equal(["/outer/file", "/outer/file", "/outer/inner", "/outer/inner"], Points(outcome, "/outer").Order(StringComparer.Ordinal)));
        // Nothing was made in the root filesystem, whatever its directories were called meanwhile.
        Assert.Empty(Directory.GetFileSystemEntries(bundle.Rootfs + "/outer"));
        Assert.Empty(Directory.GetFileSystemEntries(bundle.Rootfs + "/outer" + Other));
    }

    [RootFact]
    [Trait("Attack", "C-09")]
    public void Devices_links_and_terminals_are_made_in_the_mounts_that_they_are_for()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Process = bundle.Process with { Terminal = true };
        Attack(bundle, "dev", "null", "echo *; stat -c %t console; stat -c %t:%T null", outcome =>
        {
            string[] words = outcome.Output.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
            string[] expected = ["console", "fd", "full", "null", "ptmx", "pts", "random", "shm", "stdin", "tty", "urandom", "zero", "88", "1:3"];
            Assert.Empty(expected.Except(words));
        });
        Assert.Empty(Directory.GetFileSystemEntries(bundle.Rootfs + "/dev"));
        Assert.Empty(Directory.GetFileSystemEntries(bundle.Rootfs + "/dev" + Other));
    }

    private static IEnumerable<string> Points(Outcome outcome, string below) => outcome.Lines
        .Select(static line => line.Split(' ')[4].Replace(Other, "", StringComparison.Ordinal))
        .Where(point => point.StartsWith(below + "/", StringComparison.Ordinal));

    // The directory is exchanged until the command runs, which then looks into the one that has the mount.
    private static void Attack(TestBundle bundle, string directory, string sign, string look, Action<Outcome> check)
    {
        string first = $"{bundle.Rootfs}/{directory}", second = first + Other;
        string started = bundle.Rootfs + "/started", calm = bundle.Rootfs + "/calm";
        Directory.CreateDirectory(second);
        string script = $"echo >/started; until [ -e /calm ]; do :; done; cd /{directory}; [ -e {sign} ] || cd /{directory}{Other}; {look}";
        int count = 0;
        Race.Run(() =>
        {
            File.Delete(started);
            File.Delete(calm);
            Task<Outcome> run = Task.Run(() => bundle.RunShell(script));
            using (new Swapper(first, second))
                SpinWait.SpinUntil(() => run.IsCompleted || File.Exists(started), TimeSpan.FromSeconds(20));
            File.WriteAllText(calm, "");
            if (run.Result.IsRefused)
                return;
            count++;
            check(run.Result);
        });
        Assert.True(count > 0, "no start ever went through");
    }
}
