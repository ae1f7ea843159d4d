namespace PSContainer.Proc;

/// <summary>What a namespace isolates, namespaces(7).</summary>
public enum NamespaceType
{
    /// <summary>The tree of mounts, mount_namespaces(7).</summary>
    Mount,

    /// <summary>Host name and domain name, uts_namespaces(7).</summary>
    Uts,

    /// <summary>System V IPC objects and POSIX message queues, ipc_namespaces(7).</summary>
    Ipc,

    /// <summary>Process ids, pid_namespaces(7).</summary>
    Pid,

    /// <summary>Devices, addresses, routes, ports, network_namespaces(7).</summary>
    Network,

    /// <summary>User and group ids and capabilities, user_namespaces(7).</summary>
    User,

    /// <summary>The root of the cgroup tree, cgroup_namespaces(7).</summary>
    Cgroup,

    /// <summary>The monotonic clock and the one since boot, time_namespaces(7).</summary>
    Time,
}
