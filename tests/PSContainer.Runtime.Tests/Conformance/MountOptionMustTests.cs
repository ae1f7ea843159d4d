using PSContainer.Runtime.Tests.Containers;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Conformance;

/// <summary>config.md "Linux mount options": each option of the table is taken and does what mount(8) says.</summary>
public sealed class MountOptionMustTests
{
    private static readonly string[] s_options =
    [
        "async", "atime", "defaults", "dev", "diratime", "dirsync", "exec", "iversion", "lazytime", "loud", "mand", "noatime", "nodev", "nodiratime",
        "noexec", "noiversion", "nolazytime", "nomand", "norelatime", "nostrictatime", "nosuid", "nosymfollow", "private", "ratime", "rdev",
        "rdiratime", "relatime", "rexec", "rnoatime", "rnodiratime", "rnoexec", "rnorelatime", "rnostrictatime", "rnosuid", "rnosymfollow", "ro",
        "rprivate", "rrelatime", "rro", "rrw", "rshared", "rslave", "rstrictatime", "rsuid", "rsymfollow", "runbindable", "rw", "shared", "silent",
        "slave", "strictatime", "suid", "symfollow", "sync", "unbindable", "nofail", "x-anything=1",
    ];

    [RootFact]
    public void Every_option_of_the_specification_is_taken_on_a_filesystem()
    {
        using var bundle = new TestBundle(ownRoot: true);
        int number = 0;
        foreach (string option in s_options)
            bundle.AddMount($"/m{number++}", "tmpfs", "tmpfs", option);
        Outcome outcome = bundle.RunShell("grep -c ' /m[0-9]* ' /proc/self/mounts");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal($"{number}\n", outcome.Output);
    }

    [RootFact]
    public void Every_option_of_the_specification_is_taken_on_a_bind()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = bundle.MakeDirectory("source");
        int number = 0;
        foreach (string option in s_options)
            bundle.AddMount($"/m{number++}", "none", source, "bind", option);
        Outcome outcome = bundle.RunShell("grep -c ' /m[0-9]* ' /proc/self/mounts");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal($"{number}\n", outcome.Output);
    }

    [RootFact]
    public void Options_of_the_superblock_reach_it()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("/synced", "tmpfs", "tmpfs", "sync", "dirsync", "lazytime");
        bundle.Start("sleep", "1000");
        Assert.Superset(new HashSet<string> { "sync", "dirsync", "lazytime" }, new HashSet<string>(bundle.Mount("/synced").Super));
    }

    [RootTheory]
    [InlineData("rro", "ro")]
    [InlineData("rnosuid", "nosuid")]
    [InlineData("rnodev", "nodev")]
    [InlineData("rnoexec", "noexec")]
    [InlineData("rnoatime", "noatime")]
    [InlineData("rnodiratime", "nodiratime")]
    [InlineData("rnosymfollow", "nosymfollow")]
    public void A_recursive_option_holds_for_everything_below(string option, string flag)
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = bundle.MakeDirectory("source");
        using var inner = new HostMount(Directory.CreateDirectory(Path.Combine(source, "inner")).FullName);
        bundle.AddMount("/bound", "none", source, "rbind", option);
        bundle.Start("sleep", "1000");
        Assert.Contains(flag, bundle.Mount("/bound").Options);
        Assert.Contains(flag, bundle.Mount("/bound/inner").Options);
        Assert.DoesNotContain(flag, MountLine.Read("/proc/self/mountinfo").Last(line => line.Point == inner.Path).Options);
    }

    [RootFact]
    public void Rrw_opens_what_is_read_only_below()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = bundle.MakeDirectory("source");
        using var inner = new HostMount(Directory.CreateDirectory(Path.Combine(source, "inner")).FullName);
        HostCommand.Run("mount", "-o", "remount,bind,ro", inner.Path);
        bundle.AddMount("/bound", "none", source, "rbind", "rrw");
        Assert.Equal(0, bundle.RunShell("touch /bound/inner/file").Code);
    }

    [RootFact]
    public void Remount_changes_the_mount_that_is_there()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("/scratch", "tmpfs", "tmpfs", "size=1m");
        bundle.AddMount("/scratch", "tmpfs", "tmpfs", "remount", "size=2m", "noexec");
        bundle.AddMount("/view", "none", bundle.MakeDirectory("source"), "bind");
        bundle.AddMount("/view", "none", null, "bind", "remount", "ro", "nosuid");
        bundle.Start("sleep", "1000");
        Assert.Single(bundle.Mounts(), mount => mount.Point == "/scratch");
        Assert.Contains("size=2048k", bundle.Mount("/scratch").Super);
        Assert.Contains("noexec", bundle.Mount("/scratch").Options);
        Assert.Equal(["nosuid", "ro"], bundle.Mount("/view").Options.Where(word => word is "ro" or "nosuid").Order());
        Assert.DoesNotContain("ro", bundle.Mount("/view").Super);
    }

    [RootFact]
    public void Remount_of_what_is_no_mount_is_refused()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("/bin", "tmpfs", "tmpfs", "remount", "ro");
        Assert.Contains("Remount: ", bundle.Refuse().Error, StringComparison.Ordinal);
        bundle.Spec = bundle.Spec with { Mounts = [] };
        bundle.AddMount("/nothing", "tmpfs", "tmpfs", "remount", "ro");
        Assert.Contains("ENOENT", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Tmpcopyup_begins_with_what_it_covers()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string covered = Directory.CreateDirectory(Path.Combine(bundle.Rootfs, "covered", "inner")).FullName;
        File.WriteAllText(Path.Combine(covered, "file"), new string('x', 100_000));
        HostCommand.Run("sh", "-c", $"cd {bundle.Rootfs}/covered && ln -s inner/file link && mkfifo -m 600 pipe && mknod -m 640 zero c 1 5 " +
            "&& cp /bin/true inner/setuid && chown 5:6 inner/setuid && chmod 4755 inner/setuid && touch -d @1000000000 inner/file && touch 'a name' && chown 3:4 . && chmod 2711 .");
        bundle.AddMount("/covered", "tmpfs", "tmpfs", "tmpcopyup");
        Outcome outcome = bundle.RunShell("""
            cd /covered; stat -c '%n %a %u:%g %F' . link pipe zero inner inner/setuid 'a name'; stat -c '%s %Y' inner/file; readlink link
            stat -f -c %T .; touch new; rm inner/file
            """);
        Assert.Equal(
        [
            ". 2711 3:4 directory", "link 777 0:0 symbolic link", "pipe 600 0:0 fifo", "zero 640 0:0 character special file",
            "inner 755 0:0 directory", "inner/setuid 4755 5:6 regular file", "a name 644 0:0 regular empty file", "100000 1000000000", "inner/file", "tmpfs",
        ], outcome.Lines);
        Assert.True(File.Exists(Path.Combine(covered, "file")));
        Assert.False(File.Exists(Path.Combine(bundle.Rootfs, "covered", "new")));
    }

    [RootFact]
    public void Tmpcopyup_keeps_file_capabilities()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string covered = Directory.CreateDirectory(Path.Combine(bundle.Rootfs, "covered")).FullName;
        File.Copy("/bin/true", Path.Combine(covered, "true"));
        HostCommand.Run("chown", "5:6", Path.Combine(covered, "true"));
        HostCommand.Run("setcap", "cap_net_raw+ep", Path.Combine(covered, "true"));
        bundle.AddMount("/covered", "tmpfs", "tmpfs", "tmpcopyup");
        bundle.Start("sleep", "1000");
        Assert.Contains("cap_net_raw=ep", HostCommand.Run("getcap", $"/proc/{bundle.Pid}/root/covered/true"), StringComparison.Ordinal);
    }

    [RootFact]
    public void Tmpcopyup_leaves_a_mode_that_was_asked_for_and_a_missing_directory_empty()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("/bin", "tmpfs", "tmpfs", "tmpcopyup", "mode=0700", "ro");
        bundle.AddMount("/new", "tmpfs", "tmpfs", "tmpcopyup");
        Outcome outcome = bundle.RunShell("stat -c %a /bin; ls -A /new | wc -l; touch /bin/x 2>/dev/null || echo closed");
        Assert.Equal(["700", "0", "closed"], outcome.Lines);
    }

    [RootFact]
    public void Tmpcopyup_without_a_tmpfs_is_refused()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("/bin", "ramfs", "ramfs", "tmpcopyup");
        Assert.Contains("tmpcopyup", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void A_relative_destination_begins_at_the_root()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("some/where", "tmpfs", "tmpfs");
        Assert.Equal("tmpfs\n", bundle.RunShell("stat -f -c %T /some/where").Output);
        bundle.AddMount("", "tmpfs", "tmpfs");
        Assert.Contains("mounts.destination", bundle.Refuse().Error, StringComparison.Ordinal);
    }
}
