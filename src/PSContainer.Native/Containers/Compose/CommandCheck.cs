using PSContainer.Kernel;
using PSContainer.Rooted;

namespace PSContainer.Containers.Compose;

/// <summary>Whether a command exists in a root filesystem, found as execvp(3) would find it there.</summary>
internal static class CommandCheck
{
    private const uint ExecuteBits = 0x49;

    /// <summary>Refuses a command that cannot be executed.</summary>
    /// <param name="root">The root filesystem.</param>
    /// <param name="command">argv[0].</param>
    /// <param name="directory">Working directory inside.</param>
    /// <param name="searchPath">PATH inside.</param>
    /// <param name="isCovered">Whether a path is one that only the kernel will see, because of what is mounted there.</param>
    /// <exception cref="CommandNotFoundInContainerException">It does not exist or is not executable.</exception>
    internal static void Require(
        RootedDirectory root, string command, string directory, string searchPath, Func<string, bool>? isCovered = null)
    {
        if (command.Length == 0)
            throw new InvalidSpecException("The command is empty.", "Give the program first, then its arguments.");
        string[] candidates = command.Contains('/', StringComparison.Ordinal)
            ? [Combine(directory, command)]
            : [.. searchPath.Split(':').Select(one => Combine(directory, one.Length == 0 ? command : $"{one}/{command}"))];
        string? seen = null;
        foreach (string path in candidates)
        {
            if (isCovered?.Invoke(path) == true)
                return;
            switch (Look(root, path))
            {
                case Found.Program:
                    return;
                case Found.Other:
                    seen ??= path;
                    break;
            }
        }
        throw Failure(root, command, seen, searchPath);
    }

    private static string Combine(string directory, string path) =>
        path.StartsWith('/') ? path : $"{directory.TrimEnd('/')}/{path}";

    private static Found Look(RootedDirectory root, string path)
    {
        nint fd = root.TryOpen(PathBytes.From(path), Files.O_PATH);
        if (fd < 0)
            return Found.Nothing;
        using var file = new FileHandle((int)fd);
        Files.statx_data status = FileStatus.Of(file.Fd, path);
        return (status.stx_mode & Files.S_IFMT) == Files.S_IFREG && (status.stx_mode & ExecuteBits) != 0
            ? Found.Program
            : Found.Other;
    }

    private static CommandNotFoundInContainerException Failure(
        RootedDirectory root, string command, string? seen, string searchPath)
    {
        string place = root.Container is { } container ? $"the container '{container}'" : $"the root filesystem '{root.Path}'";
        if (seen is not null)
        {
            return new(
                $"'{seen}' in {place} is not an executable file.",
                $"Make it executable, or give another command than '{command}'.")
            { Target = command, Errno = Errno.EACCES };
        }
        string where = command.Contains('/', StringComparison.Ordinal) ? "" : $" in {searchPath}";
        string advice = command.Contains(' ', StringComparison.Ordinal)
            ? "Give program and arguments apart, as -Command sh, -c, 'echo hi', or use -ShellCommand."
            : root.Container is { } name ? $"Look what there is: Invoke-ContainerCommand {name} -- ls /bin"
            : $"Look what there is: Get-ChildItem {root.Path.TrimEnd('/')}/bin";
        return new($"There is no command '{command}'{where} in {place}.", advice)
        { Target = command, Errno = Errno.ENOENT };
    }

    private enum Found
    {
        Nothing,
        Program,
        Other,
    }
}
