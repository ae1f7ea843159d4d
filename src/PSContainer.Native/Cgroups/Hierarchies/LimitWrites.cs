using System.Globalization;

namespace PSContainer.Cgroups.Hierarchies;

/// <summary>Limits on their way to files: asks where a controller is, refuses what the host cannot do, keeps the order.</summary>
internal sealed class LimitWrites(CgroupHost host)
{
    private readonly List<CgroupWrite> _writes = [];

    /// <summary>The writes so far, in order.</summary>
    internal IReadOnlyList<CgroupWrite> List => _writes;

    /// <summary>Where a limit's controller is.</summary>
    /// <returns>Whether that is the v2 hierarchy.</returns>
    /// <exception cref="ControllerUnavailableException">No hierarchy has the controller.</exception>
    internal bool IsUnified(string controller, string limit) =>
        (host.Find(controller) ?? throw Missing(controller, limit)).IsUnified;

    /// <summary>Refuses a limit that only v1 has when its controller is on v2.</summary>
    internal void RequireLegacy(string controller, string limit)
    {
        if (IsUnified(controller, limit))
        {
            throw new ControllerUnavailableException(
                $"The limit '{limit}' exists only on cgroup v1; this host has the controller '{controller}' on v2.",
                "Leave this limit out.")
            { Target = limit };
        }
    }

    internal void Add(string controller, string file, long value) => Add(controller, file, Number(value));

    internal void Add(string controller, string file, string value) => _writes.Add(new CgroupWrite(controller, file, value));

    internal void Add(CgroupWrite write) => _writes.Add(write);

    /// <summary>A limit that is negative for "none", as v2 writes it.</summary>
    internal static string MaxOr(long value) => value < 0 ? "max" : Number(value);

    internal static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The failure of a limit whose controller is nowhere.</summary>
    internal ControllerUnavailableException Missing(string controller, string limit) => new(
        $"The limit '{limit}' needs the cgroup controller '{controller}', which this host does not offer " +
        $"(it offers: {string.Join(", ", host.Controllers.Order(StringComparer.Ordinal))}).",
        host.Mode == CgroupMode.Unified && host.Unified!.MountRoot != "/"
            ? "Let the outer container delegate the controller, or leave this limit out."
            : $"Use a kernel that has it (see /proc/cgroups and the boot option cgroup_disable=), or leave this limit out.")
    { Target = limit };
}
