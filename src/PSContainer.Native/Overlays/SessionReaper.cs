using PSContainer.Kernel;
using PSContainer.Programs;

namespace PSContainer.Overlays;

/// <summary>
/// A process that waits for this one to end, however it ends, and then removes the ephemeral overlays that nobody needs any more.
/// </summary>
internal static class SessionReaper
{
    private const int OwnerTarget = 3;
    private static readonly object Gate = new();
    private static readonly HashSet<string> Started = new(StringComparer.Ordinal);

    /// <summary>Starts it, once for a process and a state directory.</summary>
    /// <exception cref="ContainerException">It cannot be started.</exception>
    internal static void Ensure(string executable, string root)
    {
        lock (Gate)
        {
            if (Started.Contains(root))
                return;
            using FileHandle owner = Pidfd.Open(Environment.ProcessId)!;
            using var nothing = new FileHandle((int)Syscall.Check(
                Files.openat(Files.AT_FDCWD, "/dev/null", Files.O_RDWR | Files.O_CLOEXEC), "openat", "/dev/null"));
            using SpawnedProcess process = ProcessSpawn.Start(new SpawnRequest
            {
                Path = executable,
                Arguments = ["reap", "--root", root],
                Descriptors = [(nothing.Fd, 0), (nothing.Fd, 1), (nothing.Fd, 2), (owner.Fd, OwnerTarget)],
                NewSession = true,
            });
            // The started process only makes the one that waits, and ends.
            if (process.Wait() is { ExitCode: not 0 } or { Signal: not 0 })
                throw new MountFailedException(
                    "The process that removes ephemeral overlays cannot be started.", "Use -Upper, or see Test-ContainerHost.")
                { Call = "posix_spawn", Target = executable };
            Started.Add(root);
        }
    }
}
