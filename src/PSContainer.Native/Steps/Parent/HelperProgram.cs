using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Parent;

/// <summary>Runs one of the host's own programs and waits for it. Only newuidmap and newgidmap: nothing else is ever executed.</summary>
internal static unsafe class HelperProgram
{
    private static readonly string[] Places = ["/usr/bin", "/bin", "/usr/local/bin"];

    /// <returns>Its exit code; 127 when it is not installed.</returns>
    public static int Run(string name, IReadOnlyList<string> arguments)
    {
        string? path = Places.Select(place => $"{place}/{name}").FirstOrDefault(File.Exists);
        if (path is null)
            return 127;
        using var arena = new UnmanagedArena();
        byte* program = arena.Text(path);
        byte** list = arena.TextList(arguments);
        byte** environment = arena.TextList([]);
        int pid = Processes.Fork(out int pidFd);
        if (pid == 0)
        {
            Raw.Call(SyscallNumber.execve, (nint)program, (nint)list, (nint)environment);
            Raw.Exit(127);
        }
        if (pid < 0)
            throw Syscall.Failure(-pid, "clone", path);
        using var handle = new FileHandle(pidFd);
        return Pidfd.Wait(handle.Fd)?.ShellCode ?? 1;
    }
}
