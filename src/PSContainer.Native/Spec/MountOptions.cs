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
        if (options._data.Contains("tmpcopyup"))
            throw new InvalidSpecException($"The mount option 'tmpcopyup' of '{mount.Destination}' is not supported.", "Leave the option out, or use an overlay.");
        return options;
    }

    private void Add(string option, string destination)
    {
        if (MountOptionWords.Propagation(option) is not 0 and var propagation)
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
        if (MountOptionWords.Attribute(option) is var attribute && attribute != default)
            Change(attribute);
        else if (option.StartsWith('r') && (attribute = MountOptionWords.Attribute(option[1..])) != default)
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

    /// <summary>Every option that is not the filesystem's own.</summary>
    public static IEnumerable<string> Names => [.. MountOptionWords.All, "bind", "rbind", "defaults"];

    /// <summary>The propagation that a configuration names for its root, as flags of mount(2).</summary>
    public static int RootPropagation(string? name, int otherwise) => name switch
    {
        null or "" => otherwise,
        _ when MountOptionWords.Propagation(name) is not 0 and var flags => flags,
        _ => throw new InvalidSpecException($"'{name}' is no mount propagation.", "Use private, slave, shared or unbindable, each also with an r before it."),
    };
}
