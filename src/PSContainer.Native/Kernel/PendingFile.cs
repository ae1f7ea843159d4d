namespace PSContainer.Kernel;

/// <summary>A file that is written but not in its place yet; without <see cref="Commit"/> it goes away again.</summary>
public sealed class PendingFile : IDisposable
{
    private readonly int _directory;
    private readonly string _name, _path;
    private string? _temporary;

    internal PendingFile(int directory, string temporary, string name, string path) =>
        (_directory, _temporary, _name, _path) = (directory, temporary, name, path);

    /// <summary>Renames it into its place, renameat2(2).</summary>
    /// <exception cref="ContainerException">The kernel refused.</exception>
    public void Commit()
    {
        if (_temporary is null)
            return;
        using var from = new CString(_temporary);
        using var to = new CString(_name);
        Syscall.Check(Syscall.Call(SyscallNumber.renameat2, _directory, from, _directory, to, 0), "renameat2", _path);
        _temporary = null;
    }

    /// <summary>Removes it if it is not in its place.</summary>
    public void Dispose()
    {
        if (_temporary is { } temporary)
            Files.unlinkat(_directory, temporary, 0);
        _temporary = null;
    }
}
