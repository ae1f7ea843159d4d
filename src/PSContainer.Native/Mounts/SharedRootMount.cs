using PSContainer.Kernel;

namespace PSContainer.Mounts;

/// <summary>The root of a container in the runtime's own mount namespace: a mount on its directory, and all of its mounts below that.</summary>
internal static class SharedRootMount
{
    /// <summary>How many mounts are on a directory.</summary>
    public static int Count(string root)
    {
        nint opened = Files.openat(Files.AT_FDCWD, root, Files.O_PATH | Files.O_DIRECTORY | Files.O_CLOEXEC);
        if (opened < 0)
            return 0;
        using var directory = new FileHandle((int)opened);
        string? place = new FileInfo($"/proc/self/fd/{directory.Fd}").LinkTarget;
        return MountInfo.Of(Environment.ProcessId).Count(mount => mount.MountPoint == place);
    }

    /// <summary>Takes it away, and what is mounted below with it.</summary>
    /// <param name="root">The directory.</param>
    /// <param name="before">How many mounts were on it before; <see langword="null"/> for a container with a mount namespace.</param>
    /// <exception cref="ContainerException">It cannot be unmounted.</exception>
    public static void Remove(string root, int? before)
    {
        while (before is { } others && Count(root) > others)
            Syscall.Check(MountCalls.umount2(root, MountApi.MntDetach), "umount2", root);
    }
}
