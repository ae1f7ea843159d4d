using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer;

/// <summary>Turns the record of a failed child step into an exception that a person understands.</summary>
internal static class StartFailure
{
    private static readonly Dictionary<int, string> Calls = new()
    {
        [SyscallNumber.openat2] = "openat2",
        [SyscallNumber.openat] = "openat",
        [SyscallNumber.mkdirat] = "mkdirat",
        [SyscallNumber.mknodat] = "mknodat",
        [SyscallNumber.mount] = "mount",
        [SyscallNumber.umount2] = "umount2",
        [SyscallNumber.fsopen] = "fsopen",
        [SyscallNumber.fsconfig] = "fsconfig",
        [SyscallNumber.fsmount] = "fsmount",
        [SyscallNumber.open_tree] = "open_tree",
        [SyscallNumber.move_mount] = "move_mount",
        [SyscallNumber.mount_setattr] = "mount_setattr",
        [SyscallNumber.pivot_root] = "pivot_root",
        [SyscallNumber.chroot] = "chroot",
        [SyscallNumber.chdir] = "chdir",
        [SyscallNumber.fchdir] = "fchdir",
        [SyscallNumber.getcwd] = "getcwd",
        [SyscallNumber.setns] = "setns",
        [SyscallNumber.unshare] = "unshare",
        [SyscallNumber.clone3] = "clone3",
        [SyscallNumber.write] = "write",
        [SyscallNumber.read] = "read",
        [SyscallNumber.ioctl] = "ioctl",
        [SyscallNumber.socket] = "socket",
        [SyscallNumber.symlinkat] = "symlinkat",
        [SyscallNumber.fchown] = "fchown",
        [SyscallNumber.fchownat] = "fchownat",
        [SyscallNumber.sethostname] = "sethostname",
        [SyscallNumber.setdomainname] = "setdomainname",
        [SyscallNumber.keyctl] = "keyctl",
        [SyscallNumber.setsid] = "setsid",
        [SyscallNumber.prlimit64] = "prlimit64",
        [SyscallNumber.sched_setattr] = "sched_setattr",
        [SyscallNumber.ioprio_set] = "ioprio_set",
        [SyscallNumber.personality] = "personality",
        [SyscallNumber.prctl] = "prctl",
        [SyscallNumber.setgroups] = "setgroups",
        [SyscallNumber.setresgid] = "setresgid",
        [SyscallNumber.setresuid] = "setresuid",
        [SyscallNumber.capset] = "capset",
        [SyscallNumber.seccomp] = "seccomp",
        [SyscallNumber.faccessat2] = "faccessat2",
        [SyscallNumber.fstat] = "fstat",
        [SyscallNumber.dup3] = "dup3",
        [SyscallNumber.sendmsg] = "sendmsg",
        [SyscallNumber.execve] = "execve",
        [SyscallNumber.execveat] = "execveat",
    };

    /// <summary>The exception for a step of a plan.</summary>
    public static ContainerException Describe(Plan.PlanStep step, int call, int errno, string text)
    {
        string name = Calls.GetValueOrDefault(call, step.Call);
        string target = text.Length > 0 ? text : step.Target;
        if (step.Step is "FindCommand" or "Execute")
            return CommandFailure(target, name, errno, step.Step);
        string about = target.Length > 0 ? $" '{target}'" : "";
        return new ContainerStartException($"{step.Step}: {name}{about}: {Errno.Name(errno)} ({Errno.Describe(errno)})", Recommend(step.Step, errno))
        {
            Step = step.Step,
            Call = name,
            Errno = errno,
            Target = target,
        };
    }

    /// <summary>The exception for a command that could not be executed once it was started.</summary>
    public static ContainerException Describe(ContainerSpec? spec, int call, int errno, string text)
    {
        string command = text.Length > 0 ? text : spec?.Process?.Args is { Count: > 0 } args ? args[0] : "";
        return CommandFailure(command, Calls.GetValueOrDefault(call, "execve"), errno, "Execute");
    }

    private static ContainerException CommandFailure(string command, string call, int errno, string step)
    {
        (string message, string recommendation) = errno switch
        {
            Errno.ENOENT when call == "execve" => ($"The command '{command}' exists in the container, but what it needs to run does not (its interpreter or loader).", "Look at its first line, or at what 'file' says of it."),
            Errno.ENOENT or Errno.ENOTDIR => ($"The command '{command}' does not exist in the container.", "Give its path inside the container, or set PATH in the container's environment."),
            Errno.EACCES => ($"The command '{command}' cannot be executed in the container.", "It must be a file that the container's user may execute, on a mount without noexec."),
            Errno.ENOEXEC => ($"The command '{command}' is no program for this machine.", "Check its architecture; a script needs a first line such as #!/bin/sh."),
            _ => ($"The command '{command}' cannot be executed: {call}: {Errno.Name(errno)} ({Errno.Describe(errno)}).", "See execve(2) for the reason."),
        };
        return new CommandNotFoundInContainerException(message, recommendation) { Step = step, Call = call, Errno = errno, Target = command };
    }

    private static string Recommend(string step, int errno) => (step, errno) switch
    {
        (_, Errno.EPERM or Errno.EACCES) => "Run as root, or see what this host allows with: Test-ContainerHost",
        ("BindMount" or "BindDevice", Errno.ENOENT) => "The source must exist on the host.",
        ("BindRoot", Errno.ENOENT) => "The root filesystem must exist on the host.",
        ("EnterRoot", Errno.EINVAL) => "The host's root cannot pivot (an initramfs?): use --no-pivot.",
        (_, Errno.ELOOP) => "A symbolic link of the root filesystem stands where none may be.",
        (_, Errno.ENOSPC) => "The kernel's limit of mounts or of space is reached: see fs.mount-max and the filesystem.",
        (_, Errno.ENODEV) => "The kernel lacks this filesystem: load its module, or leave the mount out.",
        (_, Errno.ENOSYS) => "The kernel is too old: Linux 5.12 or later is needed.",
        (_, Errno.EAGAIN) => "A limit on processes is reached: see pids.max and RLIMIT_NPROC.",
        ("MountFileSystem", Errno.EINVAL) => "The filesystem does not know one of its options.",
        ("MakeDirectory" or "MakeWorkingDirectory", Errno.EROFS) => "The root filesystem is read-only: make the directory in it first.",
        _ => "See the manual page of the call for what this error means.",
    };
}
