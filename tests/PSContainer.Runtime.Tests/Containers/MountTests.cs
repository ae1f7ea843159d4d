using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

[Trait("Category", "Container")]
public sealed class MountTests
{
    [RootFact]
    public void Filesystems_are_mounted_with_their_types()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("/scratch", "ramfs", "ramfs");
        bundle.Start("sleep", "1000");
        foreach ((string point, string type) in new[]
        {
            ("/proc", "proc"), ("/dev", "tmpfs"), ("/dev/pts", "devpts"), ("/sys", "sysfs"), ("/dev/mqueue", "mqueue"),
            ("/dev/shm", "tmpfs"), ("/scratch", "ramfs"),
        })
            Assert.Equal(type, bundle.Mount(point).Type);
        // Nothing of the host's tree is left below the container's root.
        Assert.DoesNotContain(bundle.Mounts(), mount => mount.Point.StartsWith(bundle.Bundle, StringComparison.Ordinal));
        Assert.Equal("/", bundle.Mounts()[0].Point);
    }

    [RootTheory]
    [InlineData("/etc/target", "../run/made/file", "/run/made/file")]
    [InlineData("/etc/target", "/opt/made/file", "/opt/made/file")]
    [InlineData("/etc/target", "../../../../opt/file", "/opt/file")]
    [InlineData("/linked/dir/file", "opt/x/", "/opt/x/dir/file", "/linked")]
    public void A_link_to_what_is_missing_gets_its_target_made(string destination, string target, string expected, string? link = null)
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = Path.Combine(bundle.Bundle, "source");
        File.WriteAllText(source, "of the host");
        File.CreateSymbolicLink(bundle.Rootfs + (link ?? destination), target);
        bundle.AddMount(destination, "bind", source, "bind");
        Outcome outcome = bundle.RunShell($"cat {expected}");
        Assert.True(outcome.Output == "of the host", outcome.Error);
        Assert.Equal("", File.ReadAllText(bundle.Rootfs + expected));
        Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(bundle.Rootfs)!, "opt/file")));
    }

    [RootFact]
    public void What_others_rename_meanwhile_does_not_matter()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = Path.Combine(bundle.Bundle, "source");
        File.WriteAllText(source, "of the host");
        // The kernel gives up on ".." when anything anywhere was renamed while it resolved a path.
        File.CreateSymbolicLink(bundle.Rootfs + "/etc/target", "../../../../../../opt/file");
        bundle.AddMount("/etc/target", "bind", source, "bind");
        using var swapper = new Swapper(bundle.MakeDirectory("one"), bundle.MakeDirectory("other"));
        for (int i = 0; i < 30; i++)
        {
            Outcome outcome = bundle.RunShell("cat /opt/file");
            Assert.True(outcome.Output == "of the host", outcome.Error);
        }
    }

    [RootFact]
    public void Links_in_a_circle_are_refused()
    {
        using var bundle = new TestBundle(ownRoot: true);
        File.CreateSymbolicLink(Path.Combine(bundle.Rootfs, "one"), "two/x");
        File.CreateSymbolicLink(Path.Combine(bundle.Rootfs, "two"), "one/x");
        bundle.AddMount("/one/file", "tmpfs", "tmpfs");
        Assert.Contains("ELOOP", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Flags_are_set_and_hold()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("/closed", "tmpfs", "tmpfs", "ro", "nosuid", "nodev", "noexec", "noatime", "nodiratime", "nosymfollow");
        bundle.AddMount("/opened", "tmpfs", "tmpfs", "noexec", "exec", "ro", "rw", "nodev", "strictatime");
        bundle.Start("sleep", "1000");
        Assert.Equal(["noatime", "nodev", "nodiratime", "noexec", "nosuid", "nosymfollow", "ro"], bundle.Mount("/closed").Options.Order());
        Assert.Equal(["nodev", "rw"], bundle.Mount("/opened").Options.Order());
        Outcome inside = bundle.Exec("/bin/sh", "-c", """
            touch /closed/x 2>&1; cp /bin/busybox /opened/true && /opened/true && echo ran
            """);
        Assert.Contains("Read-only file system", inside.Output, StringComparison.Ordinal);
        Assert.Equal("ran", inside.Lines[^1]);
    }

    [RootFact]
    public void Tmpcopyup_fills_a_tmpfs_with_what_it_covers()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string covered = Path.Combine(bundle.Rootfs, "covered");
        HostCommand.Run("mkdir", "-p", "-m", "750", Path.Combine(covered, "a/b"));
        File.WriteAllText(Path.Combine(covered, "a/b/file"), new string('x', 100_000));
        HostCommand.Run("chown", "12:34", Path.Combine(covered, "a/b/file"));
        HostCommand.Run("chmod", "4711", Path.Combine(covered, "a/b/file"));
        HostCommand.Run("touch", "-d", "2020-02-02T02:02:02Z", Path.Combine(covered, "a/b/file"));
        HostCommand.Run("ln", "-s", "/etc/passwd", Path.Combine(covered, "link"));
        HostCommand.Run("mkfifo", Path.Combine(covered, "fifo"));
        HostCommand.Run("chmod", "2770", covered);
        bundle.AddMount("/covered", "tmpfs", "tmpfs", "tmpcopyup");
        Outcome outcome = bundle.RunShell("""
            stat -c '%u:%g %a %s %Y' /covered/a/b/file; readlink /covered/link; [ -p /covered/fifo ] && echo fifo
            stat -c %a /covered; stat -f -c %T /covered; touch /covered/new; cat /covered/a/b/file | tr -d x | wc -c
            """);
        Assert.Equal(["12:34 4711 100000 1580608922", "/etc/passwd", "fifo", "2770", "tmpfs", "0"], outcome.Lines);
        Assert.False(File.Exists(Path.Combine(covered, "new")));
    }

    [RootFact]
    public void Tmpcopyup_that_does_not_fit_is_a_clear_error()
    {
        using var bundle = new TestBundle(ownRoot: true);
        Directory.CreateDirectory(Path.Combine(bundle.Rootfs, "covered"));
        File.WriteAllText(Path.Combine(bundle.Rootfs, "covered/large"), new string('x', 200_000));
        bundle.AddMount("/covered", "tmpfs", "tmpfs", "tmpcopyup", "size=64k");
        Assert.Contains("ENOSPC", bundle.RunShell("true").Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Noexec_and_nodev_are_enforced_on_binds()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = bundle.MakeDirectory("source");
        ProgramFile.Copy(Path.Combine(bundle.Rootfs, "bin/busybox"), Path.Combine(source, "true"));
        HostCommand.Run("mknod", "-m", "666", Path.Combine(source, "zero"), "c", "1", "5");
        bundle.AddMount("/bound", "bind", source, "rbind", "noexec", "nodev");
        Outcome outcome = bundle.RunShell("/bound/true; echo $?; head -c1 /bound/zero; echo $?");
        Assert.Equal(["126", "1"], outcome.Lines);
    }

    [RootTheory]
    [InlineData("private", "")]
    [InlineData("rprivate", "")]
    [InlineData("shared", "shared")]
    [InlineData("rshared", "shared")]
    [InlineData("unbindable", "unbindable")]
    public void Propagation_is_set(string option, string expected)
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("/bound", "bind", bundle.MakeDirectory("source"), "bind", option);
        bundle.Start("sleep", "1000");
        Assert.Equal(expected, string.Join(' ', bundle.Mount("/bound").Propagation.Select(word => word.Split(':')[0])));
    }

    // Kubernetes' Bidirectional: what a container mounts in a volume is for the host and others.
    [RootTheory]
    [InlineData(null, false, true)]
    [InlineData("rshared", false, true)]
    [InlineData("rprivate", false, true)]
    [InlineData(null, true, false)]
    public void What_a_container_mounts_in_a_shared_bind_reaches_the_host_but_of_no_user_namespace(string? root, bool inUser, bool arrives)
    {
        using var bundle = new TestBundle(ownRoot: true);
        using var shared = new HostMount(bundle.MakeDirectory("shared"), "--make-shared");
        string inner = Directory.CreateDirectory(Path.Combine(shared.Path, "inner")).FullName;
        bundle.AddMount("/shared", "bind", shared.Path, "rbind", "rshared");
        bundle.AddMount("/closed", "bind", shared.Path, "rbind", "rprivate");
        bundle.SetCapabilities("CAP_SYS_ADMIN");
        bundle.Linux = bundle.Linux with { Seccomp = null, RootfsPropagation = root };
        if (inUser)
            bundle.AddUserNamespace();
        bundle.Start("/bin/sh", "-c", "mount -t tmpfs tmpfs /shared/inner && echo x >/shared/inner/file; echo done; sleep 1000");
        TestBundle.Eventually(() => bundle.Output.Contains("done", StringComparison.Ordinal), "mounted");
        Assert.Equal("x\n", bundle.Exec("cat", "/shared/inner/file").Output);
        Assert.Equal(arrives, File.Exists(Path.Combine(inner, "file")));
        Assert.NotEqual(0, bundle.Exec("cat", "/closed/inner/file").Code);
        using var later = new HostMount(Directory.CreateDirectory(Path.Combine(shared.Path, "later")).FullName);
        Assert.Contains(bundle.Mounts(), mount => mount.Point == "/shared/later");
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        if (arrives)
            HostCommand.Run("umount", inner);
    }

    [RootTheory]
    [InlineData("rprivate", "rslave", "master")]
    [InlineData("rslave", "rshared", "shared")]
    [InlineData("rslave", "rprivate", "")]
    [InlineData("rprivate", "rshared", "shared")]
    public void A_mount_keeps_its_own_propagation_whatever_the_roots_is(string root, string option, string expected)
    {
        using var bundle = new TestBundle(ownRoot: true);
        using var shared = new HostMount(bundle.MakeDirectory("shared"), "--make-shared");
        bundle.AddMount("/bound", "bind", shared.Path, "rbind", option);
        bundle.Linux = bundle.Linux with { RootfsPropagation = root };
        bundle.Start("sleep", "1000");
        Assert.Equal(expected, string.Join(' ', bundle.Mount("/bound").Propagation.Select(word => word.Split(':')[0])));
    }

    [RootFact]
    public void What_the_host_mounts_later_arrives_as_slave_and_nothing_goes_back()
    {
        using var bundle = new TestBundle(ownRoot: true);
        using var shared = new HostMount(bundle.MakeDirectory("shared"), "--make-shared");
        Directory.CreateDirectory(Path.Combine(shared.Path, "later"));
        Directory.CreateDirectory(Path.Combine(shared.Path, "inner"));
        bundle.AddMount("/slave", "bind", shared.Path, "rbind", "rslave");
        bundle.AddMount("/closed", "bind", shared.Path, "rbind", "rprivate");
        bundle.SetCapabilities("CAP_SYS_ADMIN");
        bundle.Linux = bundle.Linux with { Seccomp = null };
        bundle.Start("/bin/sh", "-c", "mount -t tmpfs tmpfs /slave/inner; echo x >/slave/inner/file; sleep 1000");
        TestBundle.Eventually(() => bundle.Mounts().Any(mount => mount.Point == "/slave/inner"), "the inner mount");
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(shared.Path, "inner")));
        using var later = new HostMount(Path.Combine(shared.Path, "later"));
        File.WriteAllText(Path.Combine(later.Path, "file"), "late");
        Assert.Equal("late", bundle.Exec("cat", "/slave/later/file").Output);
        Assert.NotEqual(0, bundle.Exec("cat", "/closed/later/file").Code);
    }

    [RootFact]
    public void Recursion_is_only_taken_where_it_is_asked_for()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = bundle.MakeDirectory("source");
        using var outer = new HostMount(source);
        Directory.CreateDirectory(Path.Combine(source, "sub"));
        using var inner = new HostMount(Path.Combine(source, "sub"));
        File.WriteAllText(Path.Combine(inner.Path, "file"), "deep");
        bundle.AddMount("/flat", "bind", source, "bind");
        bundle.AddMount("/deep", "bind", source, "rbind");
        bundle.AddMount("/top", "bind", source, "rbind", "ro");
        bundle.AddMount("/all", "bind", source, "rbind", "rro");
        Outcome outcome = bundle.RunShell("""
            ls /flat/sub; cat /deep/sub/file; echo
            touch /top/x 2>/dev/null; echo $?; touch /top/sub/top; echo $?
            touch /all/x 2>/dev/null; echo $?; touch /all/sub/x 2>/dev/null; echo $?
            """);
        Assert.Equal(["deep", "1", "0", "1", "1"], outcome.Lines);
        Assert.True(File.Exists(Path.Combine(inner.Path, "top")));
    }

    [RootFact]
    public void Missing_destinations_are_made_for_directories_and_files()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = bundle.MakeDirectory("source"), file = Path.Combine(source, "text");
        File.WriteAllText(file, "bound");
        bundle.AddMount("/a/b/c", "bind", source, "rbind");
        bundle.AddMount("/x/y/file", "bind", file, "bind", "ro");
        Outcome outcome = bundle.RunShell("cat /a/b/c/text; cat /x/y/file; echo no >/x/y/file; ls -ld /a/b | cut -c1-10");
        Assert.Equal(["boundbounddrwxr-xr-x"], outcome.Lines);
        Assert.Equal("bound", File.ReadAllText(file));
    }

    [RootFact]
    public void A_tmpfs_has_its_size_and_mode()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("/small", "tmpfs", "tmpfs", "size=64k", "mode=1770", "uid=5", "gid=6");
        bundle.Start("sleep", "1000");
        Assert.Contains("size=64k", bundle.Mount("/small").Super);
        Outcome inside = bundle.Exec("/bin/sh", "-c", "stat -c '%a %u %g' /small; dd if=/dev/zero of=/small/x bs=128k count=1 2>&1; wc -c </small/x");
        Assert.Equal("1770 5 6", inside.Lines[0]);
        Assert.Contains("No space left on device", inside.Output, StringComparison.Ordinal);
        Assert.Equal("65536", inside.Lines[^1]);
    }

    [RootFact]
    public void A_read_only_tmpfs_takes_the_mounts_below_it_first()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("/closed", "tmpfs", "tmpfs", "ro");
        bundle.AddMount("/closed/open", "tmpfs", "tmpfs", "rw");
        Outcome outcome = bundle.RunShell("touch /closed/x 2>/dev/null; echo $?; touch /closed/open/x; echo $?");
        Assert.Equal(["1", "0"], outcome.Lines);
    }

    [RootFact]
    public void An_option_that_the_filesystem_does_not_know_is_told_in_the_kernels_words()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("/bad", "tmpfs", "tmpfs", "nonsense=7");
        Outcome outcome = bundle.Refuse();
        Assert.Contains("Unknown parameter 'nonsense'", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("MountFileSystem", outcome.Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void A_filesystem_that_does_not_exist_is_named()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("/bad", "nosuchfs", "none");
        Outcome outcome = bundle.Refuse();
        Assert.Contains("nosuchfs", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("ENODEV", outcome.Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void A_source_that_does_not_exist_is_named()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("/bad", "bind", "/no/such/source", "rbind");
        Outcome outcome = bundle.Refuse();
        Assert.Contains("/no/such/source", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("must exist on the host", outcome.Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void A_read_only_root_leaves_its_mounts_writable()
    {
        using var bundle = new TestBundle();
        bundle.Spec = bundle.Spec with { Root = bundle.Spec.Root! with { Readonly = true } };
        bundle.Start("sleep", "1000");
        Assert.Contains("ro", bundle.Mount("/").Options);
        Outcome inside = bundle.Exec("/bin/sh", "-c", "touch /x 2>&1; touch /dev/shm/x && echo shm");
        Assert.Contains("Read-only file system", inside.Output, StringComparison.Ordinal);
        Assert.Equal("shm", inside.Lines[^1]);
        File.WriteAllText(Path.Combine(bundle.Bundle, "host"), "still writable");
    }

    [RootFact]
    public void Without_pivot_root_the_container_is_the_same()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["/bin/sh", "-c", "ls /; cat /proc/1/mountinfo | cut -d' ' -f5 | head -1"] };
        bundle.Write();
        Outcome outcome = bundle.Invoke("run", "--no-pivot", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("bin", outcome.Lines);
        Assert.DoesNotContain("boot", outcome.Lines);
    }

    [RootFact]
    public void A_root_given_through_a_link_is_the_directory_behind_it()
    {
        using var bundle = new TestBundle();
        File.CreateSymbolicLink(Path.Combine(bundle.Bundle, "rootfs"), bundle.Rootfs);
        bundle.Spec = bundle.Spec with { Root = new Spec.RootSpec { Path = "rootfs" } };
        Outcome outcome = bundle.RunShell("echo in");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("in\n", outcome.Output);
    }
}
