using PSContainer.Kernel;

namespace PSContainer.Commands;

/// <summary>Files of the host that a cmdlet opens itself.</summary>
internal static class HostFile
{
    /// <summary>Whether opening it would wait for its other side, which Ctrl+C does not end.</summary>
    internal static bool IsFifo(string path)
    {
        nint found = Files.statx(Files.AT_FDCWD, path, 0, Files.STATX_BASIC_STATS, out Files.statx_data data);
        return found == 0 && (data.stx_mode & Files.S_IFMT) == Files.S_IFIFO;
    }
}
