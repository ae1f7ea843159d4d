using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Steps.Parent;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>exec</c>: a command in a running container; in the foreground it waits for the end and exits alike.</summary>
internal static class ExecVerb
{
    private static readonly string[] WithValue =
        ["process|p", "cwd", "env|e", "user|u", "additional-gids|g", "cap|c", "pid-file", "console-socket", "preserve-fds", "apparmor", "process-label"];

    private static readonly string[] WithoutValue = ["tty|t", "detach|d", "no-new-privs", "die-with-parent"];

    public static int Run(GlobalOptions options)
    {
        var line = new CommandLine(options.VerbArguments, WithValue, WithoutValue, words: 1);
        string id = ContainerWord.Resolve(options, line.Word(0, "container's id"));
        ProcessSpec process = ReadProcess(options, line, id);
        using var foreground = line.Has("detach") ? null : new Foreground(line.Has("die-with-parent"));
        if (process.Terminal && foreground is null && line.Value("console-socket") is null)
            throw new UsageException("a detached process with a terminal needs --console-socket");
        var request = new ExecRequest
        {
            Id = id,
            Process = process,
            PreservedFds = line.Number("preserve-fds", 0),
            PidFile = line.Value("pid-file") is { } file ? Path.GetFullPath(file) : null,
            TerminalReceiver = line.Value("console-socket") is { } socket ? StartOptions.SendTerminal(socket) : foreground is null ? null : foreground.TakeTerminal,
        };
        using InitProcess started = ExecStart.Run(options.Store, request);
        return foreground?.WaitFor(started) ?? 0;
    }

    // What is not said is as for the container's own process.
    private static ProcessSpec ReadProcess(GlobalOptions options, CommandLine line, string id)
    {
        if (line.Value("process") is { } path)
            return ReadProcessFile(options, Path.GetFullPath(path), id);
        if (line.Rest.Length == 0)
            throw new UsageException("the command is missing");
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
                throw new UsageException($"--user {text} is not UID or UID:GID");
        }
        IReadOnlyList<string> groups = line.Values("additional-gids");
        return groups.Count == 0 ? user : user with { AdditionalGids = [.. groups.SelectMany(group => group.Split(',')).Select(group => ReadId(group, group))] };
    }

    // Digits only: "+1", " 1" and "4294967296" have all been taken for somebody else (CVE-2024-40635).
    private static uint ReadId(string text, string whole) =>
        text.Length > 0 && text.All(char.IsAsciiDigit) && uint.TryParse(text, out uint id) && id <= int.MaxValue
            ? id
            : throw new UsageException($"--user {whole} is not UID or UID:GID in numbers");

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
            Ambient = sets?.Ambient,
        };
    }
}
