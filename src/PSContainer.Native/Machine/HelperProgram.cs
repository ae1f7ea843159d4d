using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Machine;

/// <summary>Runs one of the host's own programs and waits for it. Only newuidmap and newgidmap: nothing else is ever executed.</summary>
internal static unsafe class HelperProgram
{
    /// <summary>The exit code of a program that is not there.</summary>
    internal const int NotThere = 127;

    // Fixed places, since PATH is the caller's word: these programs have privileges. The last is where NixOS has them.
    private static readonly string[] Places = ["/usr/bin", "/bin", "/usr/local/bin", "/run/wrappers/bin"];

    /// <summary>Path of a program, or <see langword="null"/> when it is not installed.</summary>
    internal static string? Find(string name) => Places.Select(place => $"{place}/{name}").FirstOrDefault(File.Exists);

    /// <summary>What <see cref="Run"/> returns for a program that is not there.</summary>
    public const int NotInstalled = 127;

    /// <returns>Its exit code; <see cref="NotInstalled"/> when it is not there.</returns>
    public static int Run(string name, IReadOnlyList<string> arguments)
    {
        if (Find(name) is not { } path)
            return NotThere;
        using var arena = new UnmanagedArena();
        byte* program = arena.Text(path);
        byte** list = arena.TextList(arguments);
        byte** environment = arena.TextList([]);
        using var tie = new Pipe();
        int reader = tie.Reader.Fd, self = Environment.ProcessId;
        int pid = Processes.Fork(out int pidFd);
        if (pid == 0)
        {
            if (ParentTie.ToPipe(reader, self) >= 0)
                Raw.Call(SyscallNumber.execve, (nint)program, (nint)list, (nint)environment);
            Raw.Exit(NotThere);
        }
        if (pid < 0)
            throw Syscall.Failure(-pid, "clone", path);
        using var handle = new FileHandle(pidFd);
        try
        {
            WayOut.Wait(handle.Fd);
        }
        catch
        {
            Pidfd.KillAndWait(handle.Fd);
            throw;
        }
        return Pidfd.Wait(handle.Fd)?.ShellCode ?? 1;
    }
}
