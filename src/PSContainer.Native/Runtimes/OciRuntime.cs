using System.Globalization;
using System.Text;
using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Programs;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Runtimes;

/// <summary>
/// Another OCI runtime (crun, runc, runsc, …) that carries out a container of the store; our executable stands before it, so
/// the state directory, the monitor and every command are the same.
/// </summary>
/// <remarks>
/// Which one it is stands in a file of the state directory and nowhere in the configuration: an annotation that a client
/// passes on must not choose what root executes.
/// </remarks>
public sealed class OciRuntime
{
    /// <summary>The file of the state directory that names the runtime, and in a second line our own executable.</summary>
    public const string FileName = "runtime";

    private const string StateDirectory = "runtime-state";
    private const int SIGKILL = 9;
    private readonly string _root, _id;

    private OciRuntime(StateStore store, string id, string path, string ownExecutable)
    {
        _root = store.FileOf(id, StateDirectory);
        _id = id;
        Path = path;
        OwnExecutable = ownExecutable;
    }

    /// <summary>Absolute path of the runtime.</summary>
    public string Path { get; }

    /// <summary>Absolute path of our own executable, which is the init of a container that asks for one.</summary>
    public string OwnExecutable { get; }

    /// <summary>The runtime of a container.</summary>
    /// <returns>The runtime, or <see langword="null"/> when it is our own.</returns>
    public static OciRuntime? Of(StateStore store, string id) =>
        AtomicFile.Read(store.FileOf(id, FileName)) is { } text
        && Encoding.UTF8.GetString(text).Split('\n') is [{ Length: > 0 } path, { Length: > 0 } own, ..]
            ? new OciRuntime(store, id, path, own)
            : null;

    /// <summary>Notes the runtime of a new container.</summary>
    internal static void Write(StateStore store, string id, string path, string ownExecutable) =>
        AtomicFile.Write(store.FileOf(id, FileName), Encoding.UTF8.GetBytes($"{path}\n{ownExecutable}\n"));

    /// <summary>The executable behind a name on PATH or a path.</summary>
    /// <exception cref="RuntimeNotFoundException">There is none.</exception>
    public static string Find(string nameOrPath)
    {
        IEnumerable<string> candidates = nameOrPath.Contains('/', StringComparison.Ordinal)
            ? [System.IO.Path.GetFullPath(nameOrPath)]
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
                // Runtimes are administrators' tools: they may be where a user's PATH does not lead.
                .Concat(["/usr/local/sbin", "/usr/sbin", "/sbin"])
                .Select(directory => System.IO.Path.GetFullPath(System.IO.Path.Combine(directory, nameOrPath)));
        const int X_OK = 1, AT_EACCESS = 0x200;
        foreach (string candidate in candidates)
        {
            using var name = new CString(candidate);
            if (File.Exists(candidate) && Syscall.Call(SyscallNumber.faccessat2, Files.AT_FDCWD, name, X_OK, AT_EACCESS) == 0)
                return candidate;
        }
        throw new RuntimeNotFoundException($"There is no OCI runtime '{nameOrPath}'.",
            "Install it, or give its path; -Runtime takes what is on PATH, such as crun or runc.") { Target = nameOrPath };
    }

    /// <summary>Starts a command of the runtime with this process's own streams, waits for its end, and reads its log.</summary>
    /// <exception cref="ContainerException">It failed.</exception>
    internal void Run(params IReadOnlyList<string> arguments) => Check(RuntimeCommand.RunWithOwnStreams(Path, ["--root", _root, .. arguments]));

    /// <summary>Starts a created container.</summary>
    /// <exception cref="ContainerException">It failed.</exception>
    internal void Start() => Quietly("start", _id);

    /// <summary>Sends a signal to the container's first process.</summary>
    /// <exception cref="ContainerException">It failed.</exception>
    public void Kill(int signal) => Quietly("kill", _id, signal.ToString(CultureInfo.InvariantCulture));

    /// <summary>Freezes the container.</summary>
    /// <exception cref="ContainerException">It failed.</exception>
    public void Pause() => Quietly("pause", _id);

    /// <summary>Lets a paused container run on.</summary>
    /// <exception cref="ContainerException">It failed.</exception>
    public void Resume() => Quietly("resume", _id);

    /// <summary>Changes limits.</summary>
    /// <param name="resources">A file with <c>linux.resources</c> of the specification.</param>
    /// <exception cref="ContainerException">It failed.</exception>
    public void Update(string resources) => Quietly("update", "--resources", resources, _id);

    /// <summary>Ends the container and has the runtime forget it; one that it does not know is no failure.</summary>
    internal void Delete()
    {
        // Most runtimes say nothing of a missing container with --force; those that complain have nothing to delete.
        if (!Directory.Exists(_root))
            return;
        try
        {
            RuntimeCommand.Run(Path, "--root", _root, "delete", "--force", _id);
        }
        catch (ContainerException)
        {
            // A runtime that was uninstalled: the processes and cgroups are ended and removed without it.
        }
    }

    /// <summary>Refuses what the runtime itself says that it cannot do; one that says nothing is left to try.</summary>
    /// <exception cref="InvalidSpecException">The configuration asks for it.</exception>
    internal void Require(ContainerSpec spec)
    {
        bool hasTime = spec.Linux?.Namespaces?.Any(one => one.Type == "time") == true;
        bool hasIdMap = spec.Mounts?.Any(mount => mount.UidMappings is { Count: > 0 }) == true;
        if (!hasTime && !hasIdMap)
            return;
        RuntimeResult said = RuntimeCommand.Run(Path, "features");
        if (said.ExitCode is not 0)
            return;
        try
        {
            using var document = JsonDocument.Parse(said.Output);
            JsonElement linux = document.RootElement.GetProperty("linux");
            if (hasTime && !linux.GetProperty("namespaces").EnumerateArray().Any(one => one.GetString() == "time"))
                throw Lacks("time namespaces", "linux.namespaces");
            if (hasIdMap && !(linux.TryGetProperty("mountExtensions", out JsonElement mounts)
                && mounts.GetProperty("idmap").GetProperty("enabled").GetBoolean()))
                throw Lacks("id-mapped mounts", "mounts");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // It says so in a form of its own.
        }
    }

    private void Quietly(params string[] arguments) => Check(RuntimeCommand.Run(Path, ["--root", _root, .. arguments]));

    private void Check(RuntimeResult result)
    {
        if (result.Error is null && result.ExitCode is null or 0)
            return;
        string said = result.Error?.Message ?? ShownText.Quote(result.ErrorOutput);
        string name = System.IO.Path.GetFileName(Path);
        throw new ContainerStartException(
            said.Length > 0 ? $"{name}: {said}" : $"{name} ended with code {result.ExitCode} and did not say why.",
            $"This is what {name} says; without -Runtime PSContainer's own runtime carries the container out.")
        { Target = Path };
    }

    private InvalidSpecException Lacks(string what, string member) => new(
        $"{System.IO.Path.GetFileName(Path)} cannot do {what}.", "Leave them out, or use PSContainer's own runtime: leave out -Runtime.")
    { Target = member };
}
