using PSContainer.Runtime.Tests.Containers;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Conformance;

/// <summary>config-linux.md "Network Devices". The devices are in a network namespace of the test's own, which the runtime is started in.</summary>
public sealed class NetDeviceTests
{
    [RootFact]
    public void A_device_is_moved_set_up_and_keeps_its_permanent_global_addresses()
    {
        using var host = new HostNetwork();
        host.Run("ip link add psc0 type ifb; ip addr add 192.0.2.7/24 dev psc0; ip addr add 2001:db8::7/64 dev psc0 nodad; ip addr add 169.254.1.1/16 scope link dev psc0; ip link set psc0 up");
        using var bundle = new TestBundle();
        Move(bundle, ("psc0", null));
        Outcome outcome = host.RunContainer(bundle, "ip addr show dev psc0");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("UP", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("192.0.2.7/24", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("2001:db8::7/64", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("169.254.1.1", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("psc0", host.Run("ip -o link"), StringComparison.Ordinal);
    }

    [RootFact]
    public void It_gets_the_name_that_was_asked_for_also_from_a_template()
    {
        using var host = new HostNetwork();
        host.Run("ip link add psc0 type ifb; ip link add psc1 type ifb; ip link add psc2 type ifb");
        using var bundle = new TestBundle();
        Move(bundle, ("psc0", "inner"), ("psc1", "eth%d"), ("psc2", "eth%d"));
        Outcome outcome = host.RunContainer(bundle, "ls /sys/class/net");
        Assert.Equal(["eth0", "eth1", "inner", "lo"], outcome.Lines.Order());
    }

    [RootFact]
    public void A_name_that_is_taken_is_refused_and_the_device_stays()
    {
        using var host = new HostNetwork();
        host.Run("ip link add psc0 type ifb; ip link add psc1 type ifb");
        using var bundle = new TestBundle();
        Move(bundle, ("psc0", "same"), ("psc1", "same"));
        Outcome outcome = host.RunContainer(bundle, "true");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("MoveNetworkDevice: RTM_NEWLINK 'psc1': EEXIST", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("psc0", host.Run("ip -o link"), StringComparison.Ordinal);
        Assert.Contains("psc1", host.Run("ip -o link"), StringComparison.Ordinal);
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void A_later_failure_brings_the_device_back_as_it_was()
    {
        using var host = new HostNetwork();
        host.Run("ip link add psc0 type ifb; ip addr add 192.0.2.7/24 dev psc0; ip link set psc0 up");
        using var bundle = new TestBundle();
        Move(bundle, ("psc0", "inner"));
        Outcome outcome = host.RunContainer(bundle, "true", command: ["/no/such/command"]);
        Assert.Equal(1, outcome.Code);
        string after = host.Run("ip addr show dev psc0");
        Assert.Contains("192.0.2.7/24", after, StringComparison.Ordinal);
        Assert.Contains(",UP", after, StringComparison.Ordinal);
    }

    [RootFact]
    public void A_device_that_is_missing_or_cannot_move_is_named()
    {
        using var host = new HostNetwork();
        using var bundle = new TestBundle();
        Move(bundle, ("psc9", null));
        Assert.Contains("MoveNetworkDevice: RTM_GETLINK 'psc9': ENODEV", host.RunContainer(bundle, "true").Error, StringComparison.Ordinal);
        Move(bundle, ("lo", "other"));
        Assert.Contains("MoveNetworkDevice: RTM_NEWLINK 'lo': EINVAL", host.RunContainer(bundle, "true").Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void It_works_in_a_network_namespace_that_is_joined()
    {
        using var host = new HostNetwork();
        host.Run("ip link add psc0 type ifb");
        using var owner = new TestBundle();
        owner.Start("sleep", "1000");
        using var bundle = new TestBundle();
        Move(bundle, ("psc0", "inner"));
        bundle.Linux = bundle.Linux with
        {
            Namespaces = [.. bundle.Linux.Namespaces!.Where(item => item.Type != "network"), new NamespaceSpec { Type = "network", Path = $"/proc/{owner.Pid}/ns/net" }],
        };
        Assert.Contains("inner", host.RunContainer(bundle, "ls /sys/class/net").Lines);
        // It is the namespace's now, not the container's.
        Assert.Contains("inner", owner.Exec("ls", "/sys/class/net").Lines);
    }

    [RootTheory]
    [InlineData("a name too long for it", null)]
    [InlineData("psc0", "a/b")]
    [InlineData("", null)]
    [InlineData("psc0", "..")]
    public void A_name_without_sense_is_refused_before_anything_is_made(string name, string? inside)
    {
        using var bundle = new TestBundle();
        Move(bundle, (name, inside));
        Assert.Contains("'linux.netDevices'", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Without_a_network_namespace_there_is_nowhere_to_move_to()
    {
        using var bundle = new TestBundle();
        Move(bundle, ("psc0", null));
        bundle.Linux = bundle.Linux with { Namespaces = [.. bundle.Linux.Namespaces!.Where(item => item.Type != "network")] };
        Assert.Contains("'linux.netDevices'", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    private static void Move(TestBundle bundle, params (string Name, string? Inside)[] devices) => bundle.Linux = bundle.Linux with
    {
        NetDevices = devices.ToDictionary(device => device.Name, device => new NetDeviceSpec { Name = device.Inside }),
    };
}

/// <summary>A network namespace that plays the host's, for as long as a process of the test holds it.</summary>
internal sealed class HostNetwork : IDisposable
{
    private readonly System.Diagnostics.Process _holder;

    public HostNetwork()
    {
        _holder = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("unshare", ["--net", "sh", "-c", "echo ready; exec sleep 1000"]) { RedirectStandardOutput = true })!;
        Assert.Equal("ready", _holder.StandardOutput.ReadLine());
    }

    /// <summary>Runs a shell script in it.</summary>
    public string Run(string script) => HostCommand.Run("nsenter", $"--net=/proc/{_holder.Id}/ns/net", "sh", "-ec", script);

    /// <summary>Runs a container from it; its command is a shell script, or another.</summary>
    public Outcome RunContainer(TestBundle bundle, string script, string[]? command = null)
    {
        bundle.Process = bundle.Process with { Args = command ?? ["/bin/sh", "-c", script] };
        bundle.Write();
        return HostCommand.Try("nsenter", $"--net=/proc/{_holder.Id}/ns/net", PSContainer.Tests.TestRepository.Executable,
            "--root", bundle.StateRoot, "run", "-b", bundle.Bundle, bundle.Id);
    }

    public void Dispose()
    {
        _holder.Kill();
        _holder.Dispose();
    }
}
