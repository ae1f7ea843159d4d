using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.State;

/// <summary>Directories that nobody but their owner may pass or list.</summary>
/// <remarks>Directory.CreateDirectory gives its mode to the last directory only, and those on the way what the umask leaves.</remarks>
internal static class PrivateDirectory
{
    private const uint OwnerOnly = 0x1C0;

    /// <summary>Makes a directory and those above it that are not there, each for the owner alone (0700).</summary>
    /// <param name="path">An absolute path; what is there already stays as it is.</param>
    /// <param name="made">Gets each that was made, the outer ones first.</param>
    /// <returns>Whether the directory itself was made.</returns>
    /// <exception cref="ContainerException">One cannot be made.</exception>
    internal static bool Make(string path, ICollection<string>? made = null)
    {
        nint result = TryMake(path);
        if (result == -Errno.ENOENT && Path.GetDirectoryName(path) is { Length: > 0 } parent)
        {
            Make(parent, made);
            result = TryMake(path);
        }
        if (result == -Errno.EEXIST)
            return false;
        Syscall.Check(result, "mkdirat", path);
        made?.Add(path);
        return true;
    }

    /// <summary>As <see cref="Make"/>, and takes from one that is there what others were given.</summary>
    internal static void Claim(string path)
    {
        if (!Make(path))
            Syscall.Check(fchmodat(AT_FDCWD, PathBytes.From(path), OwnerOnly), "fchmodat", path);
    }

    /// <summary>Makes one directory.</summary>
    /// <returns>0, or the negated error number.</returns>
    internal static nint TryMake(string path) => mkdirat(AT_FDCWD, PathBytes.From(path), OwnerOnly);
}
