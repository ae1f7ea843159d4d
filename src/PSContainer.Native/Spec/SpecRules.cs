
namespace PSContainer.Spec;

/// <summary>What a configuration must satisfy before anything is touched; one rule one method.</summary>
/// <remarks>OCI runtime-spec, config.md and config-linux.md: the MUSTs that can be checked without the host.</remarks>
public static class SpecRules
{
    private const int MaxMappings = 340, MaxNameLength = 64;

    /// <summary>Checks all rules.</summary>
    /// <exception cref="InvalidSpecException">A rule is broken; the message names the member.</exception>
    public static void Check(ContainerSpec spec)
    {
        CheckVersion(spec.OciVersion);
        CheckRoot(spec);
        CheckHostname(spec);
        foreach (MountSpec mount in spec.Mounts ?? [])
            CheckMount(mount);
        LinuxSpec linux = spec.Linux ?? new LinuxSpec();
        CheckNamespaces(linux);
        CheckMappings(linux.UidMappings, "linux.uidMappings");
        CheckMappings(linux.GidMappings, "linux.gidMappings");
        foreach (string name in linux.Sysctl?.Keys ?? [])
            SysctlName.Check(name, linux);
        foreach (string path in (linux.MaskedPaths ?? []).Concat(linux.ReadonlyPaths ?? []))
            CheckInnerPath(path, "linux.maskedPaths or linux.readonlyPaths");
        foreach (DeviceSpec device in linux.Devices ?? [])
            CheckDevice(device);
        CheckUnsupported(spec, linux);
        if (spec.Process is { } process)
            CheckProcess(process, needsArguments: spec.Annotations?.GetValueOrDefault(Annotation.Init) != "true");
    }

    /// <summary>Checks a process, also one of <c>exec</c>.</summary>
    /// <exception cref="InvalidSpecException">A rule is broken; the message names the member.</exception>
    public static void CheckProcess(ProcessSpec process, bool needsArguments = true)
    {
        if (needsArguments && process.Args is not { Count: > 0 })
            throw Broken("process.args", "is empty", "Name a command.");
        CheckInnerPath(process.Cwd, "process.cwd");
        foreach (string text in (process.Args ?? []).Concat(process.Env ?? []).Append(process.Cwd))
            CheckNoZero(text, "process");
        foreach (string variable in process.Env ?? [])
        {
            if (variable.IndexOf('=') <= 0)
                throw Broken("process.env", $"has '{variable}'", "Write each as NAME=value.");
        }
        foreach (RlimitSpec limit in process.Rlimits ?? [])
            CheckRlimit(limit);
        if (process.Rlimits is { } limits && limits.DistinctBy(limit => limit.Type).Count() != limits.Count)
            throw Broken("process.rlimits", "has a type twice", "Give each type once.");
        if (process.OomScoreAdj is < -1000 or > 1000)
            throw Broken("process.oomScoreAdj", $"is {process.OomScoreAdj}", "Choose from -1000 to 1000.");
        if (process.User is { } user && (user.Uid == uint.MaxValue || user.Gid == uint.MaxValue))
            throw Broken("process.user", "is 4294967295, which means no user", "Choose another id.");
    }

    private static void CheckVersion(string version)
    {
        if (!version.StartsWith("1.", StringComparison.Ordinal))
            throw Broken("ociVersion", $"is '{version}'", "This runtime executes version 1 of the specification.");
    }

    private static void CheckRoot(ContainerSpec spec)
    {
        bool isOverlay = spec.Annotations?.ContainsKey(Annotation.OverlayLower) == true;
        if (!isOverlay && string.IsNullOrEmpty(spec.Root?.Path))
            throw Broken("root.path", "is missing", "Name the directory of the root filesystem.");
        CheckNoZero(spec.Root?.Path ?? "", "root.path");
    }

    private static void CheckHostname(ContainerSpec spec)
    {
        bool hasNamespace = spec.Linux?.Namespaces?.Any(item => item.Type == "uts") == true;
        foreach ((string member, string? name) in new[] { ("hostname", spec.Hostname), ("domainname", spec.Domainname) })
        {
            if (string.IsNullOrEmpty(name))
                continue;
            if (!hasNamespace)
                throw Broken(member, "is set without a uts namespace: it would rename the host", "Add a uts namespace.");
            if (System.Text.Encoding.UTF8.GetByteCount(name) > MaxNameLength || name.Contains('\0') || name.Contains('\n'))
                throw Broken(member, $"is '{name}'", "Use at most 64 bytes in one line.");
        }
    }

    private static void CheckMount(MountSpec mount)
    {
        if (!mount.Destination.StartsWith('/'))
            throw Broken("mounts.destination", $"is '{mount.Destination}'", "Write an absolute path.");
        foreach (string text in (mount.Options ?? []).Append(mount.Destination).Append(mount.Source ?? "").Append(mount.Type ?? ""))
            CheckNoZero(text, "mounts");
        if (mount.UidMappings is { Count: > 0 } || mount.GidMappings is { Count: > 0 })
            throw Broken("mounts.uidMappings", "is not supported", "Leave out the id maps of mounts.");
        MountOptions.Parse(mount);
    }

    private static void CheckNamespaces(LinuxSpec linux)
    {
        IReadOnlyList<NamespaceSpec> namespaces = linux.Namespaces ?? [];
        foreach (NamespaceSpec item in namespaces)
        {
            if (NamespaceTypes.Flag(item.Type) == 0)
                throw Broken("linux.namespaces", $"has the unknown type '{item.Type}'", $"One of: {string.Join(", ", NamespaceTypes.All)}.");
            if (item.Path is "" || item.Path?.StartsWith('/') == false)
                throw Broken("linux.namespaces", $"has the path '{item.Path}'", "Write an absolute path, or leave it out for a new namespace.");
        }
        if (namespaces.DistinctBy(item => item.Type).Count() != namespaces.Count)
            throw Broken("linux.namespaces", "has a type twice", "Give each type once.");
        if (!namespaces.Any(item => item.Type == "mount"))
            throw Broken("linux.namespaces", "has no mount namespace: the container's root would become the host's", "Add a mount namespace.");
        bool makesUser = namespaces.Any(item => item.Type == "user" && item.Path is null);
        if (makesUser && (linux.UidMappings is not { Count: > 0 } || linux.GidMappings is not { Count: > 0 }))
            throw Broken("linux.uidMappings", "is missing for the new user namespace", "Map at least root inside: containerID 0.");
        if (linux.TimeOffsets is { Count: > 0 } && !namespaces.Any(item => item.Type == "time" && item.Path is null))
            throw Broken("linux.timeOffsets", "needs a new time namespace", "Add a time namespace.");
    }

    // 340 lines are what the kernel takes (user_namespaces(7)); more would only waste memory on a hostile file.
    private static void CheckMappings(IReadOnlyList<IdMapping>? mappings, string member)
    {
        if (mappings is null)
            return;
        if (mappings.Count > MaxMappings)
            throw Broken(member, $"has {mappings.Count} ranges", $"The kernel takes {MaxMappings}.");
        foreach (IdMapping mapping in mappings)
        {
            if (mapping.Size == 0 || (ulong)mapping.ContainerId + mapping.Size > uint.MaxValue || (ulong)mapping.HostId + mapping.Size > uint.MaxValue)
                throw Broken(member, $"has the range {mapping.ContainerId} {mapping.HostId} {mapping.Size}", "Keep ranges within 32-bit ids, and above size 0.");
        }
    }

    private static void CheckDevice(DeviceSpec device)
    {
        CheckInnerPath(device.Path, "linux.devices");
        if (device.Type is not ("c" or "u" or "b" or "p"))
            throw Broken("linux.devices", $"has the type '{device.Type}'", "Use c, u, b or p.");
        if (device.Type != "p" && (device.Major is < 0 or > 4095 || device.Minor is < 0 or > 1048575))
            throw Broken("linux.devices", $"has the number {device.Major}:{device.Minor}", "The major is at most 4095, the minor 1048575.");
    }

    private static void CheckRlimit(RlimitSpec limit)
    {
        if (Rlimit.Number(limit.Type) < 0)
            throw Broken("process.rlimits", $"has the unknown type '{limit.Type}'", $"One of: {string.Join(", ", Rlimit.All)}.");
        if (limit.Soft > limit.Hard)
            throw Broken("process.rlimits", $"has {limit.Type} {limit.Soft} above {limit.Hard}", "The soft limit cannot be above the hard one.");
    }

    private static void CheckUnsupported(ContainerSpec spec, LinuxSpec linux)
    {
        HooksSpec? hooks = spec.Hooks;
        bool hasHooks = hooks is not null && new[] { hooks.Prestart, hooks.CreateRuntime, hooks.CreateContainer, hooks.StartContainer, hooks.Poststart, hooks.Poststop }
            .Any(list => list is { Count: > 0 });
        foreach ((bool isThere, string member) in new[]
        {
            (hasHooks, "hooks"),
            (linux.IntelRdt is not null, "linux.intelRdt"),
            (linux.MemoryPolicy is not null, "linux.memoryPolicy"),
            (linux.NetDevices is { Count: > 0 }, "linux.netDevices"),
            (!string.IsNullOrEmpty(linux.Seccomp?.ListenerPath), "linux.seccomp.listenerPath"),
            (!string.IsNullOrEmpty(linux.MountLabel), "linux.mountLabel"),
        })
        {
            if (isThere)
                throw Broken(member, "is not supported by this version", "Leave it out.");
        }
    }

    private static void CheckInnerPath(string path, string member)
    {
        if (!path.StartsWith('/'))
            throw Broken(member, $"has '{path}'", "Write an absolute path inside the container.");
        CheckNoZero(path, member);
    }

    private static void CheckNoZero(string text, string member)
    {
        if (text.Contains('\0'))
            throw Broken(member, "has a zero character", "Remove it.");
    }

    private static InvalidSpecException Broken(string member, string what, string recommendation) =>
        new($"The configuration is wrong: '{member}' {what}.", recommendation) { Target = member };
}
