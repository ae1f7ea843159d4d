using PSContainer.Kernel;

namespace PSContainer.Security;

/// <summary>Sets of capabilities that containers are commonly given.</summary>
public static class CapabilitySets
{
    /// <summary>
    /// What a container has unless told otherwise: enough to own, change and serve files and to switch users inside it, nothing
    /// that configures the host. The set that users of Docker expect.
    /// </summary>
    public static IReadOnlyList<Capability> Default { get; } =
    [
        Capability.Chown,
        Capability.DacOverride,
        Capability.Fowner,
        Capability.Fsetid,
        Capability.Kill,
        Capability.Setgid,
        Capability.Setuid,
        Capability.Setpcap,
        Capability.NetBindService,
        Capability.NetRaw,
        Capability.SysChroot,
        Capability.Mknod,
        Capability.AuditWrite,
        Capability.Setfcap,
    ];

    /// <summary>Every capability this version knows.</summary>
    public static IReadOnlyList<Capability> All { get; } = MakeAll();

    private static Capability[] MakeAll()
    {
        var all = new Capability[CapabilityName.Count];
        for (int number = 0; number < all.Length; number++)
            all[number] = (Capability)number;
        return all;
    }
}
