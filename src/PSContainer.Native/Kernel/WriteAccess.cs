namespace PSContainer.Kernel;

/// <summary>
/// Whether this process may write somewhere, as the kernel would decide it now: faccessat2(2) with the effective ids.
/// </summary>
internal static class WriteAccess
{
    private const int X_OK = 1, W_OK = 2, AT_EACCESS = 0x200;

    /// <summary>Whether it may write to a file, or has a directory's bit for it.</summary>
    internal static bool IsGiven(string? path) => path is not null && Ask(path, W_OK) == 0;

    /// <summary>Whether nothing can be made in an open directory for want of the permission.</summary>
    internal static bool IsRefused(int directoryFd)
    {
        using var name = new CString("");
        nint result = Syscall.Call(
            SyscallNumber.faccessat2, directoryFd, name, W_OK | X_OK, AT_EACCESS | Files.AT_EMPTY_PATH);
        return -result == Errno.EACCES;
    }

    /// <summary>The directory in which something cannot be made because this process may not write there.</summary>
    /// <param name="path">What would be made, absolute; directories above it that are not there would be made too.</param>
    /// <returns><see langword="null"/>: nothing refuses it, or something else than the permission does.</returns>
    internal static string? RefusedParent(string path)
    {
        string? directory = Path.GetDirectoryName(path.TrimEnd('/'));
        while (directory is not null && Ask(directory, W_OK | X_OK) is var result and < 0)
        {
            if (-result == Errno.EACCES)
                return directory;
            if (-result != Errno.ENOENT)
                return null;
            directory = Path.GetDirectoryName(directory);
        }
        return null;
    }

    /// <summary>Refuses what cannot be made where it is wanted, before anything is.</summary>
    /// <param name="path">What would be made, absolute.</param>
    /// <exception cref="ContainerPermissionException">This process may not write there.</exception>
    internal static void Require(string path)
    {
        if (RefusedParent(path) is { } directory)
            throw Refusal(directory);
    }

    /// <summary>The error of a destination that this process may not write in.</summary>
    internal static ContainerPermissionException Refusal(string directory) =>
        new($"You may not write in '{directory}'.", "Choose another destination.")
        { Errno = Errno.EACCES, Call = "faccessat2", Target = directory };

    private static nint Ask(string path, int mode)
    {
        using var name = new CString(path);
        return Syscall.Call(SyscallNumber.faccessat2, Files.AT_FDCWD, name, mode, AT_EACCESS);
    }
}
