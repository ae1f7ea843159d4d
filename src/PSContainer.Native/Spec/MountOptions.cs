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

    /// <summary>Whether a mount that is there is changed.</summary>
    public bool IsRemount { get; private set; }

    /// <summary>Whether ids are mapped.</summary>
    public bool IsIdMapped { get; private set; }

    /// <summary>Whether ids are mapped on everything below too.</summary>
    public bool IsRecursiveIdMap { get; private set; }

    /// <summary>Whether a tmpfs begins with a copy of what it covers.</summary>
    public bool CopiesUp { get; private set; }

    /// <summary>Whether a link as the source is made anew at the destination, <c>copy-symlink</c>.</summary>
    public bool CopiesLink { get; private set; }

    /// <summary>Whether a link as the source is bound itself, <c>src-nofollow</c>.</summary>
    public bool IsSourceNoFollow { get; private set; }

    /// <summary>Whether a link as the destination is what is mounted on, <c>dest-nofollow</c>.</summary>
    public bool IsDestinationNoFollow { get; private set; }

    /// <summary>Whether it says what becomes of links, which only a bind can.</summary>
    internal bool IsAboutLinks => CopiesLink || IsSourceNoFollow || IsDestinationNoFollow;

    /// <summary>What the filesystem itself gets.</summary>
    public IReadOnlyList<string> Data => _data;

    /// <summary>Reads the options of one mount.</summary>
    /// <exception cref="InvalidSpecException">An option needs something that is not there.</exception>
    public static MountOptions Parse(MountSpec mount)
    {
        var options = new MountOptions { IsBind = mount.Type is "bind" };
        foreach (string option in mount.Options ?? [])
            options.Add(option);
        options.IsBind |= options.IsRecursiveBind;
        // The kernel would leave it out without a word: what was to be read-only, say, would be writable.
        if (options.IsBind && options._data.Find(static option => !Names.Contains(option)) is { } unknown)
        {
            throw Unknown(unknown, "A bind takes ro, nosuid, noexec, nodev, noatime, rprivate, rslave and the like, in lower case: it has no "
                + "filesystem of its own that could take others.");
        }
        options.IsIdMapped |= mount.UidMappings is { Count: > 0 } || mount.GidMappings is { Count: > 0 };
        return options;
    }

    private void Add(string option)
    {
        if (MountOptionWords.Propagation(option) is not 0 and var propagation)
        {
            Propagation = propagation;
            return;
        }
        switch (option)
        {
            // What no new mount can have, or each filesystem decides itself (iversion); and what mount(8) keeps to itself.
            case "defaults" or "async" or "nomand" or "loud" or "silent" or "nolazytime" or "iversion" or "noiversion":
            // buildah leaves an empty word, which mount(8) passes over.
            case "":
            case "auto" or "noauto" or "nofail" or "_netdev" or "user" or "nouser" or "users" or "group" or "owner":
                return;
            case "bind":
                IsBind = true;
                return;
            case "rbind":
                IsRecursiveBind = true;
                return;
            case "remount":
                IsRemount = true;
                return;
            case "idmap":
                IsIdMapped = true;
                return;
            case "ridmap":
                IsIdMapped = IsRecursiveIdMap = true;
                return;
            case "tmpcopyup":
                CopiesUp = true;
                return;
            case "copy-symlink":
                CopiesLink = true;
                return;
            case "src-nofollow":
                IsSourceNoFollow = true;
                return;
            case "dest-nofollow":
                IsDestinationNoFollow = true;
                return;
        }
        if (MountOptionWords.Attribute(option) is var attribute && attribute != default)
            Change(attribute);
        else if (option.StartsWith('r') && (attribute = MountOptionWords.Attribute(option[1..])) != default)
        {
            Change(attribute);
            IsRecursiveAttribute = true;
        }
        else if (!option.StartsWith("x-", StringComparison.OrdinalIgnoreCase) && !option.StartsWith("comment=",
            StringComparison.Ordinal))
            AddData(option);
    }

    // Some filesystems take any word and heed none.
    private void AddData(string option)
    {
        string lower = option.ToLowerInvariant();
        if (lower != option && Names.Contains(lower))
            throw Unknown(option, $"Options are in lower case: {lower}.");
        _data.Add(option);
    }

    /// <summary>An option that nobody knows.</summary>
    internal static InvalidSpecException Unknown(string option, string advice) =>
        new($"'{option}' is no mount option that is known here.", advice) { Target = option };

    private void Change((long Set, long Clear) attribute)
    {
        Set = (Set & ~attribute.Clear) | attribute.Set;
        Clear = (Clear & ~attribute.Set) | attribute.Clear;
    }

    /// <summary>Every option that is not the filesystem's own.</summary>
    public static IEnumerable<string> Names =>
    [
        .. MountOptionWords.All, "async", "bind", "copy-symlink", "defaults", "dest-nofollow", "dirsync", "idmap", "iversion", "lazytime", "loud", "mand",
            "noiversion",
        "nolazytime", "nomand", "rbind", "remount", "ridmap", "silent", "src-nofollow", "sync", "tmpcopyup",
    ];

    /// <summary>The propagation that a configuration names for its root, as flags of mount(2).</summary>
    public static int RootPropagation(string? name, int otherwise) => name switch
    {
        null or "" => otherwise,
        _ when MountOptionWords.Propagation(name) is not 0 and var flags => flags,
        _ => throw new InvalidSpecException($"'{name}' is no mount propagation.",
            "Use private, slave, shared or unbindable, each also with an r before it."),
    };
}
