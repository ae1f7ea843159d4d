using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>Sources that only the host's root may reach, for a container with a user namespace that root starts.</summary>
[Trait("Category", "Container")]
public sealed class HostSourceTests
{
    private const UnixFileMode OwnerOnly = (UnixFileMode)0b111_000_000;

    [RootTheory]
    [InlineData("directory", "cat /data/file")]
    [InlineData("directory/file", "cat /data")]
    [InlineData("link", "cat /data/file")]
    public void A_source_below_a_closed_directory_is_bound(string source, string command)
    {
        using var bundle = new TestBundle(ownRoot: true);
        string closed = MakeClosed(bundle);
        File.CreateSymbolicLink(Path.Combine(closed, "link"), Path.Combine(closed, "directory"));
        bundle.AddMount("/data", "bind", Path.Combine(closed, source), "rbind");
        Outcome outcome = bundle.RunShell($"{command}; ls /proc/self/fd | wc -l");
        // 0, 1, 2 and what ls itself has open.
        Assert.Equal(["text", "4"], outcome.Lines);
    }

    [RootFact]
    public void Several_are_bound_each_at_its_place_and_a_created_container_has_them_too()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string closed = MakeClosed(bundle), open = bundle.MakeDirectory("open");
        File.WriteAllText(Path.Combine(open, "name"), "open");
        foreach (string name in new[] { "first", "second" })
        {
            Directory.CreateDirectory(Path.Combine(closed, name));
            File.WriteAllText(Path.Combine(closed, name, "name"), name);
        }
        bundle.AddMount("/first", "bind", Path.Combine(closed, "first"), "bind");
        bundle.AddMount("/open", "bind", open, "bind");
        bundle.AddMount("/second", "bind", Path.Combine(closed, "second"), "bind", "ro");
        bundle.AddMount("/first", "bind", null, "bind", "remount", "noexec");
        bundle.Create("sleep", "1000");
        TestBundle.Succeed(bundle.Invoke("start", bundle.Id));
        Assert.Equal("firstopensecond", bundle.Exec("cat", "/first/name", "/open/name", "/second/name").Output);
        Assert.Contains("noexec", bundle.Mount("/first").Options);
        Assert.Contains("ro", bundle.Mount("/second").Options);
    }

    [RootFact]
    public void A_user_namespace_that_is_joined_gets_them_too()
    {
        using var owner = new TestBundle(ownRoot: true);
        owner.AddUserNamespace();
        owner.Start("sleep", "1000");
        using var bundle = new TestBundle(ownRoot: true);
        string closed = MakeClosed(bundle);
        bundle.SetNamespaces(new NamespaceSpec { Type = "user", Path = $"/proc/{owner.Pid}/ns/user" }, new NamespaceSpec { Type = "mount" },
            new NamespaceSpec { Type = "pid" }, new NamespaceSpec { Type = "network" }, new NamespaceSpec { Type = "ipc" }, new NamespaceSpec { Type = "cgroup" });
        bundle.AddMount("/data", "bind", Path.Combine(closed, "directory"), "rbind");
        Outcome outcome = bundle.RunShell("cat /data/file");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(["text"], outcome.Lines);
    }

    [RootFact]
    public void The_root_filesystem_may_be_below_one()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string closed = MakeClosed(bundle), root = Path.Combine(closed, "root");
        HostCommand.Run("cp", "-a", bundle.Rootfs, root);
        using var inner = new HostMount(Directory.CreateDirectory(Path.Combine(root, "inner")).FullName);
        File.WriteAllText(Path.Combine(inner.Path, "file"), "inner");
        bundle.Spec = bundle.Spec with { Root = new RootSpec { Path = root } };
        Outcome outcome = bundle.RunShell("cat /inner/file; touch /made && ls -d /made");
        Assert.Equal(["inner/made"], outcome.Lines);
        Assert.True(File.Exists(Path.Combine(root, "made")));
    }

    [RootTheory]
    [InlineData("rbind")]
    [InlineData("rbind,ro,noexec")]
    [InlineData("rbind,nosuid,nodev")]
    [InlineData("rbind,rro")]
    [InlineData("rbind,rprivate")]
    [InlineData("rbind,rslave")]
    [InlineData("rbind,rshared")]
    [InlineData("rbind,unbindable")]
    public void Every_option_does_what_it_does_for_a_source_within_reach(string options)
    {
        using var bundle = new TestBundle(ownRoot: true);
        string closed = MakeClosed(bundle), open = bundle.MakeDirectory("open");
        // Shared, so that a peer of the host's would be seen; below each another mount.
        using var hidden = new HostMount(Directory.CreateDirectory(Path.Combine(closed, "volume")).FullName, "--make-shared");
        using var reachable = new HostMount(open, "--make-shared");
        using var belowHidden = new HostMount(Directory.CreateDirectory(Path.Combine(hidden.Path, "below")).FullName, "--make-shared");
        using var belowReachable = new HostMount(Directory.CreateDirectory(Path.Combine(open, "below")).FullName, "--make-shared");
        bundle.AddMount("/hidden", "bind", hidden.Path, options.Split(','));
        bundle.AddMount("/open", "bind", open, options.Split(','));
        bundle.Start("sleep", "1000");
        foreach (string place in new[] { "", "/below" })
        {
            MountLine expected = bundle.Mount("/open" + place), actual = bundle.Mount("/hidden" + place);
            Assert.Equal(expected.Options, actual.Options);
            Assert.Equal(Kinds(expected), Kinds(actual));
        }
    }

    [RootTheory]
    [InlineData("private")]
    [InlineData("rslave")]
    [InlineData("rshared")]
    public void The_propagation_of_the_root_holds_for_it_as_for_others(string propagation)
    {
        using var bundle = new TestBundle(ownRoot: true);
        string closed = MakeClosed(bundle), open = bundle.MakeDirectory("open");
        using var hidden = new HostMount(Directory.CreateDirectory(Path.Combine(closed, "volume")).FullName, "--make-shared");
        using var reachable = new HostMount(open, "--make-shared");
        bundle.Linux = bundle.Linux with { RootfsPropagation = propagation };
        bundle.AddMount("/hidden", "bind", hidden.Path, "rbind");
        bundle.AddMount("/open", "bind", open, "rbind");
        bundle.Start("sleep", "1000");
        Assert.Equal(Kinds(bundle.Mount("/open")), Kinds(bundle.Mount("/hidden")));
    }

    [RootTheory]
    [InlineData("/proc/self/root/etc")]
    [InlineData("/proc/self/net")]
    [InlineData("/proc/1/root/etc")]
    public void What_a_procfs_leads_to_is_the_containers_process_to_ask_and_never_the_runtime(string target)
    {
        using var bundle = new TestBundle(ownRoot: true);
        string link = Path.Combine(MakeClosed(bundle), "link");
        File.CreateSymbolicLink(link, target);
        bundle.AddMount("/data", "bind", link, "rbind");
        bundle.Process = bundle.Process with { Args = ["true"] };
        Assert.Contains($"BindMount: open_tree '{link}': EACCES", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void A_descriptor_of_the_childs_stays_the_childs()
    {
        using var bundle = new TestBundle(ownRoot: true);
        MakeClosed(bundle);
        bundle.AddMount("/data", "bind", "/proc/self/status", "bind");
        // The child's own, which is pid 1 of its namespace, and not the runtime's.
        Outcome outcome = bundle.RunShell("grep ^NSpid: /data");
        Assert.EndsWith("\t1", Assert.Single(outcome.Lines), StringComparison.Ordinal);
    }

    [RootFact]
    public void One_that_is_missing_there_is_named_and_nothing_is_left()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string closed = MakeClosed(bundle), missing = Path.Combine(closed, "missing");
        bundle.AddMount("/data", "bind", Path.Combine(closed, "directory"), "rbind");
        bundle.AddMount("/more", "bind", missing, "rbind");
        bundle.Process = bundle.Process with { Args = ["true"] };
        string error = bundle.Refuse().Error;
        Assert.Contains($"BindMount: open_tree '{missing}': ENOENT", error, StringComparison.Ordinal);
        Assert.Contains("The source must exist on the host.", error, StringComparison.Ordinal);
    }

    [RootCommandFact("useradd", "setpriv", "newuidmap")]
    public void For_a_user_they_stay_out_of_reach()
    {
        using var user = new TestUser();
        using var closed = new TestDirectory();
        File.SetUnixFileMode(closed.Root, OwnerOnly);
        var mount = new MountSpec { Destination = "/mnt", Type = "bind", Source = closed.Canary, Options = ["bind"] };
        Outcome outcome = user.RunShell("true", spec => spec with { Mounts = [.. spec.Mounts!, mount] });
        Assert.True(outcome.IsRefused);
        Assert.Contains($"BindMount: open_tree '{closed.Canary}': EACCES", outcome.Error, StringComparison.Ordinal);
    }

    private static string MakeClosed(TestBundle bundle)
    {
        bundle.AddUserNamespace();
        string closed = bundle.MakeDirectory("closed"), directory = Directory.CreateDirectory(Path.Combine(closed, "directory")).FullName;
        File.WriteAllText(Path.Combine(directory, "file"), "text\n");
        File.SetUnixFileMode(closed, OwnerOnly);
        // The bundle itself is for all to pass: only what is meant is closed.
        File.SetUnixFileMode(bundle.Bundle, (UnixFileMode)0b111_001_001);
        return closed;
    }

    // Without the numbers of the peer groups.
    private static IEnumerable<string> Kinds(MountLine mount) => mount.Propagation.Select(static word => word.Split(':')[0]);
}
