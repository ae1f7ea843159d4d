using System.Globalization;
using System.Text;
using PSContainer.Kernel;
using PSContainer.Proc;

namespace PSContainer.Namespaces;

/// <summary>
/// Namespaces that were made together under one name, and what keeps them: a directory <c>.namespaces/NAME</c> in the state
/// directory with a file for each, which is the namespace itself (a bind mount), or holds its number where a process of ours
/// keeps it. See docs/design.md.
/// </summary>
public sealed class NamespaceSet
{
    private const string HolderFile = "holder";
    private const int AtRemoveDirectory = 0x200;

    internal NamespaceSet(string directory)
    {
        Directory = directory;
        Name = Path.GetFileName(directory);
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>Its directory.</summary>
    public string Directory { get; }

    /// <summary>The file of one type, whether it is there or not.</summary>
    public string FileOf(NamespaceType type) => Path.Combine(Directory, NamespaceWord.FileOf(type));

    /// <summary>The process that holds what cannot be pinned by a mount.</summary>
    /// <returns>The pid, or <see langword="null"/> when there is none, or it has ended.</returns>
    public int? HolderPid => ReadHolder() is var (pid, start) && ProcessStat.StartTimeOf(pid) == start ? pid : null;

    /// <summary>Its namespaces as far as they are known: each type and its number; 0 for a file that says none.</summary>
    public IEnumerable<(NamespaceType Type, ulong Inode)> Members()
    {
        foreach (NamespaceType type in NamespaceWord.All)
        {
            if (InodeOf(type) is { } inode)
                yield return (type, inode);
        }
    }

    /// <summary>Whether nothing of it is left: its maker or its holder was killed. Its name may be taken.</summary>
    internal bool IsStale => HolderPid is null && !NamespaceWord.All.Any(IsMounted);

    /// <summary>Whether a mount keeps this one.</summary>
    internal bool IsMounted(NamespaceType type) => Statfs.Type(FileOf(type)) == Statfs.NSFS_MAGIC;

    /// <summary>The number of a member.</summary>
    /// <returns>The number, or <see langword="null"/> when the set has no such member.</returns>
    internal ulong? InodeOf(NamespaceType type)
    {
        string path = FileOf(type);
        if (IsMounted(type))
        {
            using FileHandle? file = NamespaceFile.Open(path);
            return file is null ? null : NamespaceFile.InodeOf(file.Fd);
        }
        string? text = Read(path);
        // The number is another namespace's by now.
        if (text is not null && ReadHolder() is (_, ProcessStat.NoProcess))
            return 0;
        return text is null ? null : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode) ? inode : 0;
    }

    /// <summary>Writes down which process holds the set.</summary>
    internal void WriteHolder(int pid, ulong startTime) => AtomicFile.Write(
        Path.Combine(Directory, HolderFile), ProcessStat.WriteIdentity(pid, startTime));

    /// <summary>Writes down a member that the holder keeps.</summary>
    internal void WriteMember(NamespaceType type, ulong inode) =>
        AtomicFile.Write(FileOf(type), Encoding.ASCII.GetBytes(inode.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Makes a member a mount of the namespace's file: it stays for as long as the mount.</summary>
    /// <exception cref="ContainerException">The kernel refused.</exception>
    internal void Mount(NamespaceType type, string source)
    {
        const int Bind = 0x1000;
        string target = FileOf(type);
        AtomicFile.Write(target, []);
        using CString from = new(source), to = new(target);
        Syscall.Check(Syscall.Call(SyscallNumber.mount, from, to, 0, Bind), "mount", $"{source} on {target}");
    }

    /// <summary>
    /// Makes the directory a mount of its own that passes nothing on: a mount namespace's file can only lie on such a one.
    /// </summary>
    /// <exception cref="ContainerException">The kernel refused.</exception>
    internal void MakePrivate()
    {
        const int Bind = 0x1000;
        using CString path = new(Directory);
        Syscall.Check(Syscall.Call(SyscallNumber.mount, path, path, 0, Bind), "mount", Directory);
        Syscall.Check(Syscall.Call(SyscallNumber.mount, 0, path, 0, MountApi.MsPrivate), "mount", Directory);
    }

    /// <summary>Lets go of one member; with the last the holder ends and the directory goes.</summary>
    /// <exception cref="ContainerException">The kernel refused.</exception>
    internal void Remove(NamespaceType type)
    {
        // Of a set that mounts keep, the process is there for the pid namespace only.
        if (type == NamespaceType.Pid && IsMounted(type))
            EndHolder();
        Unpin(FileOf(type));
        if (!Members().Any())
            RemoveAll();
    }

    /// <summary>Removes all there is of it, however far it got. Can be repeated.</summary>
    /// <exception cref="ContainerException">The kernel refused.</exception>
    internal void RemoveAll()
    {
        EndHolder();
        foreach (NamespaceType type in NamespaceWord.All)
            Unpin(FileOf(type));
        Files.unlinkat(Files.AT_FDCWD, Path.Combine(Directory, HolderFile), 0);
        UnmountAll(Directory);
        nint result = Files.unlinkat(Files.AT_FDCWD, Directory, AtRemoveDirectory);
        if (result is not (0 or -Errno.ENOENT))
            Syscall.Check(result, "rmdir", Directory);
    }

    /// <summary>Removes the directory of all sets when it has none.</summary>
    internal void Leave() => Files.unlinkat(Files.AT_FDCWD, Path.GetDirectoryName(Directory)!, AtRemoveDirectory);

    private static void Unpin(string path)
    {
        UnmountAll(path);
        nint result = Files.unlinkat(Files.AT_FDCWD, path, 0);
        if (result is not (0 or -Errno.ENOENT or -Errno.ENOTDIR))
            Syscall.Check(result, "unlink", path);
    }

    private static void UnmountAll(string path)
    {
        using CString name = new(path);
        nint result;
        do
            result = Syscall.Call(SyscallNumber.umount2, name, MountApi.MntDetach);
        while (result == 0);
        // EINVAL: nothing is mounted there. EPERM: an ordinary user, who has no mounts.
        if (result is not (-Errno.EINVAL or -Errno.ENOENT or -Errno.ENOTDIR or -Errno.EPERM))
            Syscall.Check(result, "umount2", path);
    }

    private void EndHolder()
    {
        if (ReadHolder() is not var (pid, start) || Pidfd.Open(pid) is not { } process)
            return;
        using (process)
        {
            // Opened first and then looked at: whoever has the pid now keeps it for as long as the descriptor tells.
            if (ProcessStat.StartTimeOf(pid) != start)
                return;
            Pidfd.SendSignal(process.Fd, (int)Signal.Kill);
            Pidfd.WaitForEnd(process.Fd, -1);
        }
    }

    private (int Pid, ulong StartTime)? ReadHolder() => ProcessStat.ReadIdentity(Path.Combine(Directory, HolderFile));

    private static string? Read(string path)
    {
        try
        {
            return AtomicFile.Read(path) is { } bytes ? Encoding.ASCII.GetString(bytes).Trim() : null;
        }
        catch (ContainerException)
        {
            return null;
        }
    }
}
