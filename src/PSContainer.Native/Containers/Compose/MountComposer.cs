using System.Globalization;
using PSContainer.Containers.Options;
using PSContainer.Rooted;
using PSContainer.Spec;
using PSContainer.Words;

namespace PSContainer.Containers.Compose;

/// <summary>What is mounted in a container: the kernel's own filesystems, then what was asked for.</summary>
internal static class MountComposer
{
    private const long DefaultShmSize = 64L << 20;

    /// <summary>The mounts, in their order.</summary>
    /// <exception cref="InvalidSpecException">A source is missing, or a destination is none.</exception>
    internal static IReadOnlyList<MountSpec> Compose(Composition composition)
    {
        var mounts = new List<MountSpec>(16);
        AddDefaults(mounts, composition);
        AddNetworkFiles(mounts, composition);
        foreach (MountOption mount in composition.Options.Mounts)
        {
            MountSpec asked = mount.IsTmpfs ? Tmpfs(mount) : Bind(mount);
            mounts.RemoveAll(one => one.Destination == asked.Destination);
            mounts.Add(asked);
        }
        return mounts;
    }

    private static void AddDefaults(List<MountSpec> mounts, Composition composition)
    {
        ContainerOptions options = composition.Options;
        string access = options.Privileged ? "rw" : "ro";
        mounts.Add(Mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"));
        mounts.Add(Mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"));
        mounts.Add(Mount("/dev/pts", "devpts", "devpts", PtsOptions(composition)));
        // A user namespace without the network namespace cannot mount sysfs: the kernel ties it to the network's owner.
        mounts.Add(composition.IsBelowHost && composition.Network.Kind != NamespaceModeKind.Private
            ? Mount("/sys", "bind", "/sys", "rbind", "nosuid", "noexec", "nodev", access)
            : Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", access));
        mounts.Add(Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", access));
        // A user namespace cannot mount that of the host's IPC namespace, and has it only where the host has mounted it.
        if (!composition.IsBelowHost || options.IpcMode.Kind != NamespaceModeKind.Host || Directory.Exists("/dev/mqueue"))
            mounts.Add(Mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"));
        mounts.Add(options.IpcMode.Kind == NamespaceModeKind.Host && options.ShmSize is null && Directory.Exists("/dev/shm")
            ? Mount("/dev/shm", "bind", "/dev/shm", "rbind", "nosuid", "noexec", "nodev")
            : Mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", $"size={ShmSize(options)}"));
    }

    // Group 5 is tty in every distribution; in a namespace that does not map it the option would be refused.
    private static string[] PtsOptions(Composition composition)
    {
        const uint Terminals = 5;
        string[] options = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"];
        return new MappedIds(composition).HasGroup(Terminals) ? [.. options, $"gid={Terminals}"] : options;
    }

    private static string ShmSize(ContainerOptions options)
    {
        long size = options.ShmSize ?? DefaultShmSize;
        return size > 0
            ? size.ToString(CultureInfo.InvariantCulture)
            : throw new InvalidSpecException("-ShmSize must be more than 0.", "Write it as 64MB.");
    }

    // With the host's network its names are right too. A network of the container's own with nothing in it needs none.
    private static void AddNetworkFiles(List<MountSpec> mounts, Composition composition)
    {
        if (composition.Network.Kind != NamespaceModeKind.Host || composition.Options.Rootfs!.IsHost
            || !composition.Root.Exists("/etc"))
            return;
        foreach (string file in (string[])["/etc/resolv.conf", "/etc/hosts"])
        {
            if (File.Exists(file) && !IsDanglingLink(composition.Root, file))
                mounts.Add(Mount(file, "bind", file, "rbind", "rprivate", "ro"));
        }
    }

    private static bool IsDanglingLink(RootedDirectory root, string path)
    {
        if (root.Exists(path))
            return false;
        nint fd = root.TryOpen(PathBytes.From(path), Kernel.Files.O_PATH | Kernel.Files.O_NOFOLLOW);
        if (fd < 0)
            return false;
        new Kernel.FileHandle((int)fd).Dispose();
        return true;
    }

    private static MountSpec Bind(MountOption mount)
    {
        string source = mount.Source!, destination = DestinationOf(mount);
        if (!Path.Exists(source))
        {
            throw new InvalidSpecException(
                $"The source of the mount does not exist: '{source}'.",
                "Make the file or directory first; it is never made for you.")
            { Target = source };
        }
        bool propagation = mount.Options.Any(option => option.EndsWith("private", StringComparison.Ordinal)
            || option.EndsWith("slave", StringComparison.Ordinal) || option.EndsWith("shared", StringComparison.Ordinal));
        bool bind = mount.Options.Any(option => option is "bind" or "rbind");
        string[] own =
            [.. bind ? [] : (string[])["rbind"], .. propagation ? [] : (string[])["rprivate"], mount.ReadOnly ? "rro" : "rw"];
        return Mount(destination, "bind", source, [.. own, .. mount.Options]);
    }

    private static MountSpec Tmpfs(MountOption mount)
    {
        MountWord.RequireTmpfs(mount.Options);
        var options = new List<string> { "nosuid", "nodev" };
        if (!mount.Options.Contains("exec"))
            options.Add("noexec");
        options.Add($"mode={ModeWord.Format(mount.Mode ?? 0x3FF)}");
        if (mount.Size is { } size)
            options.Add(string.Create(CultureInfo.InvariantCulture, $"size={size}"));
        if (mount.ReadOnly)
            options.Add("ro");
        options.AddRange(mount.Options.Where(option => option != "exec"));
        return Mount(DestinationOf(mount), "tmpfs", "tmpfs", [.. options]);
    }

    private static string DestinationOf(MountOption mount)
    {
        string destination = PathWord.RequireInside(mount.Destination, "A mount's destination");
        return destination != "/"
            ? destination
            : throw new InvalidSpecException("Nothing can be mounted over the root.", "Give another root with -Rootfs.")
            { Target = "/" };
    }

    private static MountSpec Mount(string destination, string type, string source, params string[] options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options };
}
