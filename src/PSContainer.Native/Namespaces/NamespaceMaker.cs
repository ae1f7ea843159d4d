using System.Globalization;
using PSContainer.Containers;
using PSContainer.Containers.Start;
using PSContainer.Kernel;
using PSContainer.Machine;
using PSContainer.Plan;
using PSContainer.Proc;
using PSContainer.Programs;
using PSContainer.Spec;
using PSContainer.Words;

namespace PSContainer.Namespaces;

/// <summary>Has namespaces made: checks what is asked, decides what is not, and runs the executable.</summary>
internal sealed class NamespaceMaker(NamespaceStore store)
{
    /// <summary>All that the executable is told.</summary>
    /// <exception cref="ContainerException">Something asked is wrong; nothing was touched.</exception>
    internal NamespaceRequest Compose(NamespaceOptions options)
    {
        HostFacts facts = HostFacts.Read();
        Require(options.Types.Count > 0, "No type of namespace was asked for.", "Name types with -Type, as -Type Mount, Pid.");
        bool makesUser = options.Types.Contains(NamespaceType.User);
        bool isPinned = facts.UserId == 0 && facts.Capabilities.Contains(Capability.SysAdmin);
        NamespaceSet set = store.SetOf(options.Name ?? ContainerName.NewName());
        RequireTypes(options, makesUser);
        if (facts.UserId != 0 && !makesUser && options.Owner is null)
        {
            throw new NamespaceCreateException(
                $"User {facts.UserId} may not make namespaces ({string.Join(", ", options.Types)}) without a User namespace that owns them.",
                NamespaceCreateException.AdviceOnOwner)
            { Errno = Errno.EPERM };
        }
        return new()
        {
            Directory = set.Directory,
            Types = [.. options.Types.Distinct().Order().Select(NamespaceWord.Of)],
            Hostname = options.Hostname is { } hostname ? HostnameWord.Require(hostname) : null,
            UidMappings = makesUser ? Map(facts, options, options.UidMap, group: false) : null,
            GidMappings = makesUser ? Map(facts, options, options.GidMap, group: true) : null,
            Owner = options.Owner is { IsHost: false } owner ? owner.RequirePath() : null,
            TimeOffsets = Offsets(options),
            Propagation = options.Propagation switch
            {
                MountPropagation.Unchanged => 0,
                MountPropagation.Slave => MountApi.MsSlave,
                MountPropagation.Shared => MountApi.MsShared,
                _ => MountApi.MsPrivate,
            },
            MountsProc = options.MountProc,
            IsPinned = isPinned,
            OtherSets = isPinned ? [.. store.Sets().Select(one => one.Directory)] : [],
        };
    }

    /// <summary>Makes them.</summary>
    /// <returns>The set.</returns>
    /// <exception cref="ContainerException">It failed; nothing is left.</exception>
    internal NamespaceSet Run(NamespaceRequest request)
    {
        RuntimeResult said = RuntimeCommand.Run(ContainerEngine.Default.Runtime.Path, Arguments(request));
        if (said.Error is { } error)
            throw error;
        if (said.ExitCode is { } code and not 0)
            throw new NamespaceCreateException($"'{ContainerEngine.Default.Runtime.Path}' ended with {code} and did not say why.");
        return new(request.Directory);
    }

    private static string[] Arguments(NamespaceRequest request)
    {
        List<string> list =
        [
            "namespace", "create", "--directory", request.Directory,
        ];
        foreach (string type in request.Types)
            list.AddRange(["--type", type]);
        if (request.Hostname is { } hostname)
            list.AddRange(["--hostname", hostname]);
        foreach (IdMapping map in request.UidMappings ?? [])
            list.AddRange(["--uid-map", map.ToString()]);
        foreach (IdMapping map in request.GidMappings ?? [])
            list.AddRange(["--gid-map", map.ToString()]);
        if (request.Owner is { } owner)
            list.AddRange(["--owner", owner]);
        foreach ((string clock, TimeOffsetSpec offset) in request.TimeOffsets)
            list.Add(string.Create(CultureInfo.InvariantCulture, $"--{clock}={offset.Secs}:{offset.Nanosecs}"));
        if (request.Propagation != 0)
        {
            list.AddRange(["--propagation", request.Propagation switch
            {
                MountApi.MsSlave => "slave",
                MountApi.MsShared => "shared",
                _ => "private",
            }]);
        }
        foreach (string other in request.OtherSets)
            list.AddRange(["--leave", other]);
        if (request.MountsProc)
            list.Add("--mount-proc");
        if (request.IsPinned)
            list.Add("--pin");
        return [.. list];
    }

    private static void RequireTypes(NamespaceOptions options, bool makesUser)
    {
        bool Has(NamespaceType type) => options.Types.Contains(type);
        Require(options.Hostname is null || Has(NamespaceType.Uts),
            "-Hostname needs a Uts namespace: it would rename the host.", "Add Uts to -Type.");
        Require(makesUser || !(options.MapRootUser || options.UidMap.Count > 0 || options.GidMap.Count > 0),
            "-MapRootUser, -UidMap and -GidMap need a User namespace.", "Add User to -Type.");
        Require(!options.MapRootUser || (options.UidMap.Count == 0 && options.GidMap.Count == 0),
            "-MapRootUser maps one id; -UidMap and -GidMap map others.", "Use one of them.");
        Require(Has(NamespaceType.Time) || (options.MonotonicOffset is null && options.BootTimeOffset is null),
            "-MonotonicOffset and -BootTimeOffset need a Time namespace.", "Add Time to -Type.");
        Require(Has(NamespaceType.Mount) || options.Propagation == MountPropagation.Private,
            "-Propagation needs a Mount namespace.", "Add Mount to -Type.");
        Require(!options.MountProc || (Has(NamespaceType.Mount) && Has(NamespaceType.Pid)),
            "-MountProc needs a Mount namespace to mount in and a Pid namespace to show.", "Add Mount and Pid to -Type.");
        Require(options.Owner is null || !makesUser,
            "-Owner names the user namespace that owns the new ones; a User namespace in -Type would own them too.",
            "Leave out one of them.");
        Require(options.Owner is null || options.Owner.Type == NamespaceType.User,
            $"-Owner must be a user namespace, not {options.Owner}.", "Give one of Get-Namespace -Type User.");
    }

    private static void Require(bool holds, string message, string advice)
    {
        if (!holds)
            throw new InvalidSpecException(message, advice);
    }

    private static IReadOnlyList<IdMapping> Map(HostFacts facts, NamespaceOptions options, IReadOnlyList<IdMapping> map, bool group)
    {
        Require((options.UidMap.Count == 0) == (options.GidMap.Count == 0),
            $"{(options.UidMap.Count == 0 ? "-UidMap" : "-GidMap")} is missing.", "Give both -UidMap and -GidMap.");
        if (map.Count == 0)
            return IdMapRules.Default(facts, options.MapRootUser, group);
        IdMapRules.Require(facts, map, group);
        return map;
    }

    private static Dictionary<string, TimeOffsetSpec> Offsets(NamespaceOptions options)
    {
        var offsets = new Dictionary<string, TimeOffsetSpec>();
        Add("monotonic", options.MonotonicOffset);
        Add("boottime", options.BootTimeOffset);
        return offsets;

        void Add(string clock, TimeSpan? offset)
        {
            if (offset is not { } time)
                return;
            // The kernel takes nanoseconds from 0 up: -0.5 s is -1 s and 500000000 ns.
            long seconds = (long)Math.Floor(time.Ticks / (double)TimeSpan.TicksPerSecond);
            long ticks = time.Ticks - seconds * TimeSpan.TicksPerSecond;
            offsets[clock] = new() { Secs = seconds, Nanosecs = (uint)(ticks * TimeSpan.NanosecondsPerTick) };
        }
    }
}
