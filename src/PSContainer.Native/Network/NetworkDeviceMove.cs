using PSContainer.Kernel;
using PSContainer.Kernel.Netlink;
using PSContainer.Spec;

namespace PSContainer.Network;

/// <summary>Moves network devices of the host into a container (config-linux.md, "Network Devices").</summary>
/// <remarks>
/// The kernel takes a device's addresses away and sets it down when it changes its namespace; both are given back there. When the
/// namespace ends, the kernel itself returns hardware and removes the others.
/// </remarks>
internal sealed class NetworkDeviceMove : IDisposable
{
    private readonly RouteSocket _host, _container;
    private readonly FileHandle _hostNamespace, _containerNamespace;
    private readonly List<(NetworkDevice There, NetworkDevice Here)> _moved = [];

    /// <summary>Looks into both namespaces.</summary>
    /// <param name="path">The container's network namespace.</param>
    public NetworkDeviceMove(string path)
    {
        _hostNamespace = Open("/proc/thread-self/ns/net");
        _containerNamespace = Open(path);
        _host = RouteSocket.Open();
        _container = RouteSocket.OpenIn(path);
    }

    /// <summary>Moves the devices.</summary>
    /// <exception cref="ContainerException">One is missing, its name is taken inside, or the kernel refuses; those moved are back.</exception>
    public void MoveIn(IReadOnlyDictionary<string, NetDeviceSpec> devices)
    {
        foreach ((string name, NetDeviceSpec device) in devices)
        {
            NetworkDevice here = NetworkDevice.List(_host).Find(one => one.Name == name)
                ?? throw Failed(name, "RTM_GETLINK", Errno.ENODEV, "See 'ip link' for the devices of this host's network namespace.");
            MoveOne(here, string.IsNullOrEmpty(device.Name) ? name : device.Name);
        }
    }

    /// <summary>Moves back what was moved, as far as that can be; for a start that fails.</summary>
    public void MoveBack()
    {
        foreach ((NetworkDevice there, NetworkDevice here) in _moved)
        {
            List<DeviceAddress> addresses = DeviceAddress.List(_container, there.Index);
            if (there.Move(_container, _hostNamespace.Fd, here.Name) < 0 || NetworkDevice.List(_host).Find(one => one.Name == here.Name) is not { } back)
                continue;
            if (here.IsUp)
                back.SetUp(_host);
            addresses.ForEach(address => address.AddTo(_host, back.Index));
        }
        _moved.Clear();
    }

    /// <summary>Closes the sockets; the devices stay where they are.</summary>
    public void Dispose()
    {
        _host.Dispose();
        _container.Dispose();
        _hostNamespace.Dispose();
        _containerNamespace.Dispose();
    }

    private void MoveOne(NetworkDevice here, string name)
    {
        var before = NetworkDevice.List(_container).ToDictionary(one => one.Name, one => one.Index);
        if (before.ContainsKey(name))
            throw Failed(here.Name, "RTM_NEWLINK", Errno.EEXIST, $"The container has a device '{name}' already: give another name, or one with %d.");
        List<DeviceAddress> addresses = DeviceAddress.List(_host, here.Index);
        Check(here.Move(_host, _containerNamespace.Fd, name), here.Name, "RTM_NEWLINK");
        NetworkDevice there = NetworkDevice.List(_container).Find(one => !before.ContainsKey(one.Name))
            ?? throw Failed(here.Name, "RTM_GETLINK", Errno.ENODEV, "Something else moved it on.");
        _moved.Add((there, here));
        Check(there.SetUp(_container), here.Name, "RTM_NEWLINK");
        foreach (DeviceAddress address in addresses)
            Check(address.AddTo(_container, there.Index), here.Name, "RTM_NEWADDR");
    }

    private static void Check(int result, string device, string call)
    {
        if (result < 0)
            throw Failed(device, call, -result, Recommend(-result));
    }

    private static string Recommend(int errno) => errno switch
    {
        Errno.EPERM => "Moving a device takes CAP_NET_ADMIN in both network namespaces.",
        Errno.EINVAL => "The kernel keeps this device in its namespace (lo and tunnels are such), or the name is none.",
        Errno.EBUSY => "The device is in use: see what holds it with 'ip link'.",
        _ => "See rtnetlink(7).",
    };

    private static ContainerStartException Failed(string device, string call, int errno, string recommendation) =>
        new($"MoveNetworkDevice: {call} '{device}': {Errno.Name(errno)} ({Errno.Describe(errno)})", recommendation)
        { Step = "MoveNetworkDevice", Call = call, Errno = errno, Target = device };

    private static FileHandle Open(string path) =>
        new((int)Syscall.Check(Files.openat(Files.AT_FDCWD, path, Files.O_RDONLY | Files.O_NONBLOCK | Files.O_CLOEXEC), "openat", path));
}
