using System.Runtime.InteropServices;

namespace PSContainer.Kernel;

/// <summary>
/// The one way from managed code into the kernel: syscall(2), with the kernel's own convention for results.
/// </summary>
/// <remarks>
/// A result below zero is a negated error number. Code that runs between clone3 and execve, or in a process whose .NET
/// runtime was never started, uses <c>Freestanding.Raw</c> instead: it makes no transition and touches no managed state.
/// </remarks>
public static unsafe class Syscall
{
    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern nint Invoke(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    /// <summary>Makes a system call.</summary>
    /// <returns>The result, or the negated error number.</returns>
    public static nint Call(nint number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0)
    {
        nint result = Invoke(number, a, b, c, d, e, f);
        return result == -1 ? -Marshal.GetLastPInvokeError() : result;
    }

    /// <summary>Throws what a failed call means to a person, or returns the result.</summary>
    /// <param name="result">What <see cref="Call"/> returned.</param>
    /// <param name="call">The call's name in the manual pages.</param>
    /// <param name="target">What it worked on.</param>
    /// <exception cref="ContainerException">The result is a negated error number.</exception>
    public static nint Check(nint result, string call, string? target = null) =>
        result >= 0 ? result : throw Failure((int)-result, call, target);

    /// <summary>The exception for a failed call.</summary>
    public static ContainerException Failure(int errno, string call, string? target = null)
    {
        string message = target is null
            ? $"{call}: {Errno.Name(errno)} ({Errno.Describe(errno)})"
            : $"{call} '{target}': {Errno.Name(errno)} ({Errno.Describe(errno)})";
        string advice = Recommend(errno, call, target);
        return errno is Errno.EPERM or Errno.EACCES
            ? new ContainerPermissionException(message, advice) { Errno = errno, Call = call, Target = target }
            : new ContainerException(message, advice) { Errno = errno, Call = call, Target = target };
    }

    /// <summary>What to do about a privilege that the caller lacks.</summary>
    internal static string AdviceOnPrivilege => Advice.RunAsRoot(Advice.Choose(
        "see what this host allows with: Test-ContainerHost", "allow it to this user."));

    private static string Recommend(int errno, string call, string? target) => errno switch
    {
        Errno.EACCES when RefusedPlace(call, target) is { } directory =>
            $"You may not write in '{directory}': choose another place, or run as root.",
        Errno.EPERM or Errno.EACCES => AdviceOnPrivilege,
        Errno.ENOENT => "Check that it exists, and all directories above it.",
        Errno.ENOTDIR => "One of the names in the path is no directory.",
        Errno.EROFS => "The filesystem is read-only: choose a place on another.",
        Errno.ENOSPC or Errno.EDQUOT => "There is no space left, or a limit of the kernel or of the user is reached.",
        Errno.EMFILE or Errno.ENFILE => "Too many files are open: see RLIMIT_NOFILE and fs.file-max.",
        Errno.ENOSYS => Advice.Choose("The kernel is too old for this call, or a filter forbids it: see Test-ContainerHost.",
            "The kernel is too old for this call, or a filter forbids it."),
        _ => $"See {call}(2) for what this error means.",
    };

    // Of what makes, renames or removes a name, the directory decides; an open makes one that is not there.
    private static string? RefusedPlace(string call, string? target)
    {
        bool concernsName = call is "mkdirat" or "mknodat" or "symlinkat" or "linkat" or "renameat2" or "unlinkat"
            || (call == "openat" && !Path.Exists(target));
        return concernsName && Path.IsPathRooted(target) ? WriteAccess.RefusedParent(target) : null;
    }
}
