using PSContainer.Kernel;
using PSContainer.Monitor;
using PSContainer.Steps.Parent;

namespace PSContainer.Runtime;

/// <summary>A foreground process with a terminal of its own, joined to the caller's.</summary>
internal static class ForegroundTerminal
{
    /// <summary>Shows the terminal until the process has ended.</summary>
    /// <returns>What a shell would report.</returns>
    public static int WaitFor(InitProcess process, FileHandle master, FileHandle signals, FileHandle? caller)
    {
        using (TerminalProxy proxy = new(master.Fd, process.PidFd, signals.Fd))
            proxy.Run(caller?.Fd ?? -1);
        return Pidfd.Wait(process.PidFd)?.ShellCode ?? 1;
    }
}
