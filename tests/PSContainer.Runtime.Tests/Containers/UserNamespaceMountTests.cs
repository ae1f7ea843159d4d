using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>What the kernel gives the root of a user namespace only in part, and the container gets all the same.</summary>
[Trait("Category", "Container")]
public sealed class UserNamespaceMountTests
{
    [RootFact]
    public void A_bind_may_leave_out_what_is_mounted_below()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        string source = bundle.MakeDirectory("source");
        File.WriteAllText(Path.Combine(source, "file"), "outer\n");
        using var below = new HostMount(Directory.CreateDirectory(Path.Combine(source, "below")).FullName);
        File.WriteAllText(Path.Combine(below.Path, "inner"), "");
        bundle.AddMount("/alone", "bind", source, "bind", "ro");
        bundle.AddMount("/all", "bind", source, "rbind", "ro");
        bundle.Start("sleep", "1000");
        Assert.Equal("outer\ninner\n", bundle.Exec("/bin/sh", "-c", "cat /alone/file; ls /alone/below; ls /all/below").Output);
        Assert.Contains("ro", bundle.Mount("/alone").Options);
        // What is mounted on the host later, or inside, stays where it is.
        Assert.DoesNotContain(bundle.Mount("/alone").Propagation, static word => word.StartsWith("shared:", StringComparison.Ordinal));
    }

    // A copy made on the host could be opened again inside, where the container has the power to mount.
    [RootFact]
    public void What_the_host_has_closed_is_not_copied_without_what_is_mounted_below()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        using var closed = new HostMount(bundle.MakeDirectory("closed"));
        using var below = new HostMount(Directory.CreateDirectory(Path.Combine(closed.Path, "below")).FullName);
        HostCommand.Run("mount", "-o", "remount,bind,ro", closed.Path);
        bundle.AddMount("/alone", "bind", closed.Path, "bind");
        bundle.Process = bundle.Process with { Args = ["true"] };
        Outcome outcome = bundle.Refuse();
        Assert.Contains("EINVAL", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("rbind", outcome.Error, StringComparison.Ordinal);
    }

    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void Without_a_network_namespace_of_its_own_the_hosts_sysfs_is_bound_as_closed_as_was_asked()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.SetNamespaces("mount", "pid", "ipc", "uts", "cgroup");
        bundle.AddUserNamespace();
        bundle.Start("sleep", "1000");
        MountLine sys = bundle.Mounts().Single(static mount => mount.Point == "/sys");
        Assert.Equal("sysfs", sys.Type);
        Assert.Superset(new HashSet<string> { "ro", "nosuid", "nodev", "noexec" }, sys.Options.ToHashSet());
        Outcome inside = bundle.Exec("/bin/sh", "-c", "ls /sys/class/net; touch /sys/kernel/uevent_helper 2>&1");
        Assert.Contains("lo", inside.Lines);
        Assert.NotEqual(0, inside.Code);
    }

    [RootFact]
    public void Without_a_pid_or_ipc_namespace_the_hosts_procfs_and_queues_are_bound()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.SetNamespaces("mount", "network", "uts", "cgroup");
        bundle.AddUserNamespace();
        Outcome outcome = bundle.RunShell("test -d /proc/1 && grep -c ' /dev/mqueue ' /proc/self/mountinfo; readlink /proc/self/ns/pid");
        if (!MountLine.Read("/proc/self/mountinfo").Any(static mount => mount.Type == "mqueue"))
        {
            // A host without them has none to lend.
            Assert.Contains("EPERM", outcome.Error, StringComparison.Ordinal);
            bundle.Spec = bundle.Spec with { Mounts = [.. bundle.Spec.Mounts!.Select(static mount => mount.Type == "mqueue" ? mount with { Type = "tmpfs" } : mount)] };
            outcome = bundle.RunShell("test -d /proc/1 && grep -c ' /dev/mqueue ' /proc/self/mountinfo; readlink /proc/self/ns/pid");
        }
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("1", outcome.Lines[0]);
        Assert.Equal(bundle.NamespaceOf("pid", "self"), outcome.Lines[1]);
    }
}
