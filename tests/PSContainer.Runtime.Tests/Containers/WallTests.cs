using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

[Trait("Category", "Container")]
public sealed class WallTests
{
    [RootFact]
    public void Masked_files_are_empty_and_masked_directories_too()
    {
        using var bundle = new TestBundle(ownRoot: true);
        Directory.CreateDirectory(Path.Combine(bundle.Rootfs, "hidden"));
        File.WriteAllText(Path.Combine(bundle.Rootfs, "hidden/file"), "secret");
        File.WriteAllText(Path.Combine(bundle.Rootfs, "secret"), "secret");
        bundle.Linux = bundle.Linux with { MaskedPaths = ["/hidden", "/secret", "/proc/kcore", "/sys/firmware", "/no/such/path"] };
        bundle.Start("sleep", "1000");
        Outcome inside = bundle.Exec("/bin/sh", "-c", """
            ls -A /hidden /sys/firmware 2>/dev/null | grep -v '^$' | grep -v ':$'; cat /secret; head -c 1 /proc/kcore
            touch /hidden/new 2>/dev/null; echo $?; echo x >/secret; umount /secret 2>/dev/null; echo $?
            """);
        Assert.Equal(["1", "1"], inside.Lines);
        Assert.Equal("secret", File.ReadAllText(Path.Combine(bundle.Rootfs, "secret")));
        Assert.Equal("/null", bundle.Mount("/secret").Root);
        Assert.Contains("ro", bundle.Mount("/hidden").Options);
        Assert.False(Directory.Exists(Path.Combine(bundle.Rootfs, "no")));
    }

    [RootFact]
    public void Read_only_paths_can_be_read_but_not_written_nor_what_is_mounted_below()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddMount("/etc/sub", "tmpfs", "tmpfs", "rw");
        bundle.Linux = bundle.Linux with { ReadonlyPaths = ["/etc", "/proc/sys", "/no/such/path"] };
        bundle.SetCapabilities("CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE", "CAP_NET_ADMIN");
        bundle.Start("sleep", "1000");
        Outcome inside = bundle.Exec("/bin/sh", "-c", """
            head -1 /etc/passwd | cut -d: -f1
            touch /etc/x 2>/dev/null; echo $?; touch /etc/sub/x 2>/dev/null; echo $?
            echo 1 2>/dev/null >/proc/sys/net/ipv4/ip_forward; echo $?
            """);
        Assert.Equal(["root", "1", "1", "1"], inside.Lines);
        Assert.Contains("ro", bundle.Mount("/etc").Options);
        Assert.Contains("ro", bundle.Mount("/etc/sub").Options);
        Assert.Contains("ro", bundle.Mount("/proc/sys").Options);
        File.WriteAllText(Path.Combine(bundle.Rootfs, "etc/x"), "the host still can");
    }

    [RootFact]
    [Trait("Attack", "B-04")]
    [Trait("CVE", "CVE-2025-31133")]
    public void A_null_device_of_the_image_is_not_what_masks()
    {
        // CVE-2025-31133: where /dev/null of the image is a link, masking must not bind what it leads to.
        using var bundle = new TestBundle(ownRoot: true);
        string dev = Path.Combine(bundle.Rootfs, "dev");
        File.CreateSymbolicLink(Path.Combine(dev, "null"), "/etc/shadow-of-the-image");
        File.WriteAllText(Path.Combine(bundle.Rootfs, "etc/shadow-of-the-image"), "wrong");
        File.WriteAllText(Path.Combine(bundle.Rootfs, "secret"), "secret");
        bundle.AddMount("/dev", "bind", dev, "rbind");
        bundle.Spec = bundle.Spec with { Mounts = [.. bundle.Spec.Mounts!.Where(mount => mount.Type is "proc" or "sysfs" or "bind")] };
        bundle.Linux = bundle.Linux with { MaskedPaths = ["/secret"] };
        Outcome outcome = bundle.RunShell("cat /secret; stat -c '%t:%T' /secret");
        Assert.True(outcome.Output is "1:3\n" || outcome.Code != 0, outcome.Output);
        Assert.DoesNotContain("wrong", outcome.Output, StringComparison.Ordinal);
    }

    [RootTheory]
    [Trait("Attack", "B-10")]
    [Trait("CVE", "CVE-2019-18837")]
    [Trait("CVE", "CVE-2019-19921")]
    [Trait("CVE", "CVE-2023-27561")]
    [Trait("CVE", "CVE-2023-28642")]
    [Trait("CVE", "CVE-2025-54867")]
    [InlineData("proc", "/tmp/p")]
    [InlineData("sys", "/etc")]
    public void A_proc_or_sys_that_is_a_link_is_refused(string directory, string target)
    {
        // CVE-2019-19921 and its kin: masks and labels would go elsewhere.
        using var bundle = new TestBundle(ownRoot: true);
        Directory.Delete(Path.Combine(bundle.Rootfs, directory));
        File.CreateSymbolicLink(Path.Combine(bundle.Rootfs, directory), target);
        Outcome outcome = bundle.Refuse();
        Assert.Contains("ELOOP", outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"/{directory}", outcome.Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void A_hostname_and_domain_name_are_the_containers_own()
    {
        using var bundle = new TestBundle();
        string host = File.ReadAllText("/proc/sys/kernel/hostname");
        bundle.Spec = bundle.Spec with { Hostname = "psc-inner", Domainname = "example.test" };
        Assert.Equal("psc-inner\nexample.test\n", bundle.RunShell("hostname; cat /proc/sys/kernel/domainname").Output);
        Assert.Equal(host, File.ReadAllText("/proc/sys/kernel/hostname"));
    }

    [RootFact]
    public void Kernel_parameters_of_its_namespaces_are_set_there_only()
    {
        using var bundle = new TestBundle();
        string[] files = ["/proc/sys/net/ipv4/ip_local_port_range", "/proc/sys/kernel/shmmni", "/proc/sys/fs/mqueue/msg_max"];
        string[] before = [.. files.Select(File.ReadAllText)];
        bundle.Linux = bundle.Linux with
        {
            Sysctl = new Dictionary<string, string>
            {
                ["net.ipv4.ip_local_port_range"] = "20000 21000", ["kernel.shmmni"] = "77", ["fs/mqueue/msg_max"] = "11",
            },
        };
        Assert.Equal(["20000", "21000", "77", "11"],
            bundle.RunCommand("cat", files[0], files[1], files[2]).Output.Split(Array.Empty<char>(), StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(before, files.Select(File.ReadAllText));
    }

    [RootTheory]
    [InlineData("kernel.core_pattern", "|/bin/sh")]
    [InlineData("vm.overcommit_memory", "1")]
    [InlineData("net.ipv4.../../kernel.core_pattern", "x")]
    [InlineData("kernel.shm_next_id", "1")]
    [InlineData("", "1")]
    public void Kernel_parameters_of_the_host_are_refused(string name, string value)
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { Sysctl = new Dictionary<string, string> { [name] = value } };
        bundle.Refuse();
    }

    [RootFact]
    public void Kernel_parameters_of_a_namespace_that_is_shared_are_refused()
    {
        using var bundle = new TestBundle();
        bundle.SetNamespaces("mount", "pid", "ipc", "uts");
        bundle.Linux = bundle.Linux with { Sysctl = new Dictionary<string, string> { ["net.ipv4.ip_forward"] = "1" } };
        Assert.Contains("network namespace", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void A_value_that_the_kernel_refuses_names_the_parameter()
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { Sysctl = new Dictionary<string, string> { ["kernel.shmmni"] = "words" } };
        Outcome outcome = bundle.Refuse();
        Assert.Contains("kernel/shmmni", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("EINVAL", outcome.Error, StringComparison.Ordinal);
    }
}
