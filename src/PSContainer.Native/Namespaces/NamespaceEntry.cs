using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Proc;
using PSContainer.Programs;
using PSContainer.Spec;
using PSContainer.Steps.Host;

namespace PSContainer.Namespaces;

/// <summary>A namespace to join, and the number it must have.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Path">Its file.</param>
/// <param name="Inode">Its number; 0 takes any.</param>
public sealed record NamespaceTarget(NamespaceType Type, string Path, ulong Inode);

/// <summary>The host half of running a command in namespaces that exist.</summary>
public static class NamespaceEntry
{
    private static readonly NamespaceType[] Order =
    [
        NamespaceType.Ipc, NamespaceType.Uts, NamespaceType.Network, NamespaceType.Pid, NamespaceType.Cgroup, NamespaceType.Time,
        NamespaceType.Mount,
    ];

    /// <summary>The targets in the order that lets the caller join them all; those he is in already are left out.</summary>
    /// <exception cref="InvalidSpecException">Two are of one type.</exception>
    public static IReadOnlyList<NamespaceTarget> Sort(IReadOnlyList<NamespaceTarget> targets)
    {
        if (targets.GroupBy(target => target.Type).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidSpecException(
                $"A process can be in one {NamespaceWord.Of(twice.Key)} namespace only; {twice.Count()} were given.",
                "Choose one, or choose types with -Type.");
        }
        List<NamespaceTarget> left = [.. targets.Where(target => !IsOwn(target))];
        if (left.Find(target => target.Type == NamespaceType.User) is not { } user)
            return [.. left.OrderBy(target => Array.IndexOf(Order, target.Type))];
        ILookup<bool, NamespaceTarget> isOwned = left.Where(target => target != user)
            .OrderBy(target => Array.IndexOf(Order, target.Type)).ToLookup(target => NamespaceOwnership.IsBelow(target.Path, user.Path));
        return [.. isOwned[false], user, .. isOwned[true]];
    }

    /// <summary>Runs a command.</summary>
    /// <param name="targets">Namespaces in the order of joining.</param>
    /// <param name="request">The command; its <see cref="NamespaceEnterRequest.Joined"/> is made of the targets.</param>
    /// <param name="streams">The caller's standard streams; <see langword="null"/>: they are passed on as they are.</param>
    /// <param name="whenReady">Called with the pid, before the command is executed.</param>
    /// <returns>The process, whose descriptor the caller owns.</returns>
    /// <exception cref="NamespaceNotFoundException">A namespace is gone.</exception>
    /// <exception cref="ContainerException">A step failed; no process is left.</exception>
    public static InitProcess Run(
        IReadOnlyList<NamespaceTarget> targets, NamespaceEnterRequest request, CallerStreams? streams, Action<int> whenReady)
    {
        StartPlan plan = NamespaceEnterPlanner.Plan(request with { Joined = [.. targets.Select(Spec)] });
        List<FileHandle> files = [];
        using var handshake = new ParentHandshake();
        try
        {
            foreach (NamespaceTarget target in targets)
                files.Add(Open(target));
            var descriptors = new ChildDescriptors
            {
                Socket = handshake.ChildSocket,
                Namespaces = [.. files.Select(file => file.Fd)],
                Terminal = request.Terminal,
                EndsWithRuntime = request.EndsWithRuntime,
                Streams = streams?.Inside ?? ChildDescriptors.CallersOwn,
            };
            InitProcess process = handshake.Clone(plan, descriptors, cgroup: -1);
            try
            {
                handshake.SeeThrough(plan, process, new ParentDuties { OnReady = () => whenReady(process.Pid) });
                return process;
            }
            catch
            {
                Pidfd.KillAndWait(process.PidFd);
                process.Dispose();
                throw;
            }
        }
        catch (ContainerStartException failure)
        {
            throw Explain(failure, targets);
        }
        catch (CommandNotFoundInContainerException failure) when (failure.Errno == Errno.ENOENT && failure.Step == "FindCommand")
        {
            throw new CommandNotFoundInContainerException(
                $"The command '{failure.Target}' does not exist there.",
                "Give its path in the joined Mount namespace, or below -Rootfs; of the host without both.")
            { Step = failure.Step, Call = failure.Call, Errno = failure.Errno, Target = failure.Target };
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    private static NamespaceSpec Spec(NamespaceTarget target) => new() { Type = NamespaceWord.Of(target.Type), Path = target.Path };

    private static bool IsOwn(NamespaceTarget target)
    {
        ulong? own = ContainerNamespace.InodeOf($"/proc/self/ns/{NamespaceWord.FileOf(target.Type)}");
        using FileHandle? file = NamespaceFile.Open(target.Path);
        return file is not null && NamespaceFile.InodeOf(file.Fd) == own;
    }

    // Opened and then looked at: a pid can be another process's by now.
    private static FileHandle Open(NamespaceTarget target)
    {
        FileHandle? file = NamespaceFile.Open(target.Path);
        if (file is not null && (target.Inode == 0 || NamespaceFile.InodeOf(file.Fd) == target.Inode)
            && NamespaceFile.TypeOf(file.Fd) == NamespaceWord.FlagOf(target.Type))
            return file;
        file?.Dispose();
        throw new NamespaceNotFoundException(
            $"'{target.Path}' is not the {NamespaceWord.Of(target.Type)} namespace {(target.Inode == 0 ? "" : target.Inode)}: it is gone."
                .Replace("  ", " ", StringComparison.Ordinal).Replace(" :", ":", StringComparison.Ordinal)) { Target = target.Path };
    }

    private static ContainerException Explain(ContainerStartException failure, IReadOnlyList<NamespaceTarget> targets)
    {
        // Nobody can be born there any more.
        if (failure is { Step: "CloneProcess", Errno: Errno.ENOMEM } && targets.Any(target => target.Type == NamespaceType.Pid))
        {
            return new NamespaceNotFoundException(
                "The pid namespace is over: its first process has ended.", "Make a new one; the other namespaces can stay.")
            { Step = failure.Step, Call = failure.Call, Errno = failure.Errno, Target = failure.Target };
        }
        string? advice = (failure.Step, failure.Errno) switch
        {
            ("JoinNamespace", Errno.EPERM) =>
                "It takes CAP_SYS_ADMIN in the user namespace that owns it: join that one too, or run as root.",
            ("BecomeRoot", Errno.EINVAL) => "The user namespace has no id 0: name a user that it has with -User.",
            ("SetUser" or "SetGroups", Errno.EINVAL) => "The user namespace has no such id: see Get-ProcessCapability for its maps.",
            ("ChangeRoot", Errno.ENOENT) => "The directory must exist in the mount namespace that is joined.",
            ("ChangeRoot", Errno.EPERM) => "It takes CAP_SYS_CHROOT: join a user namespace too, or run as root.",
            ("ChangeDirectory", _) => "The directory must exist where the command runs.",
            _ => failure.Recommendation,
        };
        return new ContainerStartException(failure.Message, advice)
        { Step = failure.Step, Call = failure.Call, Errno = failure.Errno, Target = failure.Target };
    }
}
