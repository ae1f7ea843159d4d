using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>C-12: paths of a configuration that lead out of where they belong, or to something that is waited at.</summary>
[Trait("Category", "Container")]
public sealed class PathTrickTests
{
    [RootTheory]
    [Trait("Attack", "C-12")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("/a/../../x")]
    [InlineData("a/./b")]
    [InlineData("/a\nb")]
    [InlineData("/a\0b")]
    [InlineData("//")]
    public void A_cgroup_path_that_leads_elsewhere_is_refused(string path)
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { CgroupsPath = path };
        Assert.Contains("target=\"cgroupsPath\"", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    [Trait("Attack", "C-12")]
    public void A_cgroup_path_that_is_too_long_leaves_no_part_of_it()
    {
        using var bundle = new TestBundle();
        string first = $"psc-test-{Guid.NewGuid():N}";
        bundle.Linux = bundle.Linux with { CgroupsPath = $"/{first}/{string.Join('/', Enumerable.Repeat(new string('x', 200), 30))}" };
        Assert.Contains("ENAMETOOLONG", bundle.Refuse().Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup"), place => Directory.Exists($"{place}/{first}"));
    }

    [RootTheory]
    [Trait("Attack", "C-12")]
    [InlineData("network")]
    [InlineData("uts")]
    [InlineData("user")]
    public void A_namespace_that_is_a_fifo_is_not_waited_at(string type)
    {
        using var bundle = new TestBundle();
        string path = Path.Combine(bundle.Bundle, "fifo");
        HostCommand.Run("mkfifo", path);
        bundle.SetNamespaces([.. bundle.Linux.Namespaces!.Where(item => item.Type != type), new Spec.NamespaceSpec { Type = type, Path = path }]);
        Assert.Contains("setns", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootTheory]
    [Trait("Attack", "C-18")]
    [InlineData("network", "net.ipv4.ip_forward", "/proc/self/ns/net")]
    [InlineData("network", "net/ipv4/ip_forward", "/proc/1/ns/net")]
    [InlineData("network", "net.core.somaxconn", "link")]
    [InlineData("ipc", "kernel.msgmax", "/proc/1/ns/ipc")]
    [InlineData("ipc", "fs.mqueue.msg_max", "link")]
    [InlineData("uts", "kernel.domainname", "/proc/self/ns/uts")]
    [InlineData("uts", "", "/proc/1/ns/uts")] // the host name
    [InlineData("uts", "", "link")]
    public void A_kernel_parameter_or_name_of_the_host_is_not_set_through_a_joined_namespace(string type, string parameter, string path)
    {
        using var bundle = new TestBundle();
        string file = path == "link" ? Path.Combine(bundle.Bundle, "link") : path;
        if (path == "link")
            File.CreateSymbolicLink(file, $"/proc/self/ns/{Proc.NamespaceTypes.FileName(type)}");
        bundle.SetNamespaces([.. bundle.Linux.Namespaces!.Where(item => item.Type != type), new Spec.NamespaceSpec { Type = type, Path = file }]);
        bundle.Spec = bundle.Spec with { Hostname = parameter.Length == 0 ? "psc-stolen" : null };
        if (parameter.Length > 0)
            bundle.Linux = bundle.Linux with { Sysctl = new Dictionary<string, string> { [parameter] = "1" } };
        // Who is root with fewer capabilities than PID 1 cannot look there, and so cannot join it either.
        bool canLook = new FileInfo(file).LinkTarget is not null;
        Assert.Contains(canLook ? "is the host's own" : "EACCES", bundle.Refuse().Error, StringComparison.Ordinal);
        Assert.NotEqual("psc-stolen", Environment.MachineName);
    }

    [RootFact]
    [Trait("Attack", "C-18")]
    public void A_joined_namespace_that_is_another_containers_takes_them()
    {
        using var other = new TestBundle();
        other.Start("sleep", "1000");
        using var bundle = new TestBundle();
        string net = $"/proc/{other.Pid}/ns/net";
        bundle.SetNamespaces([.. bundle.Linux.Namespaces!.Where(item => item.Type != "network"), new Spec.NamespaceSpec { Type = "network", Path = net }]);
        bundle.Linux = bundle.Linux with { Sysctl = new Dictionary<string, string> { ["net.ipv4.ip_default_ttl"] = "77" } };
        TestBundle.Succeed(bundle.RunCommand("true"));
        Assert.Equal("77", other.Exec("cat", "/proc/sys/net/ipv4/ip_default_ttl").Output.Trim());
    }
}
