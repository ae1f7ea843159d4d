using PSContainer.Cgroups;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.State;
using PSContainer.Steps.Host;
using PSContainer.Users;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>exec</c>: a command in a running container; in the foreground it waits for the end and exits alike.</summary>
internal static class ExecVerb
{
    public static readonly Syntax Syntax = new("exec", "CONTAINER COMMAND [ARGUMENT]...", "run a command in a running container",
        new Option("process", "file with the process as JSON, instead of the options and the command", "FILE", 'p'),
        new Option("cwd", "working directory", "DIR"),
        new Option("env", "an environment variable, NAME=VALUE; may be repeated", "ENV", 'e'),
        new Option("user", "user and group by number, UID[:GID]", "USER", 'u'),
        new Option("additional-gids", "a further group by number; may be repeated", "GID", 'g'),
        new Option("cap", "a capability to add; may be repeated", "CAP", 'c'),
        new Option("cgroup", "a cgroup below the container's, PATH or CONTROLLER[,CONTROLLER]...:PATH; may be repeated", "PATH"),
        new Option("tty", "give it a terminal", Short: 't'),
        new Option("detach", "return once it is started, instead of waiting for its end", Short: 'd'),
        new Option("pid-file", "file that its pid is written to", "FILE"),
        new Option("console-socket", "unix socket that gets the terminal's master", "SOCKET"),
        new Option("pidfd-socket", "unix socket that gets a pidfd of it", "SOCKET"),
        new Option("preserve-fds", "how many descriptors from 3 on the command gets", "N"),
        new Option("apparmor", "AppArmor profile", "PROFILE"),
        new Option("process-label", "SELinux label", "LABEL"),
        new Option("no-new-privs", "set no_new_privs"),
        new Option("ignore-paused", "start it in a paused container too, where it waits for the container to be resumed"),
        new Option("no-subreaper", "taken for compatibility: what it starts never becomes a child of this process"),
        new Option("cancel", "a pipe: a byte in it, or its end, kills the process, also before it runs", "FILE"),
        new Option("die-with-parent", "end it when the calling process ends; codes as docker has them"))
    { OwnWords = 1 };

    public static int Run(GlobalOptions options)
    {
        var line = new CommandLine(Syntax, options.VerbArguments);
        options.ServesPerson = line.Has("die-with-parent");
        string id = ContainerWord.Resolve(options, line.Word(0, "container's id"));
        ProcessSpec process = ReadProcess(options, line, id);
        using var foreground = line.Has("detach") ? null : new Foreground(options.ServesPerson, line.Value("cancel"));
        using WayOut? wayOut = foreground is null ? WayOut.OfSignals(ForwardedSignals.Ending) : null;
        if (process.Terminal && foreground is null && line.Value("console-socket") is null)
            throw Refuse("cannot allocate tty if runtime will detach without setting console socket: name one with --console-socket");
        string root = $"/proc/{options.Store.Read(id)?.Pid}/root";
        var request = new ExecRequest
        {
            Id = id,
            Process = ProcessEnvironment.Complete(process, root),
            SubCgroups = SubCgroup.Parse(line.Values("cgroup")),
            EntersPaused = line.Has("ignore-paused"),
            OnPlan = plan => DebugLog.Write(options.Log, plan),
            Warn = options.Log.Warn,
            Note = options.Log.Note,
            EndsWithRuntime = foreground?.EndsWithParent == true,
            PreservedFds = line.Number("preserve-fds", 0),
            PidFile = line.Value("pid-file") is { } file ? Path.GetFullPath(file) : null,
            ProcessReceiver = line.Value("pidfd-socket") is { } receiver ? StartOptions.SendDescriptor(receiver, "pidfd") : null,
            TerminalReceiver = line.Value("console-socket") is { } socket ? StartOptions.SendTerminal(socket)
                : foreground is null ? null : foreground.TakeTerminal,
            Streams = StartOptions.Streams(foreground, process.Terminal, options.Log.Warn, root),
        };
        long? killsBefore = foreground is null ? null : MemoryKills.Count(options.Store.DirectoryOf(id));
        using InitProcess started = ExecStart.Run(options.Store, request);
        int code = foreground?.Conclude(foreground.WaitFor(started), options.Log.Warn) ?? 0;
        if (code == MemoryKills.KilledCode && MemoryKills.Count(options.Store.DirectoryOf(id)) > killsBefore)
        {
            options.IsOutOfMemory = true;
            MemoryKills.NoteExecuted(options.Store.DirectoryOf(id));
        }
        return code;
    }

    // Once it is known that an exec is meant, what is wrong with it has the code of an exec that failed.
    private static InvalidSpecException Refuse(string message) => new(message, "See: pscontainer exec --help");

    // What is not said is as for the container's own process.
    private static ProcessSpec ReadProcess(GlobalOptions options, CommandLine line, string id)
    {
        if (line.Value("process") is { } path)
            return ReadProcessFile(options, Path.GetFullPath(path), id);
        if (line.Rest.Length == 0)
            throw Refuse("process args cannot be empty: the command is missing");
        ProcessSpec process = options.Store.ReadSpec(id)?.Process ?? new ProcessSpec();
        return process with
        {
            Args = line.Rest,
            Terminal = line.Has("tty"),
            ConsoleSize = null,
            Cwd = line.Value("cwd") ?? process.Cwd,
            Env = MergeEnvironment(process.Env ?? [], line.Values("env")),
            User = ReadUser(line, process.User ?? new UserSpec()),
            NoNewPrivileges = process.NoNewPrivileges || line.Has("no-new-privs"),
            ApparmorProfile = line.Value("apparmor") ?? process.ApparmorProfile,
            SelinuxLabel = line.Value("process-label") ?? process.SelinuxLabel,
            Capabilities = AddCapabilities(process.Capabilities, line.Values("cap")),
        };
    }

    private static ProcessSpec ReadProcessFile(GlobalOptions options, string path, string id)
    {
        ProcessSpec process = SpecReader.ReadProcess(path);
        // One that lies with the container was written for this command alone, and its environment can hold secrets.
        if (Path.GetDirectoryName(path) == options.Store.DirectoryOf(id))
            Files.unlinkat(Files.AT_FDCWD, path, 0);
        return process;
    }

    private static List<string> MergeEnvironment(IReadOnlyList<string> own, IReadOnlyList<string> more)
    {
        var merged = new List<string>(own);
        foreach (string variable in more)
        {
            string name = variable[..(variable.IndexOf('=') + 1)];
            if (name.Length > 1)
                merged.RemoveAll(other => other.StartsWith(name, StringComparison.Ordinal));
            merged.Add(variable);
        }
        return merged;
    }

    private static UserSpec ReadUser(CommandLine line, UserSpec user)
    {
        if (line.Value("user") is { } text)
        {
            string[] parts = text.Split(':');
            uint uid = ReadId(parts[0], text), gid = parts.Length > 1 ? ReadId(parts[1], text) : 0;
            user = new UserSpec { Uid = uid, Gid = gid, Umask = user.Umask };
            if (parts.Length > 2)
                throw Refuse($"--user {text} is not UID or UID:GID");
        }
        IReadOnlyList<string> groups = line.Values("additional-gids");
        return groups.Count == 0 ? user : user
            with { AdditionalGids = [.. groups.SelectMany(group => group.Split(',')).Select(group => ReadId(group, group))] };
    }

    // "01", "+1", " 1" and "4294967296" have all been taken for somebody else (CVE-2024-40635, CVE-2026-30892).
    private static uint ReadId(string text, string whole) =>
        UserReference.TryParseId(text, out uint id)
            ? id
            : throw Refuse($"--user {whole} is not UID or UID:GID in numbers");

    private static CapabilitiesSpec? AddCapabilities(CapabilitiesSpec? sets, IReadOnlyList<string> more)
    {
        if (more.Count == 0)
            return sets;
        IReadOnlyList<string> Add(IReadOnlyList<string>? set) => [.. (set ?? []).Union(more)];
        return new CapabilitiesSpec
        {
            Bounding = Add(sets?.Bounding),
            Effective = Add(sets?.Effective),
            Permitted = Add(sets?.Permitted),
            Inheritable = sets?.Inheritable,
            // Without inheritable ones there are no ambient ones, and a warning would tell of what nobody asked for.
            Ambient = sets?.Inheritable is { Count: > 0 } inheritable ? [.. (sets.Ambient ?? []).Union(more.Intersect(inheritable))] : sets?.Ambient,
        };
    }
}
