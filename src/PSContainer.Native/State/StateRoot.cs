using PSContainer.Kernel;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.State;

/// <summary>Where the state of a user's containers is, and whether nobody else can have put it there.</summary>
internal static class StateRoot
{
    private const string Name = "pscontainer";

    /// <summary>
    /// <c>/run/pscontainer</c> for root; for others <c>pscontainer</c> in XDG_RUNTIME_DIR, without it in <c>/run/user/UID</c> where
    /// a login made that, else <c>/tmp/pscontainer-UID</c>, else, where somebody else was there first, in <c>~/.local/state</c>. The
    /// root of a user namespace that may not write in /run is the user who made it.
    /// </summary>
    internal static string Default
    {
        get
        {
            uint user = geteuid();
            string? given = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
            // Rootless engines call the runtime as root of their user namespace: that is one of the others.
            bool isUser = user != 0
                || (!string.IsNullOrEmpty(given) && Environment.GetEnvironmentVariable("USER") != "root" && UserNamespace.IsInside)
                || (UserNamespace.IsInside && !MayBeIn("/run"));
            if (!isUser)
                return $"/run/{Name}";
            if (!string.IsNullOrEmpty(given))
                return Path.Combine(given, Name);
            uint outside = UserNamespace.OutsideUser;
            string login = $"/run/user/{outside}", temporary = $"/tmp/{Name}-{outside}";
            if (Problem(login) is null && Directory.Exists(login))
                return Path.Combine(login, Name);
            // Once it is used it stays the place: what is in it would be out of sight when the other one is free again.
            return InHome() is { } home && (Directory.Exists(home) || Problem(temporary) is not null) ? home : temporary;
        }
    }

    private static string? InHome() =>
        Environment.GetEnvironmentVariable("HOME") is { Length: > 1 } home && home[0] == '/'
            ? Path.Combine(home, ".local/state", Name)
            : null;

    private static bool MayBeIn(string directory)
    {
        string own = $"{directory}/{Name}";
        const int W_OK = 2, AT_EACCESS = 0x200;
        using var path = new CString(Directory.Exists(own) ? own : directory);
        return Syscall.Call(SyscallNumber.faccessat2, AT_FDCWD, path, W_OK, AT_EACCESS) == 0;
    }

    /// <summary>Refuses a directory that is somebody else's, or that anybody can write to: what is in it could be made up.</summary>
    /// <exception cref="ContainerPermissionException">It is.</exception>
    internal static void Require(string path)
    {
        if (Problem(path) is not { } problem)
            return;
        throw new ContainerPermissionException(
            $"The state directory '{path}' {problem}.",
            geteuid() == 0
                ? "Use a directory of root's own, with --root or PSCONTAINER_ROOT."
                : "Set XDG_RUNTIME_DIR (or PSCONTAINER_ROOT) to a directory of your own with mode 0700, as a login does.")
        { Step = "ClaimState", Target = path };
    }

    // Null also when there is none: who makes it makes it his own.
    private static string? Problem(string path)
    {
        nint result = statx(AT_FDCWD, PathBytes.From(path), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, out statx_data data);
        if (-result == Errno.EACCES)
            return "cannot be reached by you";
        // Whoever may make a link there may say where it leads.
        if (result == 0 && (data.stx_mode & S_IFMT) == S_IFLNK && (data.stx_uid == geteuid() || data.stx_uid == 0))
            result = statx(AT_FDCWD, PathBytes.From(path), 0, STATX_BASIC_STATS, out data);
        if (result < 0)
            return null;
        if ((data.stx_mode & S_IFMT) != S_IFDIR)
            return $"is a {FileStatus.KindOf(data.stx_mode)}";
        const uint OthersWrite = 2;
        return data.stx_uid != geteuid() ? $"belongs to user {data.stx_uid}"
            : (data.stx_mode & OthersWrite) != 0 ? "can be written by anybody"
            : null;
    }
}
