using System.Globalization;
using PSContainer.Containers;
using PSContainer.Kernel;
using PSContainer.Proc;

namespace PSContainer.Namespaces;

/// <summary>Lets go of a namespace that was made here.</summary>
internal static class NamespaceRemoval
{
    private const int Shown = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Removes one.</summary>
    /// <param name="store">The sets.</param>
    /// <param name="one">The namespace.</param>
    /// <param name="force">Whether processes in it are ended.</param>
    /// <exception cref="NamespaceBusyException">Processes are in it.</exception>
    /// <exception cref="ContainerException">It is not one of ours, or the kernel refused.</exception>
    internal static void Run(NamespaceStore store, Namespace one, bool force)
    {
        NamespaceSet set = OwnSetOf(store, one);
        int[] users = UsersOf(store, one.Inode, set);
        if (users.Length > 0 && !force)
            throw Busy(one, users);
        if (CallerSession.FindAmong(users) is { } harm)
        {
            throw new SessionEndangeredException(
                $"Will not end the processes in the {NamespaceWord.Of(one.Type)} namespace {one.Inode}: there is {harm}.",
                "Do it from outside.")
            { Target = one.ToString() };
        }
        for (var clock = System.Diagnostics.Stopwatch.StartNew(); users.Length > 0; users = UsersOf(store, one.Inode, set))
        {
            if (clock.Elapsed > Patience)
                throw Busy(one, users);
            foreach (int pid in users)
                End(store, pid, one);
        }
        set.Remove(one.Type);
        set.Leave();
        store.Forget();
    }

    private static NamespaceSet OwnSetOf(NamespaceStore store, Namespace one)
    {
        NamespaceTable.Row? row = store.Read().Rows.GetValueOrDefault(one.Inode);
        if (row?.Type != one.Type)
        {
            throw new NamespaceNotFoundException($"The {NamespaceWord.Of(one.Type)} namespace {one.Inode} is gone already.")
            { Target = one.ToString() };
        }
        if (row.Set is { } set)
            return set;
        string what = $"The {NamespaceWord.Of(one.Type)} namespace {one.Inode}";
        if (one.IsHost)
            throw new InvalidSpecException($"{what} is the one this PowerShell is in.", "Only namespaces of New-Namespace can be removed.");
        string advice = row.Pids is [var pid, ..] && ContainerEngine.Default.FindByProcess(pid) is { } container
            ? $"It is the container's, and goes with it: Remove-Container {container}"
            : row.Pin is { } pin
                ? $"It is mounted on '{pin}' by somebody else: remove it as it was made (ip netns delete, umount)."
                : "It goes with the last process in it.";
        throw new InvalidSpecException($"{what} was not made by New-Namespace.", advice) { Target = one.ToString() };
    }

    // With the processes of pid namespaces inside, which end with it.
    private static int[] UsersOf(NamespaceStore store, ulong inode, NamespaceSet set)
    {
        NamespaceTable table = store.Read();
        int? holder = set.HolderPid;
        var pids = new List<int>(table.Rows.GetValueOrDefault(inode)?.Pids ?? []);
        if (table.Rows.TryGetValue(inode, out NamespaceTable.Row? row) && row.Type == NamespaceType.Pid)
        {
            foreach ((ulong other, NamespaceTable.Row inner) in table.Rows)
            {
                if (inner.Type == NamespaceType.Pid && other != inode && inner.Pids.Count > 0 && IsInside(inner.Pids[0], inode))
                    pids.AddRange(inner.Pids);
            }
        }
        // A process that has ended and is not awaited yet keeps its user namespace, and holds up nobody.
        return [.. pids.Where(pid => pid != holder && Proc.ProcessStat.StartTimeOf(pid) is not null).Distinct()];
    }

    private static bool IsInside(int pid, ulong outer)
    {
        using FileHandle? file = NamespaceFile.Open(NamespaceStore.ProcessFile(pid, NamespaceType.Pid));
        nint fd = file is null ? -1 : NamespaceFile.OpenParent(file.Fd);
        while (fd >= 0)
        {
            using var current = new FileHandle((int)fd);
            if (NamespaceFile.InodeOf(current.Fd) == outer)
                return true;
            fd = NamespaceFile.OpenParent(current.Fd);
        }
        return false;
    }

    private static void End(NamespaceStore store, int pid, Namespace one)
    {
        using FileHandle? process = Pidfd.Open(pid);
        if (process is null)
            return;
        // Opened first and then looked at again: a pid can be another process's by now.
        if (ContainerNamespace.InodeOf(NamespaceStore.ProcessFile(pid, one.Type)) is { } inode
            && (inode == one.Inode || IsInside(pid, one.Inode)))
        {
            Pidfd.SendSignal(process.Fd, (int)Signal.Kill);
            Pidfd.WaitForEnd(process.Fd, (int)Patience.TotalMilliseconds);
        }
        store.Forget();
    }

    private static NamespaceBusyException Busy(Namespace one, int[] users)
    {
        IEnumerable<string> names = users.Take(Shown).Select(Describe);
        string more = users.Length > Shown ? string.Create(CultureInfo.InvariantCulture, $" and {users.Length - Shown} more") : "";
        return new(
            $"The {NamespaceWord.Of(one.Type)} namespace {one.Inode} is in use by {string.Join(", ", names)}{more}.",
            "End these processes, or end them with it: Remove-Namespace -Force.")
        { Target = one.ToString() };
    }

    private static string Describe(int pid)
    {
        string process = string.Create(CultureInfo.InvariantCulture, $"process {pid} ({Namespace.CommandOf(pid)})");
        return ContainerEngine.Default.FindByProcess(pid) is { } container ? $"container '{container}', {process}" : process;
    }
}
