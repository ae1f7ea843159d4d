using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

[Trait("Category", "Container")]
public sealed class NamespaceTests
{
    private static readonly string[] Files = ["mnt", "pid", "ipc", "uts", "net", "cgroup", "user", "time"];

    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void All_eight_can_be_new()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        bundle.Linux = bundle.Linux with { Namespaces = [.. bundle.Linux.Namespaces!, new NamespaceSpec { Type = "time" }] };
        bundle.Start("sleep", "1000");
        Assert.All(Files, type => Assert.NotEqual(bundle.NamespaceOf(type, "self"), bundle.NamespaceOf(type)));
        Outcome inside = bundle.Exec("/bin/sh", "-c", $"cd /proc/self/ns; for t in {string.Join(' ', Files)}; do readlink $t; done");
        Assert.Equal(Files.Select(type => bundle.NamespaceOf(type)), inside.Lines);
    }

    [RootFact]
    public void Types_that_are_not_listed_are_the_hosts()
    {
        using var bundle = new TestBundle();
        bundle.SetNamespaces("mount");
        bundle.Start("sleep", "1000");
        Assert.NotEqual(bundle.NamespaceOf("mnt", "self"), bundle.NamespaceOf("mnt"));
        Assert.All(Files[1..], type => Assert.Equal(bundle.NamespaceOf(type, "self"), bundle.NamespaceOf(type)));
        // The host's pids: inside, the container's own init has the number that the host gives it.
        Assert.Equal("sleep\n", bundle.Exec("cat", $"/proc/{bundle.Pid}/comm").Output);
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.Empty(bundle.Leftovers());
    }

    [RootTheory]
    [Trait("Kernel", "cgroup2")]
    [InlineData("pid", "pid")]
    [InlineData("ipc", "ipc")]
    [InlineData("uts", "uts")]
    [InlineData("network", "net")]
    [InlineData("cgroup", "cgroup")]
    [InlineData("time", "time")]
    public void One_type_is_joined_by_its_path(string type, string file)
    {
        using var first = new TestBundle();
        using var second = new TestBundle();
        first.Linux = first.Linux with { Namespaces = [.. first.Linux.Namespaces!, new NamespaceSpec { Type = "time" }] };
        first.Start("sleep", "1000");
        second.SetNamespaces([
            .. second.Linux.Namespaces!.Where(item => item.Type != type),
            new NamespaceSpec { Type = type, Path = $"/proc/{first.Pid}/ns/{file}" },
        ]);
        second.Start("sleep", "1001");
        Assert.Equal(first.NamespaceOf(file), second.NamespaceOf(file));
        Assert.All(Files.Except([file, "user", "time"]), other => Assert.NotEqual(first.NamespaceOf(other), second.NamespaceOf(other)));
        Assert.Equal(second.NamespaceOf(file), second.Exec("readlink", $"/proc/self/ns/{file}").Lines[0]);
        TestBundle.Succeed(second.Invoke("delete", "--force", second.Id));
        Assert.Empty(second.Leftovers());
        Assert.Equal("running", first.Status);
    }

    [RootFact]
    public void In_a_joined_pid_namespace_both_see_each_other_and_one_ends_alone()
    {
        using var first = new TestBundle();
        using var second = new TestBundle();
        first.Start("sleep", "1000");
        second.SetNamespaces([
            .. second.Linux.Namespaces!.Where(item => item.Type != "pid"),
            new NamespaceSpec { Type = "pid", Path = $"/proc/{first.Pid}/ns/pid" },
        ]);
        Outcome outcome = second.RunShell("cat /proc/1/cmdline | tr '\\0' ' '; echo; [ $$ != 1 ] && exit 3");
        Assert.Equal(3, outcome.Code);
        Assert.Equal("sleep 1000 \n", outcome.Output);
        Assert.Equal("running", first.Status);
    }

    [RootFact]
    public void In_a_joined_user_namespace_the_others_are_made_anew()
    {
        using var first = new TestBundle(ownRoot: true);
        using var second = new TestBundle(ownRoot: true);
        first.AddUserNamespace();
        first.Start("sleep", "1000");
        second.SetNamespaces([
            .. second.Linux.Namespaces!,
            new NamespaceSpec { Type = "user", Path = $"/proc/{first.Pid}/ns/user" },
        ]);
        second.Start("sleep", "1001");
        Assert.Equal(first.NamespaceOf("user"), second.NamespaceOf("user"));
        Assert.All(Files.Except(["user", "time"]), type => Assert.NotEqual(first.NamespaceOf(type), second.NamespaceOf(type)));
        Assert.Equal($"{TestBundle.MappedId}", second.StatusField("Uid").Split('\t')[0]);
        Assert.Equal("0\n", second.Exec("id", "-u").Output);
    }

    [RootFact]
    public void Clocks_are_moved_by_the_offsets()
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with
        {
            Namespaces = [.. bundle.Linux.Namespaces!, new NamespaceSpec { Type = "time" }],
            TimeOffsets = new Dictionary<string, TimeOffsetSpec>
            {
                ["boottime"] = new() { Secs = 100_000_000 },
                ["monotonic"] = new() { Secs = 86_400, Nanosecs = 5 },
            },
        };
        bundle.Start("sleep", "1000");
        string[] offsets = File.ReadAllLines($"/proc/{bundle.Pid}/timens_offsets");
        Assert.Contains(offsets, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["monotonic", "86400", "5"]);
        Assert.Contains(offsets, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["boottime", "100000000", "0"]);
        double uptime = double.Parse(bundle.Exec("cat", "/proc/uptime").Output.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(uptime, 100_000_000, 200_000_000);
    }

    [RootFact]
    public void A_new_network_has_only_loopback_and_it_is_up()
    {
        using var bundle = new TestBundle();
        Outcome outcome = bundle.RunShell("ls /sys/class/net; cat /sys/class/net/lo/flags; ping -c1 -W5 127.0.0.1 >/dev/null && echo answered");
        string[] lines = outcome.Lines;
        Assert.Contains("lo", lines);
        // IFF_UP, if(7). The kernel may add tunnel devices of its own, which are down.
        Assert.Contains(lines, line => line.StartsWith("0x", StringComparison.Ordinal) && (Convert.ToInt32(line, 16) & 1) == 1);
        Assert.Equal("answered", lines[^1]);
    }

    [RootTheory]
    [InlineData("/no/such/namespace", "ENOENT")]
    [InlineData("/proc/self/ns/uts", "EINVAL")]
    [InlineData("/dev/null", "EINVAL")]
    public void A_path_that_is_no_such_namespace_is_refused(string path, string error)
    {
        using var bundle = new TestBundle();
        bundle.SetNamespaces([
            .. bundle.Linux.Namespaces!.Where(item => item.Type != "network"),
            new NamespaceSpec { Type = "network", Path = path },
        ]);
        Outcome outcome = bundle.Refuse();
        Assert.Contains(path, outcome.Error, StringComparison.Ordinal);
        Assert.Contains(error, outcome.Error, StringComparison.Ordinal);
    }

    [RootTheory]
    [Trait("Kernel", "cgroup2")]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_a_cgroup_namespace_a_container_sees_its_own_v1_cgroup_alone_and_can_change_none(bool hasUser)
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.SetNamespaces([.. bundle.Linux.Namespaces!.Where(one => one.Type != "cgroup")]);
        bundle.SetResources(resources => resources with { Pids = new PidsResources { Limit = 1024 } });
        if (hasUser)
            bundle.AddUserNamespace();
        Outcome outcome = bundle.RunShell("cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null; mkdir /sys/fs/cgroup/pids/x 2>/dev/null || echo closed");
        Assert.True(outcome.Code == 0, outcome.Error);
        // v2 has one tree, which is the host's in the host's namespace; a v1 hierarchy is bound from the container's own cgroup down.
        string[] expected = Directory.Exists("/sys/fs/cgroup/pids") ? ["1024", "closed"] : ["closed"];
        Assert.Equal(expected, outcome.Lines);
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void Without_pivot_root_no_whole_procfs_of_the_hosts_is_left()
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { Seccomp = null };
        bundle.Process = bundle.Process with { Args = ["/bin/sh", "-c", "unshare -Urmpf /bin/sh -c 'mount -t proc none /proc && echo revealed'; echo end"] };
        bundle.Write();
        foreach (string[] options in new[] { new[] { "run" }, ["run", "--no-pivot"] })
        {
            Outcome outcome = bundle.Invoke([.. options, "-b", bundle.Bundle, bundle.Id]);
            Assert.True(outcome.Code == 0, outcome.Error);
            Assert.Equal("end\n", outcome.Output);
        }
    }
}
