using System.Globalization;
using System.Text;
using PSContainer.Containers.Compose;
using PSContainer.Kernel;
using PSContainer.Namespaces;
using PSContainer.Plan;
using PSContainer.Proc;
using PSContainer.Spec;
using PSContainer.Steps.Host;

namespace PSContainer.Runtime.Verbs;

/// <summary>
/// <c>namespace create</c> and <c>namespace exec</c>: what the module's process must not do itself, having threads, and namespaces
/// that all it starts later would inherit.
/// </summary>
internal static class NamespaceVerb
{
    public static readonly Syntax CreateSyntax = new("namespace create", "", "make namespaces and keep them in a new directory",
        new Option("directory", "where they are kept; must not exist", "DIR"),
        new Option("type", "a type to make; may be repeated", "TYPE"),
        new Option("pin", "keep them by mounts, which the caller must be allowed to make"),
        new Option("hostname", "host name of a uts namespace", "NAME"),
        new Option("uid-map", "user ids of a user namespace; may be repeated", "INSIDE:OUTSIDE:COUNT"),
        new Option("gid-map", "its group ids; may be repeated", "INSIDE:OUTSIDE:COUNT"),
        new Option("owner", "file of a user namespace that owns the new ones", "FILE"),
        new Option("monotonic", "offset of this clock in a time namespace", "SECONDS:NANOSECONDS"),
        new Option("boottime", "offset of this clock in a time namespace", "SECONDS:NANOSECONDS"),
        new Option("propagation", "how mounts of a mount namespace spread: private, slave or shared", "HOW"),
        new Option("leave", "a directory whose mounts a mount namespace does not keep; may be repeated", "DIR"),
        new Option("mount-proc", "mount proc on /proc of a mount namespace"))
    { MostWords = 0 };

    public static readonly Syntax ExecSyntax = new("namespace exec", "COMMAND [ARGUMENT]...", "run a command in namespaces",
        new Option("join", "a namespace to join, with its number or 0; may be repeated", "TYPE:INODE:FILE"),
        new Option("rootfs", "directory that becomes the root, as the joined mount namespace names it", "DIR"),
        new Option("cwd", "working directory", "DIR"),
        new Option("user", "user and groups by number", "UID:GID[,GID]..."),
        new Option("tty", "give it a terminal", Short: 't'),
        new Option("clear-env", "give it a plain environment instead of the caller's"),
        new Option("pid-file", "file that its pid and start time are written to", "FILE"),
        new Option("cancel", "a pipe: a byte in it, or its end, kills the process, also before it runs", "FILE"),
        new Option("die-with-parent", "end it when the calling process ends"))
    { OwnWords = 1 };

    public static int Run(GlobalOptions options) => options.VerbArguments switch
    {
        ["create", .. var rest] => Create(new CommandLine(CreateSyntax, rest)),
        ["exec", .. var rest] => Execute(options, new CommandLine(ExecSyntax, rest)),
        [var word, ..] => throw new UsageException($"there is no command 'namespace {word}'"),
        [] => throw new UsageException("the word after 'namespace' is missing: create or exec"),
    };

    private static int Create(CommandLine line)
    {
        IReadOnlyList<string> types = [.. line.Values("type").Select(word => NamespaceWord.Of(NamespaceWord.Parse(word))).Distinct()];
        if (types.Count == 0)
            throw new UsageException("--type is missing");
        using var wayOut = WayOut.OfSignals(ForwardedSignals.Ending);
        NamespaceCreation.Run(new NamespaceRequest
        {
            Directory = Path.GetFullPath(line.Value("directory") ?? throw new UsageException("--directory is missing")),
            Types = types,
            Hostname = line.Value("hostname"),
            UidMappings = Maps(line, "uid-map", types),
            GidMappings = Maps(line, "gid-map", types),
            Owner = line.Value("owner"),
            TimeOffsets = Offsets(line),
            Propagation = line.Value("propagation") switch
            {
                null => 0,
                "private" => MountApi.MsPrivate,
                "slave" => MountApi.MsSlave,
                "shared" => MountApi.MsShared,
                var word => throw new UsageException($"--propagation {word} is none of private, slave and shared"),
            },
            MountsProc = line.Has("mount-proc"),
            IsPinned = line.Has("pin"),
            OtherSets = line.Values("leave"),
        });
        return 0;
    }

    private static int Execute(GlobalOptions options, CommandLine line)
    {
        // Its codes are those of a shell: nobody else calls it.
        options.ServesPerson = true;
        string[] command = [line.Word(0, "command"), .. line.Rest];
        using var foreground = new Foreground(line.Has("die-with-parent"), line.Value("cancel"));
        using Pty? terminal = line.Has("tty") ? new Pty() : null;
        var request = new NamespaceEnterRequest
        {
            Joined = [],
            Rootfs = line.Value("rootfs"),
            WorkingDirectory = line.Value("cwd"),
            User = line.Value("user") is { } user ? User(user) : null,
            Terminal = terminal?.Slave.Fd ?? -1,
            EndsWithRuntime = foreground.EndsWithParent,
            Arguments = command,
            Environment = [.. line.Has("clear-env") ? PlainVariables(line) : Variables()],
            CurrentDirectory = Directory.GetCurrentDirectory(),
        };
        IReadOnlyList<NamespaceTarget> targets = NamespaceEntry.Sort([.. line.Values("join").Select(Target)]);
        if (terminal is not null)
            foreground.TakeTerminal(terminal.Master.Release());
        using InitProcess process = NamespaceEntry.Run(targets, request, foreground.TakeStreams(terminal is not null), pid => WritePid(line.Value("pid-file"), pid));
        terminal?.Slave.Dispose();
        return foreground.Conclude(foreground.WaitFor(process), options.Log.Warn);
    }

    // With the start time, since whoever kills by it must not hit another process that got the pid.
    private static void WritePid(string? file, int pid)
    {
        if (file is null)
            return;
        const int OwnerOnly = 0x180;
        // Not renamed into place: the module names one that is only a descriptor of its own.
        nint opened = Files.openat(Files.AT_FDCWD, file, Files.O_WRONLY | Files.O_CREAT | Files.O_TRUNC | Files.O_CLOEXEC, OwnerOnly);
        using var handle = new FileHandle((int)Syscall.Check(opened, "openat", file));
        Syscall.Check(Files.write(handle.Fd, Encoding.ASCII.GetBytes($"{pid} {ProcessStat.StartTimeOf(pid) ?? 0}\n")), "write", file);
    }

    private static IEnumerable<string> PlainVariables(CommandLine line)
    {
        yield return $"PATH={DefaultPaths.SearchPath}";
        yield return line.Value("user")?.StartsWith("0:", StringComparison.Ordinal) == false ? "HOME=/" : "HOME=/root";
        if (line.Has("tty") && Environment.GetEnvironmentVariable("TERM") is { } terminal)
            yield return $"TERM={terminal}";
    }

    private static IEnumerable<string> Variables()
    {
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            yield return $"{variable.Key}={variable.Value}";
    }

    private static NamespaceTarget Target(string text)
    {
        string[] parts = text.Split(':', 3);
        return parts.Length == 3 && ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode)
            ? new(NamespaceWord.Parse(parts[0]), parts[2], inode)
            : throw new UsageException($"--join {text} is not TYPE:INODE:PATH");
    }

    private static UserSpec User(string text)
    {
        uint[] ids;
        try
        {
            ids = [.. text.Split(':', ',').Select(id => uint.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture))];
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            throw new UsageException($"--user {text} is not UID:GID[,GID...] in numbers");
        }
        return ids.Length < 2
            ? throw new UsageException($"--user {text} is not UID:GID[,GID...] in numbers")
            : new UserSpec { Uid = ids[0], Gid = ids[1], AdditionalGids = ids[2..] };
    }

    private static List<IdMapping>? Maps(CommandLine line, string option, IReadOnlyList<string> types)
    {
        if (!types.Contains("user"))
            return null;
        List<IdMapping> maps = [.. line.Values(option).Select(IdMapping.Parse)];
        return maps.Count > 0 ? maps : throw new UsageException($"--{option} is missing for the user namespace");
    }

    private static Dictionary<string, TimeOffsetSpec> Offsets(CommandLine line)
    {
        var offsets = new Dictionary<string, TimeOffsetSpec>();
        foreach (string clock in new[] { "monotonic", "boottime" })
        {
            if (line.Value(clock) is not { } text)
                continue;
            string[] parts = text.Split(':');
            if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds)
                || !uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint nanoseconds))
                throw new UsageException($"--{clock} {text} is not SECONDS:NANOSECONDS");
            offsets[clock] = new() { Secs = seconds, Nanosecs = nanoseconds };
        }
        return offsets;
    }
}
