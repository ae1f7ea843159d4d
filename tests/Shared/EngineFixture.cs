using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.Logs;

namespace PSContainer.Tests;

/// <summary>
/// An engine with a state directory and a root filesystem of one test class's own; all containers are removed at the end.
/// </summary>
public sealed class EngineFixture : IDisposable
{
    private readonly TestRootfs rootfs = new();
    private readonly string state = Directory.CreateTempSubdirectory("psc-test-state-").FullName;

    public EngineFixture() => Engine = new ContainerEngine(state, TestRepository.Executable);

    public ContainerEngine Engine { get; }

    public string Rootfs => rootfs.Path;

    public ContainerOptions Options(params string[] command) =>
        new() { Rootfs = RootfsSource.Directory(Rootfs), Command = command, Name = $"psc-test-{Guid.NewGuid():n}" };

    /// <summary>A container whose shell runs a script, in the background.</summary>
    public Container Start(string script, Func<ContainerOptions, ContainerOptions>? change = null)
    {
        ContainerOptions options = Options("sh", "-c", script);
        return Engine.Start(change?.Invoke(options) ?? options);
    }

    /// <summary>What a container wrote, once it ended.</summary>
    public static string Output(Container container)
    {
        container.WaitForExit(TimeSpan.FromMinutes(1));
        LogQuery query = new() { LogPath = container.LogPath, StateDirectory = container.StateDirectory };
        return string.Join('\n', LogReader.Read(query).Select(entry => entry.Message));
    }

    public void Dispose()
    {
        foreach (Container container in Engine.List().ToList())
            container.Remove(force: true);
        Directory.Delete(state, recursive: true);
        rootfs.Dispose();
    }
}
