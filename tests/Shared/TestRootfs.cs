namespace PSContainer.Tests;

/// <summary>A busybox root filesystem of one test's own, which it may write to; removed at the end.</summary>
public sealed class TestRootfs : IDisposable
{
    /// <summary>Copies the shared busybox root filesystem into a new temporary directory.</summary>
    public TestRootfs()
    {
        Path = Directory.CreateTempSubdirectory("psc-test-rootfs-").FullName;
        File.SetUnixFileMode(Path, (UnixFileMode)0b111_101_101);
        // Not by this process: see ProgramFile.
        HostCommand.Run("cp", "-dR", "--preserve=mode", TestRepository.BusyboxRootfs + "/.", Path);
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>The path on the host of what is at <paramref name="path"/> in the container.</summary>
    public string this[string path] => System.IO.Path.Join(Path, path);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
