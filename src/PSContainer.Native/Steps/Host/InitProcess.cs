using PSContainer.Kernel;

namespace PSContainer.Steps.Host;

/// <summary>A process that was cloned for a container.</summary>
/// <param name="pid">Its pid on the host.</param>
/// <param name="pidFd">Its descriptor, which this object owns.</param>
public sealed class InitProcess(int pid, int pidFd) : IDisposable
{
    private readonly FileHandle _handle = new(pidFd);

    /// <summary>The pid on the host.</summary>
    public int Pid { get; } = pid;

    /// <summary>The process's descriptor.</summary>
    public int PidFd => _handle.Fd;

    /// <summary>Closes the descriptor; the process goes on.</summary>
    public void Dispose() => _handle.Dispose();
}
