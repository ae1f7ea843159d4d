using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Proc;
using PSContainer.Spec;
using PSContainer.Steps.Host;
using PSContainer.Trees;

namespace PSContainer.Namespaces;

/// <summary>The host half of making namespaces: clones the process that makes them, and pins them.</summary>
/// <remarks>Either all of them exist in the end, or nothing of any does.</remarks>
public static class NamespaceCreation
{
    private const string AdviceOnLimit = "Remove some, or raise the limit in /proc/sys/user, which holds for the whole user namespace.";

    /// <summary>Makes them.</summary>
    /// <exception cref="NamespaceAlreadyExistsException">There is a set of this name.</exception>
    /// <exception cref="NamespaceCreateException">A step failed.</exception>
    public static void Run(NamespaceRequest request)
    {
        NamespaceSet set = Claim(request.Directory, out FileHandle claim);
        using FileHandle held = claim;
        try
        {
            Run(request, NamespaceCreatePlanner.Plan(request), set);
        }
        catch (ContainerException failure)
        {
            Undo(set);
            throw Explain(failure, request);
        }
    }

    // A set's directory is locked for as long as it is being made: a stale one is one that nobody is at work on.
    private static NamespaceSet Claim(string directory, out FileHandle claim)
    {
        const int OwnerOnly = 0x1C0, Exclusive = 2, Now = 4;
        string parent = Path.GetDirectoryName(directory)!;
        PrivateDirectory.Make(parent);
        var set = new NamespaceSet(directory);
        using FileHandle sets = Open(parent);
        Syscall.Check(Syscall.Call(SyscallNumber.flock, sets.Fd, Exclusive), "flock", parent);
        nint result = Files.mkdirat(Files.AT_FDCWD, directory, OwnerOnly);
        if (result == -Errno.EEXIST)
        {
            using (FileHandle other = Open(directory))
            {
                if (Syscall.Call(SyscallNumber.flock, other.Fd, Exclusive | Now) < 0 || !set.IsStale)
                    throw new NamespaceAlreadyExistsException(set.Name) { Target = set.Name };
            }
            set.RemoveAll();
            result = Files.mkdirat(Files.AT_FDCWD, directory, OwnerOnly);
        }
        Syscall.Check(result, "mkdirat", directory);
        claim = Open(directory);
        Syscall.Check(Syscall.Call(SyscallNumber.flock, claim.Fd, Exclusive), "flock", directory);
        return set;
    }

    private static void Run(NamespaceRequest request, StartPlan plan, NamespaceSet set)
    {
        using FileHandle? executable = plan.UsesInit ? Open("/proc/self/exe") : null;
        List<FileHandle> joined = [];
        using var handshake = new ParentHandshake();
        try
        {
            foreach (NamespaceSpec item in plan.Joined)
                joined.Add(Open(item.Path!));
            var descriptors = new ChildDescriptors
            {
                Socket = handshake.ChildSocket,
                Namespaces = [.. joined.Select(handle => handle.Fd)],
                Executable = executable?.Fd ?? -1,
            };
            using InitProcess process = handshake.Clone(plan, descriptors, cgroup: -1);
            try
            {
                handshake.SeeThrough(plan, process, new ParentDuties { OnReady = () => Keep(request, set, process.Pid) });
            }
            catch
            {
                Pidfd.KillAndWait(process.PidFd);
                throw;
            }
            if (!request.HasHolder)
                Pidfd.Wait(process.PidFd);
        }
        finally
        {
            joined.ForEach(handle => handle.Dispose());
        }
    }

    private static void Keep(NamespaceRequest request, NamespaceSet set, int pid)
    {
        // The holder's name first: from here on, whatever ends this process, it can be found and removed.
        if (request.HasHolder)
            set.WriteHolder(pid, ProcessStat.StartTimeOf(pid) ?? throw new ContainerStartException("HoldNamespaces: the process ended too early."));
        if (request.IsPinned)
            set.MakePrivate();
        foreach (NamespaceType type in NamespaceWord.All.Where(type => request.Types.Contains(NamespaceWord.Of(type))))
        {
            string file = NamespaceStore.ProcessFile(pid, type);
            if (request.IsPinned)
                set.Mount(type, file);
            else
                set.WriteMember(type, ContainerNamespace.InodeOf(file) ?? throw new ContainerStartException($"NoteNamespace: '{file}' is gone."));
        }
    }

    private static void Undo(NamespaceSet set)
    {
        try
        {
            set.RemoveAll();
            set.Leave();
        }
        catch (ContainerException)
        {
            // What made it fail is worth more to the caller; a name without namespaces can be used again.
        }
    }

    private static FileHandle Open(string path) =>
        new((int)Syscall.Check(Files.openat(Files.AT_FDCWD, path, Files.O_RDONLY | Files.O_CLOEXEC), "openat", path));

    private static ContainerException Explain(ContainerException failure, NamespaceRequest request)
    {
        if (failure is NamespaceAlreadyExistsException or SubIdRangeMissingException or StartInterruptedException)
            return failure;
        bool isMaking = failure.Call is "clone3" or "unshare";
        string message = failure.Message, step = failure.Step ?? "MakeNamespaces";
        if (isMaking)
            message = $"{step}: {failure.Call} of {string.Join(", ", request.Types)}: {Errno.Name(failure.Errno)} ({Errno.Describe(failure.Errno)})";
        string? advice = failure.Errno switch
        {
            Errno.ENOSPC when isMaking => $"A limit on namespaces is reached (here: {Limits(request)}). {AdviceOnLimit}",
            Errno.EPERM when isMaking && !request.Makes("user") && request.Owner is null =>
                NamespaceCreateException.AdviceOnOwner,
            Errno.EPERM when isMaking => "This host does not let users make user namespaces: see Test-ContainerHost.",
            Errno.EINVAL when isMaking => "The kernel lacks one of the types: see Test-ContainerHost.",
            Errno.ERANGE => "The clock would run below zero or too far ahead: choose a smaller offset.",
            Errno.EPERM when failure.Call == "fsmount" || failure.Call == "fsconfig" =>
                "A part of /proc is covered here, so the kernel lets no user namespace mount another. Leave out -MountProc.",
            _ => failure.Recommendation,
        };
        return new NamespaceCreateException(message, advice)
        { Step = step, Call = failure.Call, Errno = failure.Errno, Target = failure.Target };
    }

    private static string Limits(NamespaceRequest request) =>
        string.Join(", ", request.Types.Select(type => $"max_{NamespaceTypes.FileName(type)}_namespaces = {Limit(type)}"));

    private static string Limit(string type) =>
        Kernel.ProcFile.Read($"/proc/sys/user/max_{NamespaceTypes.FileName(type)}_namespaces")?.Trim() ?? "unknown";
}
