using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PSContainer.Containers.Insight;
using PSContainer.Containers.Options;
using PSContainer.Kernel;
using PSContainer.Programs;
using PSContainer.Rooted;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Containers.Exec;

/// <summary>Executes a further process in a running container.</summary>
internal sealed class ExecLaunch(ContainerEngine engine, Container container, LiveProcess init)
{
    private const string PidFile = "pid";

    /// <summary>The program that does it with the caller's own streams.</summary>
    /// <exception cref="ContainerException">The options are wrong.</exception>
    internal NativeCommand Prepare(ExecOptions options)
    {
        string process = WriteProcess(Compose(options));
        string[] tty = options.Tty ? ["--tty"] : [];
        return new(
            engine.Runtime.Path,
            ["--root", engine.Store.Root, "exec", "--die-with-parent", "--process", process, .. tty, container.Id]);
    }

    /// <summary>Does it in the background.</summary>
    /// <exception cref="ContainerException">The options are wrong, or it could not be executed.</exception>
    internal ContainerProcess Start(ExecOptions options)
    {
        string process = WriteProcess(Compose(options with { Tty = false }));
        string directory = engine.Store.FileOf(container.Id, $"exec-{NewKey()}");
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            WatchMemory(directory);
            int pid = MonitorSpawn.Start(new()
            {
                Executable = engine.Runtime.Path,
                StateDirectory = directory,
                RuntimeArguments =
                [
                    "--root", engine.Store.Root, "exec", "--detach", "--process", process, "--pid-file",
                    Path.Combine(directory, PidFile),
                    container.Id,
                ],
                PidFile = PidFile,
            });
            using var reader = new ContainerProcessReader(container.Name, init.Pid);
            ContainerProcess started = reader.Read(pid)
                ?? new()
                {
                    Id = pid,
                    CommandName = Path.GetFileName(options.Command[0]),
                    Command = string.Join(' ', options.Command),
                    Container = container.Name,
                };
            return started with { LogPath = Path.Combine(directory, "log") };
        }
        catch
        {
            Directory.Delete(directory, recursive: true);
            throw;
        }
        finally
        {
            File.Delete(process);
        }
    }

    // What its monitor counts by.
    private void WatchMemory(string directory)
    {
        string own = container.StateDirectory;
        if (MemoryKills.Count(own) is not { } before || AtomicFile.Read(Path.Combine(own, MemoryKills.CounterFile)) is not { } counter)
            return;
        AtomicFile.Write(Path.Combine(directory, MemoryKills.CounterFile), counter);
        AtomicFile.Write(
            Path.Combine(directory, MemoryKills.BeforeFile), Encoding.ASCII.GetBytes(before.ToString(CultureInfo.InvariantCulture)));
    }

    private ProcessSpec Compose(ExecOptions options)
    {
        ProcessSpec first = container.Spec?.Process
            ?? throw new ContainerStateException($"The configuration of the container '{container}' cannot be read.")
            { Target = container.Name };
        using RootedDirectory root = init.OpenRoot(container.Name);
        return ExecComposer.Compose(options, first, root, () => EnteredIds.Of(init.Pid));
    }

    // A file and no arguments: an environment can hold secrets, and a command line is for everyone to read.
    private string WriteProcess(ProcessSpec process)
    {
        string path = engine.Store.FileOf(container.Id, $"process-{NewKey()}.json");
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(process, SpecJson.Default.ProcessSpec));
        return path;
    }

    private static string NewKey() => Convert.ToHexString(RandomNumberGenerator.GetBytes(6)).ToLowerInvariant();
}
