using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Proc;

namespace PSContainer.Namespaces;

/// <summary>
/// A namespace, live: type and number are fixed, everything else is read from the kernel when it is asked for, or was a moment
/// ago. namespaces(7).
/// </summary>
/// <remarks>No property throws. What cannot be known is <see langword="null"/>. Objects of one namespace are equal.</remarks>
public sealed class Namespace : IEquatable<Namespace>, IComparable<Namespace>
{
    private readonly NamespaceStore _store;
    private string? _name;

    internal Namespace(NamespaceStore store, NamespaceType type, ulong inode)
    {
        _store = store;
        Type = type;
        Inode = inode;
    }

    internal Namespace(NamespaceStore store, NamespaceTable.Row row, ulong inode) : this(store, row.Type, inode) => _name = NameOf(row);

    /// <summary>What it isolates.</summary>
    public NamespaceType Type { get; }

    /// <summary>Its number: two processes share a namespace when these are equal. Used again for another once it is gone.</summary>
    public ulong Inode { get; }

    /// <summary>
    /// What it was called when it was made, or the name of the file it is mounted on; <see langword="null"/> without either.
    /// </summary>
    public string? Name
    {
        get => _name ??= Row is { } row ? NameOf(row) : null;
        internal init => _name = value;
    }

    /// <summary>How many processes are in it, as far as the caller may look at them; what holds it open counts too.</summary>
    public int ProcessCount => Row?.Pids.Count ?? 0;

    /// <summary>The lowest pid in it; <see langword="null"/> without processes.</summary>
    public int? ProcessId => Row?.Pids is [var first, ..] ? first : null;

    /// <summary>All pids in it, ascending.</summary>
    public IReadOnlyList<int> Processes => Row?.Pids ?? [];

    /// <summary>The command line of the process with the lowest pid.</summary>
    public string? Command => ProcessId is { } pid ? CommandOf(pid) : null;

    /// <summary>The user that this process runs as, as the caller's user namespace numbers him.</summary>
    public uint? UserId => ProcessId is { } pid && ProcStatus.Read(pid)?.UserIds is [_, var effective, ..] ? effective : null;

    /// <summary>
    /// A file that stands for it: one it is mounted on, else that of a process; <see langword="null"/> when it is gone.
    /// </summary>
    public string? Path => Row is { } row ? PathOf(row) : null;

    /// <summary>The number of the user namespace that owns it: who has capabilities there has them over it.</summary>
    public ulong? OwnerInode => Related(NamespaceFile.OpenOwner);

    /// <summary>The number of the namespace around it; only pid and user namespaces have one.</summary>
    public ulong? ParentInode => Type is NamespaceType.Pid or NamespaceType.User ? Related(NamespaceFile.OpenParent) : null;

    /// <summary>The user who made it if it is a user namespace, else who made the one that owns it.</summary>
    public uint? OwnerUserId => OpenFile() is { } file ? OwnerUserOf(file) : null;

    /// <summary>Whether it stays without processes of its own: it is mounted on a file, or a process is there to hold it.</summary>
    public bool IsPinned => Row is { } row && (row.Pin is not null || row.Set is not null);

    /// <summary>Whether the calling process is in it.</summary>
    public bool IsHost => ContainerNamespace.InodeOf($"/proc/self/ns/{NamespaceWord.FileOf(Type)}") == Inode;

    /// <summary>Whether it is there.</summary>
    public bool Exists => Row is not null;

    /// <summary>The user namespace that owns it, where the caller made that one and is not in it.</summary>
    internal Namespace? FindOwnerOfCaller()
    {
        _store.Forget();
        return OwnerUserId == Files.geteuid() && OwnerInode is { } inode && _store.Find(inode) is { IsHost: false } owner ? owner : null;
    }

    /// <summary>The set it was made in; <see langword="null"/> when it was made by others.</summary>
    internal NamespaceSet? Set => Row?.Set;

    private NamespaceTable.Row? Row =>
        _store.Recent().Rows.TryGetValue(Inode, out NamespaceTable.Row? row) && row.Type == Type ? row : null;

    /// <summary>A file to join it by.</summary>
    /// <exception cref="NamespaceNotFoundException">It is gone.</exception>
    public string RequirePath()
    {
        _store.Forget();
        return Path ?? throw new NamespaceNotFoundException(
            $"The {NamespaceWord.Of(Type)} namespace {Inode} is gone: its last process ended, and nothing else keeps it.",
            "Make one that stays with New-Namespace.") { Target = ToString() };
    }

    /// <inheritdoc/>
    public bool Equals(Namespace? other) => other is not null && Inode == other.Inode && Type == other.Type;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Namespace);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Inode);

    /// <inheritdoc/>
    public int CompareTo(Namespace? other) =>
        other is null ? 1 : Type != other.Type ? Type.CompareTo(other.Type) : Inode.CompareTo(other.Inode);

    /// <summary>As the kernel writes it: <c>net:[4026531840]</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{NamespaceWord.FileOf(Type)}:[{Inode}]");

    /// <summary>What a process is, for people: its pid and its command.</summary>
    internal static string CommandOf(int pid) =>
        ProcFile.ReadCommandLine(pid) is { } line ? ShownText.Line(line) : $"[{ProcStatus.Read(pid)?.Name}]";

    private string? PathOf(NamespaceTable.Row row) => row switch
    {
        { Set: { } set } when set.IsMounted(Type) => set.FileOf(Type),
        { Pin: { } pin } => pin,
        { Set.HolderPid: { } holder } => NamespaceStore.ProcessFile(holder, Type),
        { Pids: [var pid, ..] } => NamespaceStore.ProcessFile(pid, Type),
        _ => null,
    };

    // As ip(8) names one, by its file; where the file is named after the type, as here, the directory has the name.
    private static string? NameOf(NamespaceTable.Row row)
    {
        if (row.Set is { } set)
            return set.Name;
        if (row.Pin is not { } pin || pin.StartsWith("/proc/", StringComparison.Ordinal))
            return null;
        string file = System.IO.Path.GetFileName(pin);
        return file == NamespaceWord.FileOf(row.Type) ? System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(pin)) : file;
    }

    // Opened and then looked at: the process of the path may have gone, and its pid be another's.
    private FileHandle? OpenFile()
    {
        if (Path is not { } path || NamespaceFile.Open(path) is not { } file)
            return null;
        if (NamespaceFile.InodeOf(file.Fd) == Inode)
            return file;
        file.Dispose();
        return null;
    }

    private ulong? Related(Func<int, nint> open)
    {
        using FileHandle? file = OpenFile();
        if (file is null)
            return null;
        nint fd = open(file.Fd);
        using FileHandle? related = fd < 0 ? null : new FileHandle((int)fd);
        return related is null ? null : NamespaceFile.InodeOf(related.Fd);
    }

    private uint? OwnerUserOf(FileHandle file)
    {
        using (file)
        {
            if (Type == NamespaceType.User)
                return NamespaceFile.OwnerIdOf(file.Fd);
            nint fd = NamespaceFile.OpenOwner(file.Fd);
            using FileHandle? owner = fd < 0 ? null : new FileHandle((int)fd);
            return owner is null ? null : NamespaceFile.OwnerIdOf(owner.Fd);
        }
    }
}
