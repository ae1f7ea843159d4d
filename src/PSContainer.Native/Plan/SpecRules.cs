using PSContainer.Network;
using PSContainer.Proc;
using PSContainer.Security.Landlock;
using PSContainer.Security.Seccomp;
using PSContainer.Spec;

namespace PSContainer.Plan;

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
        if (spec.Annotations is { } annotations)
            CheckAnnotations(annotations);
        CheckRoot(spec);
        CheckHostname(spec);
        LinuxSpec linux = spec.Linux ?? new LinuxSpec();
        foreach (MountSpec mount in spec.Mounts ?? [])
            CheckMount(mount, linux);
        CheckNamespaces(linux);
        if (linux.Namespaces?.Any(item => item.Type == "mount") != true)
            CheckSharedMounts(spec, linux);
        CheckMappings(linux.UidMappings, "linux.uidMappings");
        CheckMappings(linux.GidMappings, "linux.gidMappings");
        foreach (string name in linux.Sysctl?.Keys ?? [])
            SysctlName.Check(name, linux);
        foreach (string path in (linux.MaskedPaths ?? []).Concat(linux.ReadonlyPaths ?? []))
            CheckInnerPath(path, "linux.maskedPaths or linux.readonlyPaths");
        foreach (DeviceSpec device in linux.Devices ?? [])
            CheckDevice(device);
        LandlockRules.Of(spec.Annotations);
        if (linux.Seccomp is { } filter)
            CheckListener(filter);
        if (linux.Seccomp?.Syscalls is { } rules && spec.Annotations?.GetValueOrDefault(Annotation.FailUnknownCall) is "1" or "true")
            CheckCallNames(rules);
        if (linux.Personality is { } personality)
            CheckPersonality(personality);
        if (linux.IntelRdt is { } rdt)
            CheckIntelRdt(rdt);
        if (linux.NetDevices is { } netDevices)
            CheckNetDevices(netDevices, linux);
        if (spec.Hooks is { } hooks)
            CheckHooks(hooks);
        if (spec.Process is { } process)
            CheckProcess(process, needsArguments: spec.Annotations?.GetValueOrDefault(Annotation.Init) != "true");
        CheckScheduler(spec.Process?.Scheduler, linux.Resources?.Cpu?.Cpus);
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

    private static void CheckCallNames(IReadOnlyList<SeccompRuleSpec> rules)
    {
        for (int index = 0; index < rules.Count; index++)
        {
            if (rules[index].Names?.FirstOrDefault(name => !SyscallTable.TryFind(name, out _)) is { } unknown)
                throw Broken($"linux.seccomp.syscalls[{index}]", $"names '{unknown}', which is no system call",
                    $"Mend the name, or take back the annotation '{Annotation.FailUnknownCall}'.");
        }
    }

    // sched(7): a deadline is promised over all processors of the root domain, or over none.
    private static void CheckScheduler(SchedulerSpec? scheduler, string? cpus)
    {
        if (scheduler?.Policy == "SCHED_DEADLINE" && !string.IsNullOrEmpty(cpus))
        {
            throw Broken("process.scheduler", "is SCHED_DEADLINE while linux.resources.cpu.cpus chooses processors: "
                + "process scheduler can't be used together with AllowedCPUs", "Leave one of them out.");
        }
    }

    private static void CheckVersion(string version)
    {
        // SemVer 2.0.0: three numbers, then perhaps -PRERELEASE and +BUILD.
        string[] numbers = version.Split('-', '+')[0].Split('.');
        bool isVersion = numbers.Length == 3 && numbers.All(number => number.Length > 0 && number.All(char.IsAsciiDigit) && (number == "0" || number[0] != '0'));
        if (!isVersion || numbers[0] != "1")
            throw Broken("ociVersion", $"is '{version}'", "This runtime executes version 1 of the specification: write a version such as 1.2.0.");
    }

    private static void CheckAnnotations(IReadOnlyDictionary<string, string> annotations)
    {
        if (annotations.ContainsKey(""))
            throw Broken("annotations", "has an empty key", "Give each key a name, as com.example.key.");
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
            string parameter = $"kernel.{member}";
            if (spec.Linux?.Sysctl?.GetValueOrDefault(parameter) is { } other && other != name)
                throw Broken(member, $"is '{name}' and the kernel parameter '{parameter}' is '{other}'", "Leave one of them out.");
        }
    }

    private static void CheckMount(MountSpec mount, LinuxSpec linux)
    {
        if (mount.Destination.Length == 0)
            throw Broken("mounts.destination", "is missing", "Write an absolute path inside the container.");
        foreach (string text in (mount.Options ?? []).Append(mount.Destination).Append(mount.Source ?? "").Append(mount.Type ?? ""))
            CheckNoZero(text, "mounts");
        MountOptions options = MountOptions.Parse(mount);
        if (options.CopiesUp && mount.Type != "tmpfs")
            throw Broken("mounts.options", $"has tmpcopyup for '{mount.Destination}', which is no tmpfs", "Leave the option out, or mount a tmpfs.");
        if (options.IsAboutLinks && (!options.IsBind || options.IsIdMapped))
            throw Broken("mounts.options", $"says for '{mount.Destination}' what becomes of links", "Only a bind without an id map can have such an option.");
        if (options.CopiesLink && (options.IsSourceNoFollow || options.IsDestinationNoFollow))
        {
            throw Broken("mounts.options", $"has copy-symlink for '{mount.Destination}' beside src-nofollow or dest-nofollow",
                "Either a link is made anew, or it is mounted.");
        }
        if (options.IsIdMapped)
            CheckIdMap(mount, options, linux);
    }

    private static void CheckIdMap(MountSpec mount, MountOptions options, LinuxSpec linux)
    {
        if (!options.IsBind)
            throw Broken("mounts.options", $"has an id map for '{mount.Destination}', which is no bind", "Only a bind can be id-mapped.");
        int uids = mount.UidMappings?.Count ?? 0, gids = mount.GidMappings?.Count ?? 0;
        if (uids == 0 != (gids == 0))
            throw Broken("mounts.uidMappings", $"and gidMappings of '{mount.Destination}' come only together", "Give both, or neither.");
        if (uids == 0 && linux.Namespaces?.Any(item => item.Type == "user") != true)
        {
            throw Broken("mounts.uidMappings", $"is missing for the id-mapped mount on '{mount.Destination}'",
                "Give uidMappings and gidMappings, or the container a user namespace.");
        }
        CheckMappings(mount.UidMappings, "mounts.uidMappings");
        CheckMappings(mount.GidMappings, "mounts.gidMappings");
    }

    private static void CheckNamespaces(LinuxSpec linux)
    {
        IReadOnlyList<NamespaceSpec> namespaces = linux.Namespaces ?? [];
        foreach (NamespaceSpec item in namespaces)
        {
            if (NamespaceTypes.Flag(item.Type) == 0)
                throw Broken("linux.namespaces", $"has the unknown type '{item.Type}'", $"One of: {string.Join(", ", NamespaceTypes.All)}.");
            if (item.Path?.StartsWith('/') == false)
                throw Broken("linux.namespaces", $"has the path '{item.Path}'", "Write an absolute path, or leave it out for a new namespace.");
        }
        if (namespaces.DistinctBy(item => item.Type).Count() != namespaces.Count)
            throw Broken("linux.namespaces", "has a type twice", "Give each type once.");
        bool makesUser = namespaces.Any(item => item.Type == "user" && item.Path is null);
        if (makesUser && (linux.UidMappings is not { Count: > 0 } || linux.GidMappings is not { Count: > 0 }))
            throw Broken("linux.uidMappings", "is missing for the new user namespace", "Map at least root inside: containerID 0.");
        if (linux.TimeOffsets is { Count: > 0 } && !namespaces.Any(item => item.Type == "time" && item.Path is null))
            throw Broken("linux.timeOffsets", "needs a new time namespace", "Add a time namespace.");
    }

    // The runtime's own mount namespace is inherited then: what is mounted on the root's directory is taken away at the end, but walls
    // that everybody on the host may climb are none.
    private static void CheckSharedMounts(ContainerSpec spec, LinuxSpec linux)
    {
        foreach ((string member, bool isAsked) in new[]
        {
            ("linux.maskedPaths", linux.MaskedPaths is { Count: > 0 }),
            ("linux.readonlyPaths", linux.ReadonlyPaths is { Count: > 0 }),
            ("linux.rootfsPropagation", !string.IsNullOrEmpty(linux.RootfsPropagation)),
            ("annotations", spec.Annotations?.ContainsKey(Annotation.OverlayLower) == true),
        })
        {
            if (isAsked)
                throw Broken(member, "is set, and linux.namespaces has no mount namespace", "Add a mount namespace, or leave it out.");
        }
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

    private static void CheckListener(SeccompSpec filter)
    {
        if (string.IsNullOrEmpty(filter.ListenerPath) && !string.IsNullOrEmpty(filter.ListenerMetadata))
            throw Broken("linux.seccomp.listenerMetadata", "is set without a listenerPath", "Name the socket too, or leave it out.");
        CheckNoZero(filter.ListenerPath ?? "", "linux.seccomp.listenerPath");
    }

    private static void CheckPersonality(PersonalitySpec personality)
    {
        if (personality.Domain is not ("LINUX" or "LINUX32"))
            throw Broken("linux.personality.domain", $"is '{personality.Domain}'", "Use LINUX or LINUX32.");
        if (personality.Flags is { Count: > 0 })
            throw Broken("linux.personality.flags", "is not empty", "The specification defines no flag yet: leave it out.");
    }

    private static void CheckIntelRdt(IntelRdtSpec rdt)
    {
        if (rdt.ClosId is { Length: > 0 } id && id != "/" && (id is "." or ".." or "info" or "mon_groups" or "mon_data" || id.Contains('/') || id.Contains('\n') || id.Contains('\0')))
            throw Broken("linux.intelRdt.closID", $"is '{id}'", "Write a plain name, or / for the default group.");
        if (rdt.MemBwSchema is { Length: > 0 } bandwidth && !bandwidth.StartsWith("MB:", StringComparison.Ordinal))
            throw Broken("linux.intelRdt.memBwSchema", $"is '{bandwidth}'", "Begin it with MB:.");
        foreach (string line in (rdt.Schemata ?? []).Append(rdt.L3CacheSchema ?? "").Append(rdt.MemBwSchema ?? ""))
        {
            if (line.Contains('\n'))
                throw Broken("linux.intelRdt", "has a schema of several lines", "Give each line as an element of schemata.");
        }
    }

    private static void CheckNetDevices(IReadOnlyDictionary<string, NetDeviceSpec> devices, LinuxSpec linux)
    {
        foreach ((string name, NetDeviceSpec device) in devices)
            CheckNetDevice(name, device, linux);
    }

    private static void CheckNetDevice(string name, NetDeviceSpec device, LinuxSpec linux)
    {
        if (linux.Namespaces?.Any(item => item.Type == "network") != true)
            throw Broken("linux.netDevices", "is set without a network namespace: there is nowhere to move a device", "Add a network namespace.");
        foreach (string one in new[] { name, device.Name ?? name })
        {
            bool isName = one.Length is > 0 and <= NetworkDevice.LongestName && one is not ("." or "..") && !one.Any(c => c is '/' or ':' or '\0' || char.IsWhiteSpace(c));
            if (!isName)
                throw Broken("linux.netDevices", $"has the name '{one}'", "Use a network device's name: at most 15 bytes without blanks, / and :.");
        }
    }

    private static void CheckHooks(HooksSpec hooks)
    {
        foreach ((string member, IReadOnlyList<HookSpec>? list) in new[]
        {
            ("hooks.prestart", hooks.Prestart), ("hooks.createRuntime", hooks.CreateRuntime), ("hooks.createContainer", hooks.CreateContainer),
            ("hooks.startContainer", hooks.StartContainer), ("hooks.poststart", hooks.Poststart), ("hooks.poststop", hooks.Poststop),
        })
        {
            foreach (HookSpec hook in list ?? [])
                CheckHook(hook, member);
        }
    }

    private static void CheckHook(HookSpec hook, string member)
    {
        if (!hook.Path.StartsWith('/'))
            throw Broken(member, $"has the path '{hook.Path}'", "Write an absolute path.");
        if (hook.Timeout <= 0)
            throw Broken(member, $"has the timeout {hook.Timeout}", "Give seconds above 0, or leave it out.");
        foreach (string text in (hook.Args ?? []).Concat(hook.Env ?? []).Append(hook.Path))
            CheckNoZero(text, member);
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
