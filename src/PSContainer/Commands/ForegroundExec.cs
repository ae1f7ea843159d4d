using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.Kernel;
using PSContainer.Programs;

namespace PSContainer.Commands;

/// <summary>A command that is executed in a container in the foreground, and can be ended from another thread.</summary>
internal sealed class ForegroundExec : IDisposable
{
    private readonly Container _container;
    private readonly string _pidFile;
    private readonly CancelPipe _cancel = new();

    /// <summary>Prepares a command.</summary>
    /// <exception cref="ContainerException">The container does not run, or the options are wrong.</exception>
    internal ForegroundExec(Container container, ExecOptions options)
    {
        _container = container;
        _pidFile = Path.Combine(container.StateDirectory, $"pid-{Guid.NewGuid():N}");
        NativeCommand exec = container.PrepareExec(options);
        // The container's id is the last word; what stands before it are options.
        string[] words = [.. exec.Arguments];
        Command = exec with { Arguments = [.. words[..^1], "--pid-file", _pidFile, "--cancel", _cancel.Path, words[^1]] };
    }

    /// <summary>What to execute.</summary>
    internal NativeCommand Command { get; }

    /// <summary>Kills the command's process, or what is about to make it: a container may hold up who enters it.</summary>
    /// <remarks>PowerShell may have killed the executable already; then the process is found by its pid.</remarks>
    /// <returns>Whether it is ended, by this or before: without a pid it is still set up, and ends with the executable.</returns>
    internal bool Kill()
    {
        _cancel.Fire();
        if (!File.Exists(_pidFile))
            return true;
        if (!int.TryParse(File.ReadAllText(_pidFile), out int pid))
            return false;
        using FileHandle? process = Pidfd.Open(pid);
        // Opened first and then looked for: a process that got the same pid later is not in the container's cgroup.
        if (process is not null && _container.GetProcesses().Any(one => one.Id == pid))
            Pidfd.SendSignal(process.Fd, (int)Signal.Kill);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancel.Dispose();
        try
        {
            File.Delete(_pidFile);
        }
        catch (DirectoryNotFoundException)
        {
            // The container was removed meanwhile, and the file with it.
        }
    }
}
