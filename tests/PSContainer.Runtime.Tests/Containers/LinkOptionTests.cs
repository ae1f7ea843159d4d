using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>What becomes of symbolic links: the mount options that crun knows besides the specification's.</summary>
[Trait("Category", "Container")]
public sealed class LinkOptionTests
{
    [RootFact]
    public void A_link_is_made_anew_and_what_is_none_is_bound()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = bundle.MakeDirectory("source"), link = Path.Combine(source, "link"), file = Path.Combine(source, "file");
        File.CreateSymbolicLink(link, "../somewhere");
        File.WriteAllText(file, "content\n");
        bundle.AddMount("/etc/copied", "bind", link, "bind", "copy-symlink");
        bundle.AddMount("/etc/bound", "bind", file, "bind", "copy-symlink");
        Assert.Equal("../somewhere\ncontent\n", bundle.RunShell("readlink /etc/copied; cat /etc/bound").Output);
        // Once more, over the link that is there; but not over anything else.
        Assert.Equal("../somewhere\n", bundle.RunShell("readlink /etc/copied").Output);
        File.Delete(Path.Combine(bundle.Rootfs, "etc/copied"));
        File.CreateSymbolicLink(Path.Combine(bundle.Rootfs, "etc/copied"), "elsewhere");
        bundle.Process = bundle.Process with { Args = ["true"] };
        Assert.Contains("EEXIST", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void A_link_is_bound_itself_or_mounted_on()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = bundle.MakeDirectory("source"), link = Path.Combine(source, "link");
        File.CreateSymbolicLink(link, "here");
        File.WriteAllText(Path.Combine(source, "here"), "content\n");
        File.WriteAllText(Path.Combine(bundle.Rootfs, "etc/plain"), "plain\n");
        File.CreateSymbolicLink(Path.Combine(bundle.Rootfs, "etc/named"), "plain");
        bundle.AddMount("/etc/itself", "bind", link, "bind", "src-nofollow", "dest-nofollow");
        bundle.AddMount("/etc/named", "bind", Path.Combine(source, "here"), "bind", "dest-nofollow");
        Outcome outcome = bundle.RunShell("readlink /etc/itself; cat /etc/plain /etc/named; test -L /etc/named || echo file");
        Assert.Equal("here\nplain\ncontent\nfile\n", outcome.Output);
    }

    [RootFact]
    public void They_are_refused_where_they_mean_nothing()
    {
        foreach ((string? type, string[] options) in new (string?, string[])[]
        {
            ("tmpfs", ["copy-symlink"]), ("tmpfs", ["src-nofollow"]), ("bind", ["bind", "copy-symlink", "dest-nofollow"]),
        })
        {
            using var bundle = new TestBundle();
            bundle.AddMount("/t", type, "/etc", options);
            bundle.Process = bundle.Process with { Args = ["true"] };
            Assert.Contains("mounts.options", bundle.Refuse().Error, StringComparison.Ordinal);
        }
    }

    [RootFact]
    public void A_path_that_is_masked_twice_is_covered_once()
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { MaskedPaths = ["/etc/passwd", "/etc/passwd/", "/etc//passwd", "/srv", "/srv"],
            ReadonlyPaths = ["/proc/sys", "/proc/sys"] };
        Outcome outcome = bundle.RunShell("for p in /etc/passwd /srv /proc/sys; do grep -c \" $p \" /proc/self/mountinfo; done");
        Assert.Equal(["1", "1", "1"], outcome.Lines);
    }
}
