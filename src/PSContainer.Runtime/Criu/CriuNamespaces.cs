using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Runtime.Criu;

/// <summary>
/// Namespaces that a container joined: criu leaves them as they are, and restores into those that are there then.
/// </summary>
internal static class CriuNamespaces
{
    private static readonly (string Type, string Key)[] s_inherited = [("network", "extRootNetNS"), ("pid", "extRootPidNS")];
    private static readonly string[] s_joined = ["time", "ipc", "uts"];

    /// <summary>Names those of a container to criu_opts.</summary>
    public static void AddForDump(Message options, ContainerSpec spec)
    {
        foreach ((string type, string key) in s_inherited)
        {
            if (PathOf(spec, type) is not { } path)
                continue;
            using FileHandle open = Open(path);
            Syscall.Check(Files.statx(open.Fd, "\0"u8, Files.AT_EMPTY_PATH, Files.STATX_BASIC_STATS, out Files.statx_data data),
                "statx", path);
            options.Add(37, $"{(type == "network" ? "net" : type)}[{data.stx_ino}]:{key}");
        }
    }

    /// <summary>Opens those that a container is restored into.</summary>
    public static List<(string Key, FileHandle Handle)> OpenForRestore(ContainerSpec spec)
    {
        var opened = new List<(string, FileHandle)>();
        foreach ((string type, string key) in s_inherited)
        {
            if (PathOf(spec, type) is { } path)
                opened.Add((key, Open(path)));
        }
        return opened;
    }

    /// <summary>Names to criu_opts those that it joins by path.</summary>
    public static void AddJoined(Message options, ContainerSpec spec)
    {
        foreach (string type in s_joined)
        {
            if (PathOf(spec, type) is { } path)
                options.Add(39, new Message().Add(1, type).Add(2, path));
        }
    }

    private static string? PathOf(ContainerSpec spec, string type) =>
        spec.Linux?.Namespaces?.FirstOrDefault(one => one.Type == type)?.Path;

    private static FileHandle Open(string path) =>
        new((int)Syscall.Check(Files.openat(Files.AT_FDCWD, path, Files.O_RDONLY | Files.O_CLOEXEC), "openat", path));
}
