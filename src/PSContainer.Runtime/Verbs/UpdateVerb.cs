using System.Globalization;
using PSContainer.Cgroups;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.State;
using PSContainer.Steps.Host;
using PSContainer.Words;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>update</c>: other limits for a container that runs.</summary>
internal static class UpdateVerb
{
    private const int SizeLimit = 1 << 20;

    public static readonly Syntax Syntax = new("update", "CONTAINER", "change the limits of a container",
        new Option("resources",
            "file with the limits as JSON (linux.resources of config.json), - for standard input; other options count for nothing then", "FILE", 'r'),
        new Option("memory", "memory in bytes, or with K, M, G; -1 for no limit", "BYTES"),
        new Option("memory-reservation", "memory that is kept as long as possible", "BYTES"),
        new Option("memory-swap", "memory and swap together; -1 for no limit", "BYTES"),
        new Option("cpu-period", "length of a period in microseconds", "USEC"),
        new Option("cpu-quota", "CPU time in a period in microseconds; -1 for no limit", "USEC"),
        new Option("cpu-burst", "unused CPU time that may be saved up, in microseconds", "USEC"),
        new Option("cpu-share", "weight against others, 2 to 262144", "N"),
        new Option("cpu-rt-period", "length of a realtime period in microseconds (v1)", "USEC"),
        new Option("cpu-rt-runtime", "realtime CPU time in a period in microseconds (v1)", "USEC"),
        new Option("cpu-idle", "1: it runs only when nothing else wants to, SCHED_IDLE", "0|1"),
        new Option("cpuset-cpus", "CPUs it may use, as 0-3,6", "LIST"),
        new Option("cpuset-mems", "memory nodes it may use", "LIST"),
        new Option("pids-limit", "processes and threads; -1 for no limit", "N"),
        new Option("blkio-weight", "weight of its I/O, 10 to 1000", "N"),
        new Option("kernel-memory", "taken for compatibility: kernels have no such limit any more", "BYTES"),
        new Option("kernel-memory-tcp", "memory of TCP buffers in bytes (v1)", "BYTES"),
        new Option("l3-cache-schema", "L3 line of the container's group in resctrl", "SCHEMA"),
        new Option("mem-bw-schema", "MB line of the container's group in resctrl", "SCHEMA"));

    public static int Run(GlobalOptions options)
    {
        var line = new CommandLine(Syntax, options.VerbArguments);
        string id = ContainerWord.Resolve(options, line.Word(0, "container's id"));
        ResourcesSpec resources = line.Value("resources") is { } file ? SpecReader.Parse<ResourcesSpec>(ReadAll(file), file)
            : Read(line);
        if (line.Value("kernel-memory") is not null)
            options.Log.Warn("--kernel-memory has no effect: kernels have no such limit any more");
        using StateLock transition = options.Store.TryLock(id, wait: true)!;
        ContainerState? state = options.Store.Read(id);
        ContainerStatus status = options.Store.StatusOf(id, state);
        if (!ContainerWord.IsAlive(status))
            throw ContainerWord.NotRunning(id, status, "a created, running or paused one can be given other limits");
        Apply(options.Store, state!, resources);
        ResctrlUpdate.Update(id, options.Store.ReadSpec(id), line.Value("l3-cache-schema"), line.Value("mem-bw-schema"));
        return 0;
    }

    private static void Apply(StateStore store, ContainerState state, ResourcesSpec resources)
    {
        if (state.Cgroups.Count == 0)
        {
            throw new ControllerUnavailableException($"The container '{state.Id}' has no cgroup and cannot be limited.",
                "Create it where this user may make cgroups.")
            { Target = state.Id };
        }
        Cgroup cgroup = Cgroup.Open(state.Cgroups);
        try
        {
            cgroup.Apply(resources);
            // Else systemd would put its old values back whenever it reads its units anew.
            SystemdScope.Update(state, resources);
        }
        finally
        {
            // It may have been taken into one more hierarchy, which has to be removed with it.
            if (cgroup.Directories.Count != state.Cgroups.Count)
                store.Write(state with { Cgroups = cgroup.Directories });
        }
    }

    private static byte[] ReadAll(string file)
    {
        if (file != "-")
            return SpecReader.ReadFile(file);
        byte[] buffer = new byte[SizeLimit];
        int length = 0;
        while (length < buffer.Length && Files.read(0, buffer.AsSpan(length)) is > 0 and var got)
            length += (int)got;
        return length < buffer.Length ? buffer[..length]
            : throw new InvalidSpecException($"Standard input is larger than {SizeLimit} bytes.",
            "Limits are a few hundred bytes.");
    }

    private static ResourcesSpec Read(CommandLine line) => new()
    {
        Memory = Memory(line),
        Cpu = Cpu(line),
        Pids = line.Value("pids-limit") is null ? null : new PidsResources { Limit = Number(line, "pids-limit") },
        BlockIo = line.Value("blkio-weight") is null ? null
            : new BlockIoResources { Weight = (ushort)Unsigned(line, "blkio-weight", ushort.MaxValue)! },
    };

    private static MemoryResources? Memory(CommandLine line) =>
        !HasAny(line, "memory", "memory-reservation", "memory-swap", "kernel-memory-tcp") ? null : new MemoryResources
    {
        Limit = Size(line, "memory"),
        Reservation = Size(line, "memory-reservation"),
        Swap = Size(line, "memory-swap"),
        KernelTcp = Size(line, "kernel-memory-tcp"),
    };

    private static CpuResources? Cpu(CommandLine line)
    {
        if (!HasAny(line, "cpu-period", "cpu-quota", "cpu-burst", "cpu-share", "cpu-rt-period", "cpu-rt-runtime", "cpu-idle",
            "cpuset-cpus", "cpuset-mems"))
            return null;
        return new CpuResources
        {
            Period = Unsigned(line, "cpu-period"),
            Quota = Number(line, "cpu-quota"),
            Burst = Unsigned(line, "cpu-burst"),
            Shares = Unsigned(line, "cpu-share"),
            RealtimePeriod = Unsigned(line, "cpu-rt-period"),
            RealtimeRuntime = Number(line, "cpu-rt-runtime"),
            Idle = Number(line, "cpu-idle"),
            Cpus = line.Value("cpuset-cpus"),
            Mems = line.Value("cpuset-mems"),
        };
    }

    private static bool HasAny(CommandLine line, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (line.Value(name) is not null)
                return true;
        }
        return false;
    }

    private static long? Size(CommandLine line, string name) => line.Value(name) switch
    {
        null => null,
        "-1" => -1,
        var text => ByteSizeWord.Parse(text),
    };

    private static long? Number(CommandLine line, string name) => line.Value(name) switch
    {
        null => null,
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) => number,
        var text => throw new UsageException($"invalid value for {name}: '{text}' is not a number"),
    };

    private static ulong? Unsigned(CommandLine line, string name, ulong most = long.MaxValue) => line.Value(name) switch
    {
        null => null,
        var text when ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number <= most
            => number,
        var text => throw new UsageException($"invalid value for {name}: '{text}' is not a number from 0 to {most}"),
    };
}
