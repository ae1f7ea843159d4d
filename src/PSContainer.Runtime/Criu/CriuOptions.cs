using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Trees;

namespace PSContainer.Runtime.Criu;

/// <summary>The options that checkpoint and restore share, and how they are told to criu.</summary>
internal sealed class CriuOptions : IDisposable
{
    /// <summary>What they are.</summary>
    public static readonly Option[] Shared =
    [
        new("image-path", "directory of the images (./checkpoint)", "DIR"),
        new("work-path", "directory of criu's log and work files (the images' directory)", "DIR"),
        new("tcp-established", "take open TCP connections along"),
        new("ext-unix-sk", "allow unix sockets that reach outside"),
        new("shell-job", "allow a session that was begun outside, as a shell's"),
        new("file-locks", "take file locks along"),
        new("manage-cgroups-mode", "soft (default), full, strict or ignore", "MODE"),
        new("empty-ns", "a namespace that is made anew instead of taken along: network", "NAME"),
        new("auto-dedup", "drop pages of earlier images that newer ones have"),
        new("lazy-pages", "move memory only when it is used, by userfaultfd(2)"),
        new("network-lock", "how connections are held still: iptables, nftables or skip", "METHOD"),
    ];

    private const int NewNet = 0x40000000;
    private readonly CommandLine _line;
    private readonly FileHandle _images;
    private readonly FileHandle? _work;

    /// <summary>Checks the options and opens the directories.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="makes">Whether the directory of the images is made.</param>
    /// <exception cref="UsageException">One of them is wrong.</exception>
    /// <exception cref="ContainerException">A directory cannot be made or opened.</exception>
    public CriuOptions(CommandLine line, bool makes)
    {
        _line = line;
        RequireRoot();
        _ = CgroupMode + EmptyNamespaces + NetworkLock;
        Images = Path.GetFullPath(line.Value("image-path") ?? "checkpoint");
        Work = line.Value("work-path") is { } work ? Path.GetFullPath(work) : Images;
        _images = Open(Images, makes);
        _work = Work != Images ? Open(Work, makes: true) : null;
    }

    /// <summary>Refuses callers that criu cannot serve.</summary>
    /// <exception cref="ContainerPermissionException">The caller is not root.</exception>
    public static void RequireRoot()
    {
        if (Files.geteuid() != 0)
            throw new ContainerPermissionException("criu needs root to checkpoint and to restore.", "Run as root.");
    }

    /// <summary>Absolute directory of the images.</summary>
    public string Images { get; }

    /// <summary>Absolute directory of the log.</summary>
    public string Work { get; }

    private int CgroupMode => _line.Value("manage-cgroups-mode") switch
    {
        "ignore" => 0,
        null or "" or "soft" => 3,
        "full" => 4,
        "strict" => 5,
        var mode => throw new UsageException($"--manage-cgroups-mode {mode} is none of soft, full, strict, ignore"),
    };

    private int EmptyNamespaces
    {
        get
        {
            int flags = 0;
            foreach (string name in _line.Values("empty-ns"))
                flags |= name == "network" ? NewNet
                    : throw new UsageException($"namespace {name} is not supported by --empty-ns: only network is");
            return flags;
        }
    }

    private int NetworkLock => _line.Value("network-lock") switch
    {
        null => 0,
        "iptables" => 1,
        "nftables" => 2,
        "skip" => 3,
        var method => throw new UsageException($"--network-lock {method} is none of iptables, nftables, skip"),
    };

    /// <summary>The options as criu_opts.</summary>
    /// <param name="log">The log's name in the work directory.</param>
    /// <param name="configuration">A configuration file of criu's, or <see langword="null"/>.</param>
    public Message Message(string log, string? configuration)
    {
        const int LogLevel = 4;
        // Directories by their numbers in this process: criu opens them below /proc.
        Message message = new Message().Add(1, _images.Fd).Add(9, LogLevel).Add(10, log).Add(12, 1);
        if (_work is not null)
            message.Add(17, _work.Fd);
        message.AddIf(4, _line.Has("ext-unix-sk")).AddIf(5, _line.Has("tcp-established")).AddIf(7, _line.Has("shell-job"))
            .AddIf(8, _line.Has("file-locks")).AddIf(16, _line.Has("auto-dedup")).AddIf(48, _line.Has("lazy-pages"));
        message.Add(24, 1).Add(34, CgroupMode).Add(50, 1).Add(51, configuration);
        if (EmptyNamespaces != 0)
            message.Add(38, EmptyNamespaces);
        if (NetworkLock != 0)
            message.Add(64, NetworkLock);
        return message;
    }

    /// <summary>What a failure of criu means to a person: its own words, and the errors of its log.</summary>
    public ContainerException Describe(string what, string log, CriuException failure)
    {
        string file = Path.Combine(Work, log);
        string[] errors = File.Exists(file)
            ? [.. File.ReadLines(file).Where(line => line.Contains("Error (", StringComparison.Ordinal))] : [];
        string reason =
            string.Join("; ", errors.TakeLast(3).Select(line => line[line.IndexOf("Error (", StringComparison.Ordinal)..]));
        string number = failure.ErrorNumber == 0 ? "" : $" ({Errno.Name(failure.ErrorNumber)})";
        string said = failure.Said is null ? "" : $": {failure.Said}";
        return new ContainerException($"criu failed to {what}{number}{said}{(reason.Length > 0 ? $": {reason}" : "")}",
            $"See its whole log in '{file}', and whether this kernel suits it with: criu check")
        { Step = string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(what[0])}{what[1..]}"), Errno =
            failure.ErrorNumber, Target = file };
    }

    /// <summary>Closes the directories.</summary>
    public void Dispose()
    {
        _images.Dispose();
        _work?.Dispose();
    }

    /// <summary>Writes a file beside the images.</summary>
    /// <exception cref="ContainerException">It cannot be written.</exception>
    public void Write(string name, ReadOnlySpan<byte> content) =>
        AtomicFile.Write(Path.Combine(Images, name), content, directory: _images.Fd);

    // One that is made is the one that is opened, whoever may write to where it is.
    private static FileHandle Open(string directory, bool makes)
    {
        if (makes)
        {
            nint result = MadeDirectory.TryMake(directory, makesAbove: false, out MadeDirectory? made);
            using (made)
            {
                if (made is not null)
                    return FileStatus.Reopen(made.Fd, Files.O_RDONLY | Files.O_DIRECTORY, directory);
            }
            if (result != -Errno.EEXIST)
                Syscall.Check(result, "mkdir", directory);
        }
        return new((int)Syscall.Check(
            Files.openat(Files.AT_FDCWD, directory, Files.O_RDONLY | Files.O_DIRECTORY | Files.O_CLOEXEC), "openat", directory));
    }
}
