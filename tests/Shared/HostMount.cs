namespace PSContainer.Tests;

/// <summary>A tmpfs that a test mounts on the host, and unmounts.</summary>
internal sealed class HostMount : IDisposable
{
    public HostMount(string path, string propagation = "--make-private")
    {
        Path = path;
        HostCommand.Run("mount", "-t", "tmpfs", "-o", "mode=755", "psc-test", path);
        HostCommand.Run("mount", propagation, path);
    }

    public string Path { get; }

    public void Dispose() => HostCommand.Try("umount", "-l", Path);
}
