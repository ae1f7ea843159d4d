using PSContainer.Kernel;

namespace PSContainer.Spec;

/// <summary>Mount options of the specification (config.md, "Linux mount options") as the kernel takes them.</summary>
public sealed class MountOptions
{
    private readonly List<string> _data = [];

    private MountOptions()
    {
    }

    /// <summary>MOUNT_ATTR_… to set.</summary>
    public long Set { get; private set; }

    /// <summary>MOUNT_ATTR_… to clear.</summary>
    public long Clear { get; private set; }

    /// <summary>Whether <see cref="Set"/> and <see cref="Clear"/> hold for everything below too.</summary>
    public bool IsRecursiveAttribute { get; private set; }

    /// <summary>MS_PRIVATE and so on, with MS_REC; 0 leaves the propagation.</summary>
    public long Propagation { get; private set; }

    /// <summary>Whether it is a bind.</summary>
    public bool IsBind { get; private set; }

    /// <summary>Whether the bind takes along what is mounted below.</summary>
    public bool IsRecursiveBind { get; private set; }

    /// <summary>What the filesystem itself gets.</summary>
    public IReadOnlyList<string> Data => _data;

    /// <summary>Reads the options of one mount.</summary>
    /// <exception cref="InvalidSpecException">An option needs something that is not there.</exception>
    public static MountOptions Parse(MountSpec mount)
    {
        var options = new MountOptions { IsBind = mount.Type is "bind" };
        foreach (string option in mount.Options ?? [])
            options.Add(option, mount.Destination);
        options.IsBind |= options.IsRecursiveBind;
        if (options.Data.Contains("tmpcopyup"))
            throw new InvalidSpecException($"The mount option 'tmpcopyup' of '{mount.Destination}' is not supported.", "Leave the option out, or use an overlay.");
        return options;
    }

    private void Add(string option, string destination)
    {
        if (Propagations.TryGetValue(option, out int propagation))
        {
            Propagation = propagation;
            return;
        }
        switch (option)
        {
            case "defaults" or "async" or "nomand" or "loud" or "nolazytime":
                return;
            case "bind":
                IsBind = true;
                return;
            case "rbind":
                IsRecursiveBind = true;
                return;
            case "remount" or "idmap" or "ridmap":
                throw new InvalidSpecException($"The mount option '{option}' of '{destination}' is not supported.", "Leave the option out.");
        }
        if (Attributes.TryGetValue(option, out (long Set, long Clear) attribute))
            Change(attribute);
        else if (option.Length > 1 && option[0] == 'r' && Attributes.TryGetValue(option[1..], out attribute))
        {
            Change(attribute);
            IsRecursiveAttribute = true;
        }
        else
            _data.Add(option);
    }

    private void Change((long Set, long Clear) attribute)
    {
        Set = (Set & ~attribute.Clear) | attribute.Set;
        Clear = (Clear & ~attribute.Set) | attribute.Clear;
    }

    private static readonly Dictionary<string, int> Propagations = new()
    {
        ["private"] = MountApi.MsPrivate,
        ["rprivate"] = MountApi.MsPrivate | MountApi.MsRec,
        ["slave"] = MountApi.MsSlave,
        ["rslave"] = MountApi.MsSlave | MountApi.MsRec,
        ["shared"] = MountApi.MsShared,
        ["rshared"] = MountApi.MsShared | MountApi.MsRec,
        ["unbindable"] = MountApi.MsUnbindable,
        ["runbindable"] = MountApi.MsUnbindable | MountApi.MsRec,
    };

    // The access time settings are values of one field: setting one clears the field first.
    private static readonly Dictionary<string, (long Set, long Clear)> Attributes = new()
    {
        ["ro"] = (MountApi.AttrRdonly, 0),
        ["rw"] = (0, MountApi.AttrRdonly),
        ["nosuid"] = (MountApi.AttrNosuid, 0),
        ["suid"] = (0, MountApi.AttrNosuid),
        ["nodev"] = (MountApi.AttrNodev, 0),
        ["dev"] = (0, MountApi.AttrNodev),
        ["noexec"] = (MountApi.AttrNoexec, 0),
        ["exec"] = (0, MountApi.AttrNoexec),
        ["noatime"] = (MountApi.AttrNoatime, MountApi.AttrAtimeMask),
        ["atime"] = (0, MountApi.AttrAtimeMask),
        ["relatime"] = (0, MountApi.AttrAtimeMask),
        ["norelatime"] = (MountApi.AttrStrictatime, MountApi.AttrAtimeMask),
        ["strictatime"] = (MountApi.AttrStrictatime, MountApi.AttrAtimeMask),
        ["nostrictatime"] = (0, MountApi.AttrAtimeMask),
        ["nodiratime"] = (MountApi.AttrNodiratime, 0),
        ["diratime"] = (0, MountApi.AttrNodiratime),
        ["nosymfollow"] = (MountApi.AttrNosymfollow, 0),
        ["symfollow"] = (0, MountApi.AttrNosymfollow),
    };

    /// <summary>Every option that is not the filesystem's own.</summary>
    public static IEnumerable<string> Names =>
        Propagations.Keys.Concat(Attributes.Keys).Concat(Attributes.Keys.Select(name => "r" + name)).Concat(["bind", "rbind", "defaults"]);

    /// <summary>The propagation that a configuration names for its root, as flags of mount(2).</summary>
    public static int RootPropagation(string? name, int otherwise) => name switch
    {
        null or "" => otherwise,
        _ when Propagations.TryGetValue(name, out int flags) => flags,
        _ => throw new InvalidSpecException($"'{name}' is no mount propagation.", "Use private, slave, shared or unbindable, each also with an r before it."),
    };
}
