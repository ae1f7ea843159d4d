using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Spec;

namespace PSContainer.Steps.Host;

/// <summary>Executes this executable once more, as root of a new user namespace.</summary>
internal static class MappedStart
{
    /// <summary>Executes it and waits for its end.</summary>
    /// <param name="uids">The namespace's user ids.</param>
    /// <param name="gids">Its group ids.</param>
    /// <param name="arguments">The command line, with the program's name.</param>
    /// <param name="preservedFds">How many descriptors from 3 on it keeps.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="ContainerException">There can be no such namespace.</exception>
    internal static int Run(
        IReadOnlyList<IdMapping> uids, IReadOnlyList<IdMapping> gids, IReadOnlyList<string> arguments, int preservedFds)
    {
        const string Self = "/proc/self/exe";
        using var executable = new FileHandle((int)Syscall.Check(
            Files.openat(Files.AT_FDCWD, Self, Files.O_RDONLY | Files.O_CLOEXEC), "openat", Self));
        StartPlan plan = MappedPlanner.Plan(uids, gids, arguments);
        using var handshake = new ParentHandshake();
        var descriptors = new ChildDescriptors { Socket = handshake.ChildSocket, Executable = executable.Fd, Preserved = preservedFds };
        using InitProcess process = handshake.Clone(plan, descriptors, cgroup: -1);
        try
        {
            handshake.SeeThrough(plan, process, new ParentDuties { OnReady = () => { } });
        }
        catch
        {
            Pidfd.KillAndWait(process.PidFd);
            throw;
        }
        return Pidfd.Wait(process.PidFd)?.ShellCode ?? 1;
    }
}
