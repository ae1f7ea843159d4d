using PSContainer.Kernel;

namespace PSContainer.Spec;

/// <summary>The words among mount options that mean a flag of the kernel's.</summary>
/// <remarks>No tables: each start would have to fill them.</remarks>
public static class MountOptionWords
{
    private static string[] Propagations =>
        ["private", "rprivate", "slave", "rslave", "shared", "rshared", "unbindable", "runbindable"];

    private static string[] Attributes =>
    [
        "ro", "rw", "nosuid", "suid", "nodev", "dev", "noexec", "exec", "noatime", "atime", "relatime", "norelatime",
        "strictatime", "nostrictatime", "nodiratime", "diratime", "nosymfollow", "symfollow",
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<string> All => [.. Propagations, .. Attributes, .. Attributes.Select(name => "r" + name)];

    /// <summary>MS_PRIVATE and so on, with MS_REC; 0 for another word.</summary>
    public static int Propagation(string word) => word switch
    {
        "private" => MountApi.MsPrivate,
        "rprivate" => MountApi.MsPrivate | MountApi.MsRec,
        "slave" => MountApi.MsSlave,
        "rslave" => MountApi.MsSlave | MountApi.MsRec,
        "shared" => MountApi.MsShared,
        "rshared" => MountApi.MsShared | MountApi.MsRec,
        "unbindable" => MountApi.MsUnbindable,
        "runbindable" => MountApi.MsUnbindable | MountApi.MsRec,
        _ => 0,
    };

    /// <summary>MOUNT_ATTR_… to set and to clear; both 0 for another word.</summary>
    /// <remarks>The access time settings are values of one field: setting one clears the field first.</remarks>
    public static (long Set, long Clear) Attribute(string word) => word switch
    {
        "ro" => (MountApi.AttrRdonly, 0),
        "rw" => (0, MountApi.AttrRdonly),
        "nosuid" => (MountApi.AttrNosuid, 0),
        "suid" => (0, MountApi.AttrNosuid),
        "nodev" => (MountApi.AttrNodev, 0),
        "dev" => (0, MountApi.AttrNodev),
        "noexec" => (MountApi.AttrNoexec, 0),
        "exec" => (0, MountApi.AttrNoexec),
        "noatime" => (MountApi.AttrNoatime, MountApi.AttrAtimeMask),
        "atime" or "relatime" or "nostrictatime" => (0, MountApi.AttrAtimeMask),
        "norelatime" or "strictatime" => (MountApi.AttrStrictatime, MountApi.AttrAtimeMask),
        "nodiratime" => (MountApi.AttrNodiratime, 0),
        "diratime" => (0, MountApi.AttrNodiratime),
        "nosymfollow" => (MountApi.AttrNosymfollow, 0),
        "symfollow" => (0, MountApi.AttrNosymfollow),
        _ => (0, 0),
    };
}
