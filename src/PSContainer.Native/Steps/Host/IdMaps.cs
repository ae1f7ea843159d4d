using System.Text;
using PSContainer.Kernel;
using PSContainer.Machine;
using PSContainer.Spec;

namespace PSContainer.Steps.Host;

/// <summary>Id maps of a new user namespace, user_namespaces(7).</summary>
internal static class IdMaps
{
    /// <summary>Writes both maps: directly where the kernel lets this user, else through newuidmap(1) and newgidmap(1).</summary>
    /// <exception cref="ContainerException">A map was refused.</exception>
    public static void Write(int pid, IReadOnlyList<IdMapping> uids, IReadOnlyList<IdMapping> gids)
    {
        bool isRoot = Files.geteuid() == 0;
        if (!isRoot && IsOwnIdOnly(gids, Files.getegid()))
            WriteFile($"/proc/{pid}/setgroups", "deny");
        WriteMap(pid, "uid_map", "newuidmap", uids, isRoot || IsOwnIdOnly(uids, Files.geteuid()));
        WriteMap(pid, "gid_map", "newgidmap", gids, isRoot || IsOwnIdOnly(gids, Files.getegid()));
    }

    private static bool IsOwnIdOnly(IReadOnlyList<IdMapping> mappings, uint id) =>
        mappings is [{ Size: 1 } only] && only.HostId == id;

    private static void WriteMap(int pid, string file, string helper, IReadOnlyList<IdMapping> mappings, bool directly)
    {
        if (directly)
        {
            WriteFile($"/proc/{pid}/{file}", string.Concat(mappings.Select(map => $"{map.ContainerId} {map.HostId} {map.Size}\n")));
            return;
        }
        var arguments = new List<string> { helper, $"{pid}" };
        foreach (IdMapping map in mappings)
            arguments.AddRange([$"{map.ContainerId}", $"{map.HostId}", $"{map.Size}"]);
        int code = HelperProgram.Run(helper, arguments);
        if (code == HelperProgram.NotThere)
        {
            throw new ContainerStartException($"WriteIdMaps: {helper} is not installed, and without it a user can map only his own id.",
                "Install it (on Debian and Ubuntu: apt-get install uidmap), or map only the own id to 0.")
            { Step = "WriteIdMaps", Target = file };
        }
        if (code != 0)
        {
            throw new ContainerStartException($"WriteIdMaps: {helper} refused the map for process {pid} (exit code {code}).",
                AdviceOnRefusal(isGroup: helper == "newgidmap"))
            { Step = "WriteIdMaps", Target = file };
        }
    }

    private static string AdviceOnRefusal(bool isGroup) => isGroup
        ? SubIdAdvice.ChooseFrom(Files.getegid(), SubIdFile.Read("/etc/subgid", Files.geteuid()))
        : SubIdAdvice.ChooseFrom(Files.geteuid(), SubIdFile.Read("/etc/subuid", Files.geteuid()));

    private static unsafe void WriteFile(string path, string text)
    {
        using var file = new FileHandle((int)Syscall.Check(Files.openat(Files.AT_FDCWD, path, Files.O_WRONLY | Files.O_CLOEXEC), "openat", path));
        nint written = Files.write(file.Fd, Encoding.ASCII.GetBytes(text));
        if (written >= 0)
            return;
        int errno = (int)-written;
        throw new ContainerStartException($"WriteIdMaps: write '{path}': {Errno.Name(errno)} ({Errno.Describe(errno)})",
            "Ranges must not overlap, and the host's ids must be mapped in the caller's own user namespace: see user_namespaces(7).")
        { Step = "WriteIdMaps", Call = "write", Errno = errno, Target = path };
    }
}
