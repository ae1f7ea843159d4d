namespace PSContainer.Bench;

/// <summary>A program that starts containers.</summary>
/// <param name="Name">What it is called in the report.</param>
/// <param name="Arguments">Its whole command line for a bundle and an id.</param>
/// <param name="Delete">The command line that removes what a failed start left, if it leaves anything.</param>
internal sealed record Contestant(
    string Name, Func<Bundle, string, string[]> Arguments, Func<string, string[]>? Delete = null)
{
    /// <summary>The contestant that is ours.</summary>
    public const string Ours = "`pscontainer run`";

    /// <summary>The contestant that ours is compared with.</summary>
    public const string Reference = "`crun run`";

    /// <summary>The floor.</summary>
    public const string Floor = "floor: `unshare`";

    private static readonly string[] Capabilities =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP",
        "CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SYS_CHROOT", "CAP_MKNOD", "CAP_AUDIT_WRITE", "CAP_SETFCAP",
    ];

    /// <summary>All contestants; those that this machine does not have are named in <paramref name="missing"/>.</summary>
    public static Contestant[] All(Setup setup, List<string> missing)
    {
        List<Contestant> all = [OciRuntime(Ours, setup.Runtime, setup, setup.StateRoot)];
        Add("crun", path => OciRuntime(Reference, path, setup, setup.StateRootOf("crun")));
        Add("runc", path => OciRuntime("`runc run`", path, setup, setup.StateRootOf("runc")));
        Add("bwrap", path => new("`bwrap`", (bundle, _) => Bwrap(path, setup, bundle)));
        Add("unshare", path => new(Floor, (bundle, _) => Unshare(path, setup, bundle)));
        return [.. all];

        void Add(string program, Func<string, Contestant> make)
        {
            if (FindOnPath(program) is { } path)
                all.Add(make(path));
            else
                missing.Add(program);
        }
    }

    private static Contestant OciRuntime(string name, string path, Setup setup, string root) => new(
        name,
        (bundle, id) => [path, "--root", root, "run", "--bundle", BundleWriter.PathOf(setup, bundle), id],
        id => [path, "--root", root, "delete", "--force", id]);

    private static string[] Bwrap(string path, Setup setup, Bundle bundle) =>
    [
        path, "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup",
        .. bundle.HostNetwork ? [] : new[] { "--unshare-net" },
        "--as-pid-1", "--hostname", "pscontainer", "--clearenv", "--bind", setup.Rootfs, "/", "--proc", "/proc", "--dev", "/dev",
        "--mqueue", "/dev/mqueue", "--ro-bind", "/sys", "/sys",
        "--cap-drop", "ALL", .. Capabilities.SelectMany(one => new[] { "--cap-add", one }),
        "--", Setup.Command,
    ];

    private static string[] Unshare(string path, Setup setup, Bundle bundle) =>
    [
        path, "--mount", "--pid", "--ipc", "--uts", "--cgroup", .. bundle.HostNetwork ? [] : new[] { "--net" },
        "--fork", "--mount-proc", "--", setup.Rootfs + Setup.Command,
    ];

    /// <summary>Absolute path of a program of PATH, or <see langword="null"/>.</summary>
    internal static string? FindOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => Path.Combine(directory, program))
        .FirstOrDefault(File.Exists);
}
