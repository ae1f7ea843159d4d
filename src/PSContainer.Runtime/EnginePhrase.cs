using PSContainer.Kernel;

namespace PSContainer.Runtime;

/// <summary>
/// The phrases by which engines tell one failure of an OCI runtime from another: they read messages, not codes.
/// </summary>
/// <remarks>
/// containerd looks for "container not running" and "does not exist"; podman for "executable file not found",
/// "no such file or directory" and "permission denied".
/// </remarks>
internal static class EnginePhrase
{
    /// <summary>The step of a failure that means: there is no process to act on.</summary>
    public const string NeedsProcess = "FindInit";

    /// <summary>The step of a failure that means: there is nothing to resume.</summary>
    public const string NeedsPause = "FindFrozen";

    /// <summary>The phrase for a failure, or <see langword="null"/> when there is none.</summary>
    public static string? Of(ContainerException failure) => failure switch
    {
        ContainerNotFoundException => "container does not exist",
        ContainerAlreadyExistsException => "container with given ID already exists",
        ContainerStateException { Step: NeedsProcess } => "container not running",
        ContainerStateException { Step: NeedsPause } => "container not paused",
        { Step: "ChangeDirectory" } =>
            $"chdir to cwd (\"{failure.Target}\") set in config.json failed: {Errno.Describe(failure.Errno)}",
        { Step: "MountFileSystem", Errno: Errno.ELOOP } =>
            $"filesystem \"{failure.Target}\" must be mounted on ordinary directory",
        { Step: "ConnectListener" } => "failed to connect with seccomp agent",
        ContainerHookException { Hook: { } hook } => $"error running {hook}",
        CommandNotFoundInContainerException command => OfCommand(command),
        _ => null,
    };

    private static string OfCommand(CommandNotFoundInContainerException failure) => failure switch
    {
        { Step: "Execute", Errno: Errno.ENOENT } => $"exec {failure.Target}: no such file or directory",
        { Errno: Errno.ENOENT or Errno.ENOTDIR } when failure.Target?.Contains('/', StringComparison.Ordinal) == true =>
            $"exec: \"{failure.Target}\": stat {failure.Target}: no such file or directory",
        { Errno: Errno.ENOENT or Errno.ENOTDIR } => $"exec: \"{failure.Target}\": executable file not found in $PATH",
        { Errno: Errno.EACCES } => $"exec: \"{failure.Target}\": permission denied",
        { Errno: Errno.ENOEXEC } => $"exec {failure.Target}: exec format error",
        _ => $"exec {failure.Target}",
    };
}
