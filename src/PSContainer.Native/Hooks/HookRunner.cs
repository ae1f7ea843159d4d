using PSContainer.Kernel;
using PSContainer.Programs;
using PSContainer.Spec;

namespace PSContainer.Hooks;

/// <summary>Runs hooks in the runtime's namespaces: prestart, createRuntime, poststart, poststop (config.md, "POSIX-platform Hooks").</summary>
/// <remarks>
/// The state is a file in memory as standard input, so a hook that does not read it cannot block. What a hook writes goes to such
/// a file too: nobody waits for the end of a pipe that a daemon of the hook's may hold.
/// </remarks>
internal static class HookRunner
{
    private const int Kill = 9, ProcessGroup = 4;

    /// <summary>Runs hooks in their order.</summary>
    /// <param name="point">The member's name: <c>createRuntime</c>.</param>
    /// <param name="hooks">The hooks.</param>
    /// <param name="state">The container's state as JSON.</param>
    /// <param name="directory">Their working directory, where it exists: the bundle.</param>
    /// <param name="executable">Names the executable, with which they end when this process is killed.</param>
    /// <exception cref="ContainerHookException">One failed; those after it were not run.</exception>
    public static void Run(string point, IReadOnlyList<HookSpec>? hooks, byte[] state, string directory, Func<string> executable)
    {
        for (int index = 0; index < (hooks?.Count ?? 0); index++)
            RunOne(point, index, hooks![index], state, directory, executable());
    }

    /// <summary>Runs hooks in their order, all of them: a failure is a warning.</summary>
    public static void RunEach(
        string point, IReadOnlyList<HookSpec>? hooks, byte[] state, string directory, Func<string> executable,
        Action<string>? warn)
    {
        for (int index = 0; index < (hooks?.Count ?? 0); index++)
        {
            try
            {
                RunOne(point, index, hooks![index], state, directory, executable());
            }
            catch (ContainerException failure)
            {
                warn?.Invoke(failure.Message);
            }
        }
    }

    private static void RunOne(string point, int index, HookSpec hook, byte[] state, string directory, string executable)
    {
        using FileHandle input = MemoryFile.Make("hook-state", state), output = MemoryFile.Make("hook-output", []);
        using SpawnedProcess process = Start(point, index, hook, input.Fd, output.Fd, directory, executable);
        // Somebody else took its end (a .NET runtime that is PID 1 does): then nobody knows how it was.
        if (process.PidFd < 0)
            return;
        int patience = hook.Timeout is { } seconds ? (int)Math.Min(int.MaxValue, seconds * 1000L) : -1;
        if (!WaitForEnd(process, patience))
        {
            EndGroup(process.PidFd);
            process.Wait();
            throw HookFailure.Describe(point, index, hook.Path, HookFailure.TimedOut, Read(output));
        }
        ProcessExit end = process.Wait() ?? default;
        if (end != default)
            throw HookFailure.Describe(point, index, hook.Path, HookFailure.Words(end.ExitCode, end.Signal), Read(output));
    }

    private static bool WaitForEnd(SpawnedProcess process, int patience)
    {
        try
        {
            return WayOut.Wait(process.PidFd, patience);
        }
        catch
        {
            EndGroup(process.PidFd);
            process.Wait();
            throw;
        }
    }

    private static SpawnedProcess Start(
        string point, int index, HookSpec hook, int input, int output, string directory, string executable)
    {
        try
        {
            return ProcessSpawn.Start(new SpawnRequest
            {
                Path = hook.Path,
                Name = hook.Args is { Count: > 0 } named ? named[0] : null,
                Arguments = hook.Args is { Count: > 1 } args ? [.. args.Skip(1)] : [],
                Environment = hook.Env,
                Descriptors = [(input, 0), (output, 1), (output, 2)],
                ClosesOthers = true,
                NewSession = true,
                TiedBy = executable,
                Directory = System.IO.Directory.Exists(directory) ? directory : "/",
            });
        }
        catch (ContainerException failure) when (failure.Errno != 0)
        {
            string call = failure.Call is null or "posix_spawn" ? "execve" : failure.Call;
            throw HookFailure.CannotExecute(point, index, hook.Path, failure.Errno, call);
        }
    }

    // The hook leads its session and group: what it started and waits for ends with it. Before Linux 6.9 only itself does.
    private static void EndGroup(int pidFd)
    {
        if (Syscall.Call(SyscallNumber.pidfd_send_signal, pidFd, Kill, 0, ProcessGroup) < 0)
            Pidfd.SendSignal(pidFd, Kill);
    }

    private static string Read(FileHandle output)
    {
        Span<byte> buffer = stackalloc byte[HookFailure.OutputSize];
        return HookFailure.Text(MemoryFile.ReadEnd(output.Fd, buffer));
    }
}
