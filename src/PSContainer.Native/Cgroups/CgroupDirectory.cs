using System.Diagnostics;
using PSContainer.Kernel;

namespace PSContainer.Cgroups;

/// <summary>Makes and removes the directories that are cgroups.</summary>
internal static class CgroupDirectory
{
    private const uint Mode = 0x1ed;
    private static readonly TimeSpan s_busyTimeout = TimeSpan.FromSeconds(2), s_dyingTimeout = TimeSpan.FromMilliseconds(200);

    /// <summary>Makes a cgroup and those above it.</summary>
    /// <param name="path">Absolute directory.</param>
    /// <param name="made">Gets each directory that was made, outer ones first.</param>
    /// <exception cref="ContainerException">mkdir(2) failed, or the cgroup is in use.</exception>
    internal static void Make(string path, List<string> made)
    {
        int result = Mkdir(path);
        if (result == -Errno.ENOENT)
        {
            MakeAbove(path, made);
            result = Mkdir(path);
        }
        if (result == 0)
        {
            made.Add(path);
            return;
        }
        if (result != -Errno.EEXIST)
            throw Syscall.Failure(-result, "mkdir", path);
        RequireEmpty(path);
        made.Add(path);
    }

    /// <summary>Makes one new cgroup and those above it that are missing.</summary>
    /// <param name="path">Absolute directory, which may not exist.</param>
    /// <param name="made">Gets each directory that was made, outer ones first.</param>
    /// <exception cref="ContainerException">It exists, or mkdir(2) failed.</exception>
    internal static void MakeNew(string path, List<string> made)
    {
        int result = Mkdir(path);
        if (result == -Errno.ENOENT)
        {
            MakeAbove(path, made);
            result = Mkdir(path);
        }
        if (result == -Errno.EEXIST)
            throw new CgroupAlreadyExistsException(path) { Call = "mkdir", Errno = Errno.EEXIST, Target = path };
        if (result < 0)
            throw Syscall.Failure(-result, "mkdir", path);
        made.Add(path);
    }

    /// <summary>Removes a cgroup and all below it; one that is gone is no failure.</summary>
    /// <remarks>A killed process takes a moment to leave, and the cgroup stays busy for another.</remarks>
    /// <returns>0, or a negated error number.</returns>
    internal static int Remove(string path)
    {
        long start = Stopwatch.GetTimestamp();
        int pause = 1;
        while (true)
        {
            int result = Rmdir(path);
            if (result is 0 or -Errno.ENOENT)
                return 0;
            if (result != -Errno.EBUSY && result != -Errno.ENOTEMPTY)
                return result;
            CgroupTreeRemoval.RemoveBelow(path);
            if (Rmdir(path) is 0 or -Errno.ENOENT)
                return 0;
            if (Stopwatch.GetElapsedTime(start) > (IsPopulated(path) ? s_dyingTimeout : s_busyTimeout))
                return result;
            Thread.Sleep(pause);
            pause = Math.Min(pause * 2, 50);
        }
    }

    /// <summary>rmdir(2), once.</summary>
    internal static int Rmdir(string path) => (int)Files.unlinkat(Files.AT_FDCWD, path, Files.AT_REMOVEDIR);

    /// <summary>The cgroups right below one; none when it is gone.</summary>
    internal static string[] Children(string path)
    {
        // A directory's links are its name, its dot, and one from each directory in it: most have none and need no listing.
        const uint LinksOfLeaf = 2;
        nint known = Files.statx(Files.AT_FDCWD, path, 0, Files.STATX_BASIC_STATS, out Files.statx_data data);
        if (known < 0 || data.stx_nlink == LinksOfLeaf)
            return [];
        try
        {
            return Directory.GetDirectories(path);
        }
        catch (IOException)
        {
            return [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Whether a process that has not ended is in the cgroup itself.</summary>
    internal static bool IsPopulated(string path) => SmallFile.Read($"{path}/cgroup.procs") is { Length: > 0 };

    private static void MakeAbove(string path, List<string> made)
    {
        string above = Path.GetDirectoryName(path)!;
        int result = Mkdir(above);
        if (result == -Errno.ENOENT)
        {
            MakeAbove(above, made);
            result = Mkdir(above);
        }
        if (result == 0)
            made.Add(above);
        else if (result != -Errno.EEXIST)
            throw Syscall.Failure(-result, "mkdir", above);
    }

    private static void RequireEmpty(string path)
    {
        if (IsPopulated(path) || Children(path).Length > 0)
        {
            throw new ContainerException(
                $"container's cgroup is not empty: '{path}' is in use.", "Choose another cgroup path, or end what runs in this one.")
            { Call = "mkdir", Errno = Errno.EEXIST, Target = path };
        }
        // What enters it would stop at once, and nobody would know why.
        if (CgroupFreezer.IsFrozen([path]))
        {
            throw new ContainerException($"container's cgroup unexpectedly frozen: '{path}'.", "Thaw it, or choose another cgroup path.")
            { Call = "mkdir", Errno = Errno.EEXIST, Target = path };
        }
    }

    private static int Mkdir(string path) => (int)Files.mkdirat(Files.AT_FDCWD, path, Mode);
}
