using System.Globalization;
using PSContainer.Containers;
using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Proc;
using PSContainer.Programs;
using PSContainer.Rooted;
using PSContainer.Users;
using PSContainer.Words;

namespace PSContainer.Namespaces;

/// <summary>A command to run in namespaces.</summary>
public sealed record NamespaceCommandOptions
{
    /// <summary>Which to join.</summary>
    public required IReadOnlyList<Namespace> Namespaces { get; init; }

    /// <summary>The command and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Who it runs as: user, uid, user:group or uid:gid; <see langword="null"/>: root of a joined user namespace, else the caller.</summary>
    public string? User { get; init; }

    /// <summary>A directory that becomes its root, as the joined mount namespace names it.</summary>
    public string? Rootfs { get; init; }

    /// <summary>Its working directory, below that root.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Whether it gets a terminal.</summary>
    public bool Tty { get; init; }

    /// <summary>
    /// Whether the command comes from another root filesystem than the caller's: one that is given, or that processes of the joined mount
    /// namespace have for theirs, as those of a container do.
    /// </summary>
    public bool HasOtherRoot => Rootfs is not null || MountNamespaceRoot is { } root && DirectoryIdentity.Of(root) != DirectoryIdentity.Of("/");

    /// <summary>The root of a process in the joined mount namespace; <see langword="null"/> without one.</summary>
    internal string? MountNamespaceRoot => Namespaces.FirstOrDefault(one => one.Type == NamespaceType.Mount)?.ProcessId is { } pid
        ? string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/root")
        : null;

    /// <summary>
    /// Whether that command would have the rights of the host's root: nothing of what holds a container back is in force for it.
    /// </summary>
    public bool LendsRootOfHost => HasOtherRoot && User is null && Files.geteuid() == 0 && Namespaces.All(one => one.Type != NamespaceType.User || one.IsHost);
}

/// <summary>A command in namespaces, in the foreground, that can be ended from another thread.</summary>
public sealed class NamespaceCommand : IDisposable
{
    // In memory: a PowerShell that is killed leaves nothing behind.
    private readonly FileHandle _pidFile;
    private readonly CancelPipe _cancel = new();

    /// <summary>Prepares it.</summary>
    /// <exception cref="NamespaceNotFoundException">A namespace is gone.</exception>
    /// <exception cref="ContainerException">The options are wrong.</exception>
    public NamespaceCommand(NamespaceCommandOptions options)
    {
        if (options.Command is not [{ Length: > 0 }, ..])
            throw new InvalidSpecException("There is no command to run.", "Write it after --, as: -- ip addr");
        if (options.Command.Any(word => word.Contains('\0', StringComparison.Ordinal)))
            throw new InvalidSpecException("The command holds a NUL character, which no argument can.");
        RequireOneOfEach(options.Namespaces);
        options = options with { Namespaces = NamespaceOwner.AddTo(options.Namespaces) };
        string user = options.User is { } asked ? Resolve(options, asked) : "";
        List<string> words = ["namespace", "exec", "--die-with-parent"];
        foreach (Namespace one in options.Namespaces)
            words.AddRange(["--join", string.Create(CultureInfo.InvariantCulture, $"{NamespaceWord.FileOf(one.Type)}:{one.Inode}:{one.RequirePath()}")]);
        if (options.Rootfs is { } rootfs)
            words.AddRange(["--rootfs", System.IO.Path.GetFullPath(rootfs)]);
        if (options.WorkingDirectory is { } place)
            words.AddRange(["--cwd", PathWord.RequireInside(place, "The working directory")]);
        if (user.Length > 0)
            words.AddRange(["--user", user]);
        if (options.Tty)
            words.Add("--tty");
        // Programs of somebody else get no secrets of the caller's.
        if (options.HasOtherRoot)
            words.Add("--clear-env");
        string runtime = ContainerEngine.Default.Runtime.Path;
        _pidFile = MemoryFile.Make("pid", []);
        string pidFile = string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{_pidFile.Fd}");
        Command = new(runtime, [.. words, "--pid-file", pidFile, "--cancel", _cancel.Path, "--", .. options.Command]);
    }

    /// <summary>What to execute.</summary>
    public NativeCommand Command { get; }

    /// <summary>Kills the command, or what is about to make its process.</summary>
    /// <remarks>PowerShell may have killed the executable already; then the process is found by its pid.</remarks>
    /// <returns>Whether it was there and is ended, by this or before.</returns>
    public bool Kill()
    {
        _cancel.Fire();
        Span<byte> buffer = stackalloc byte[64];
        if (ProcessStat.ParseIdentity(MemoryFile.ReadEnd(_pidFile.Fd, buffer)) is not var (pid, startTime))
            return false;
        using FileHandle? process = ProcessStat.Open(pid, startTime);
        if (process is not null)
            Pidfd.SendSignal(process.Fd, (int)Signal.Kill);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancel.Dispose();
        _pidFile.Dispose();
    }

    private static void RequireOneOfEach(IReadOnlyList<Namespace> namespaces)
    {
        if (namespaces.Count == 0)
            throw new InvalidSpecException("No namespace was given that is not the caller's own.", "Give one, or see -Type.");
        if (namespaces.GroupBy(one => one.Type).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidSpecException(
                $"A process can be in one {NamespaceWord.Of(twice.Key)} namespace only, and {string.Join(", ", twice)} were given.",
                "Choose one of them.");
        }
    }

    // Names are those of the system that the command will see: of a process that is in the mount namespace, and its root.
    private static string Resolve(NamespaceCommandOptions options, string asked)
    {
        string root = options.MountNamespaceRoot ?? "/";
        using RootedDirectory directory = RootedDirectory.OpenHost(root);
        using RootedDirectory place = options.Rootfs is { } rootfs
            ? RootedDirectory.FromHandle(directory.Open(rootfs, Files.O_PATH | Files.O_DIRECTORY | Files.O_CLOEXEC), rootfs)
            : RootedDirectory.FromHandle(directory.Open("/", Files.O_PATH | Files.O_DIRECTORY | Files.O_CLOEXEC), "/");
        ContainerUser user = PasswdFile.Resolve(place, asked);
        return string.Create(CultureInfo.InvariantCulture, $"{user.Uid}:{user.Gid}") + string.Concat(user.AdditionalGids.Select(gid => $",{gid}"));
    }
}
