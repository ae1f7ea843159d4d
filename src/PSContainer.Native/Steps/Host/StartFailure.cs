using System.Text;
using PSContainer.Hooks;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Steps.Container;

namespace PSContainer.Steps.Host;

/// <summary>Turns the record of a failed child step into an exception that a person understands.</summary>
internal static class StartFailure
{
    /// <summary>The exception for a step of a plan.</summary>
    public static unsafe ContainerException Describe(Plan.PlanStep step, StepFailure* failure)
    {
        (int call, int errno) = (failure->Call, failure->Errno);
        string text = ReadText(failure->Text);
        if (failure->HookEnd != 0)
            return HookEnded(HookFailure.PointOfChild(step.Step), failure, text);
        string name = SyscallName.Of(call, step.Call);
        string target = text.Length > 0 ? text : step.Target;
        if (step.Step is "FindCommand" or "Execute")
            return CommandFailure(target, name, errno, step.Step);
        string about = target.Length > 0 ? $" '{target}'" : "";
        return new ContainerStartException($"{step.Step}: {name}{about}: {Errno.Name(errno)} ({Errno.Describe(errno)})",
            Advise(step.Step, name, errno, target))
        {
            Step = step.Step,
            Call = name,
            Errno = errno,
            Target = target,
        };
    }

    /// <summary>The exception for what failed once a created container was started.</summary>
    public static unsafe ContainerException Describe(ContainerSpec? spec, StepFailure* failure)
    {
        (int call, int errno) = (failure->Call, failure->Errno);
        string text = ReadText(failure->Text);
        if (failure->HookEnd != 0)
            return HookEnded("startContainer", failure, text);
        string command = text.Length > 0 ? text : spec?.Process?.Args is { Count: > 0 } args ? args[0] : "";
        return CommandFailure(command, SyscallName.Of(call, "execve"), errno, "Execute");
    }

    /// <summary>The exception for a process that ended before execve without a record of why.</summary>
    public static ContainerStartException NeverExecuted() => new("The process was ended before its command was executed.",
        "Its filter may end what executes a program; else look for the OOM killer in the kernel's log.");

    // The memory is the child's too: that the text ends is not to be believed.
    private static unsafe string ReadText(byte* text)
    {
        ReadOnlySpan<byte> bytes = new(text, StepFailure.TextSize);
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    // The text is the hook's path, a line feed, and the end of what the hook wrote.
    private static unsafe ContainerHookException HookEnded(string point, StepFailure* failure, string text)
    {
        int line = text.IndexOf('\n', StringComparison.Ordinal);
        (string path, string output) = line < 0 ? (text, "") : (text[..line], text[(line + 1)..]);
        if (failure->HookErrno != 0)
            return HookFailure.CannotExecute(point, failure->HookIndex, path, failure->HookErrno);
        int number = failure->HookEnd & 0xFF;
        string end = (failure->HookEnd & ~0xFF) switch
        {
            StepFailure.HookTimedOut => HookFailure.TimedOut,
            StepFailure.HookSignalled => HookFailure.Words(0, number),
            _ => HookFailure.Words(number, 0),
        };
        return HookFailure.Describe(point, failure->HookIndex, path, end, output);
    }

    private static ContainerException CommandFailure(string command, string call, int errno, string step)
    {
        (string message, string recommendation) = errno switch
        {
            Errno.ENOENT when call == "execve" => ($"The command '{command}' exists in the container, but what it needs to run does not (its interpreter or loader).", "Look at its first line, or at what 'file' says of it."),
            Errno.ENOENT or Errno.ENOTDIR => ($"The command '{command}' does not exist in the container.", "Give its path inside the container, or set PATH in the container's environment."),
            Errno.EACCES => ($"The command '{command}' cannot be executed in the container.", "It must be a file that the container's user may execute, on a mount without noexec, and below an x rule of Landlock where there are rules."),
            Errno.ENOEXEC => ($"The command '{command}' is no program for this machine.", "Check its architecture; a script needs a first line such as #!/bin/sh."),
            Errno.EPERM or Errno.ENOSYS => (
                $"The command '{command}' cannot be executed: {call}: {Errno.Name(errno)} ({Errno.Describe(errno)}).",
                Advice.Choose($"A system call filter can refuse {call}: look at -SeccompProfile.",
                    $"A system call filter can refuse {call}: look at linux.seccomp in the configuration.")),
            _ => ($"The command '{command}' cannot be executed: {call}: {Errno.Name(errno)} ({Errno.Describe(errno)}).", "See execve(2) for the reason."),
        };
        return new CommandNotFoundInContainerException(message, recommendation) { Step = step, Call = call, Errno = errno, Target = command };
    }

    // Directories whose entries nobody but the kernel makes.
    private static string Advise(string step, string call, int errno, string target) =>
        call is "mkdirat" or "mknodat" && errno is Errno.ENOENT or Errno.EPERM && target.Split('/') is ["", "proc" or "sys", ..]
            ? "The kernel makes up what is there, and no mount point can be made in it: mount on one that is there, or elsewhere."
            : Recommend(step, errno);

    private static string Recommend(string step, int errno) => (step, errno) switch
    {
        ("StartSession", Errno.ENOENT or Errno.ENODEV or Errno.ENXIO or Errno.ELOOP) => "The container has no null device any more, and the host's stays outside: give the command pipes.",
        ("SetScheduler", Errno.EPERM) => "Real-time policies need CAP_SYS_NICE of the host, and on cgroup v1 cpu.realtimeRuntime.",
        ("AddLandlockRule", Errno.ENOENT) => "A rule of Landlock must be about a path that exists in the container.",
        ("CloneInit", Errno.ENOMEM) => "If it joins a pid namespace, that one is over: its first process has ended, so make a new one. "
            + "Else the host has no memory left.",
        ("BindMount" or "BindRoot", Errno.EACCES) => "The container's root is a user of the host that may not pass all directories "
            + "above it: let others pass them (chmod o+x).",
        ("RaiseRlimit" or "SetRlimit", Errno.EPERM) => "A limit above the caller's own hard limit (ulimit -H) takes "
            + "CAP_SYS_RESOURCE: ask for less, or run where you have it.",
        ("SetOomScoreAdj", Errno.EPERM or Errno.EACCES) => "A score below the caller's own takes CAP_SYS_RESOURCE: leave it as it is, or run "
            + "where you have it.",
        (_, Errno.EPERM or Errno.EACCES) => Syscall.AdviceOnPrivilege,
        ("BindMount" or "BindDevice", Errno.ENOENT) => "The source must exist on the host.",
        ("BindRoot", Errno.ENOENT) => "The root filesystem must exist on the host; where a mount namespace is joined, there. "
            + "A container that ran in one has made its own root the root of it.",
        ("EnterRoot", Errno.EINVAL) => "The host's root cannot pivot (an initramfs?): use --no-pivot.",
        ("SetMemoryPolicy", Errno.ENOSYS) => "This kernel is built without NUMA: leave linux.memoryPolicy out.",
        ("SetMemoryPolicy", Errno.EINVAL) => "The nodes must be ones of this host that the container's cgroup has.",
        ("SetAffinity", Errno.EINVAL) => "At least one of the CPUs must be one of this host that the container's cgroup has.",
        ("Remount", Errno.EINVAL) => "The destination must be a mount, and the filesystem must know its options.",
        (_, Errno.ENOTDIR) => "It is no directory in the container, and the path goes on below it: choose another destination.",
        (_, Errno.ELOOP) => "A symbolic link of the root filesystem stands where none may be.",
        ("JoinCgroups", Errno.ENOSPC) => "A cgroup above has no processors or memory nodes: fill its cpuset.cpus and cpuset.mems.",
        ("BindMount", Errno.EINVAL) => "What is mounted below the source belongs to it in a user namespace: bind it with rbind.",
        (_, Errno.ENOSPC) => "The kernel's limit of mounts or of space is reached: see fs.mount-max and the filesystem.",
        (_, Errno.ENODEV) => "The kernel lacks this filesystem: load its module, or leave the mount out.",
        (_, Errno.ENOSYS) => "The kernel is too old: Linux 5.12 or later is needed.",
        (_, Errno.EAGAIN) => "A limit on processes is reached: see pids.max and RLIMIT_NPROC.",
        ("MountFileSystem", Errno.EINVAL) => "The destination must be a directory, and the filesystem must know its options; in a user "
            + "namespace, their users and groups (gid=5) must be mapped.",
        ("WriteSysctl", Errno.EINVAL) => "The kernel parameter takes no such value; in a user namespace, the groups of "
            + "net.ipv4.ping_group_range must be mapped.",
        ("MakeDirectory" or "MakeWorkingDirectory", Errno.EROFS) => "The root filesystem is read-only: make the directory in it first.",
        _ => "See the manual page of the call for what this error means.",
    };
}
