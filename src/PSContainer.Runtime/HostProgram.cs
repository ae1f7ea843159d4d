using System.Text;
using PSContainer.Kernel;
using PSContainer.Programs;
using PSContainer.Runtime.Verbs;

namespace PSContainer.Runtime;

/// <summary>A program of the host's PATH that a verb is made of: ps(1), criu(8).</summary>
internal static unsafe class HostProgram
{
    /// <summary>Runs it to its end and reads what it writes.</summary>
    /// <exception cref="ContainerException">It is not installed, or failed.</exception>
    public static string Read(string name, IReadOnlyList<string> arguments)
    {
        using var output = new Pipe();
        using SpawnedProcess process = Spawn(name, arguments, output.Writer.Fd);
        output.Writer.Dispose();
        using var text = new MemoryStream();
        byte[] buffer = new byte[16384];
        while (WayOut.Wait(output.Reader.Fd) && Files.read(output.Reader.Fd, buffer) is > 0 and var got)
            text.Write(buffer, 0, (int)got);
        int code = process.Wait()?.ShellCode ?? 1;
        if (code != 0)
            throw new ContainerException($"{name} {string.Join(' ', arguments)} ended with code {code}.",
                $"See {name}(1) for its options.") { Target = name };
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private static SpawnedProcess Spawn(string name, IReadOnlyList<string> arguments, int output)
    {
        try
        {
            return ProcessSpawn.Start(new SpawnRequest
            {
                Path = name, Arguments = arguments, Descriptors = [(output, 1)], TiedBy = MappedVerb.Executable,
            });
        }
        catch (ContainerException failure) when (failure.Errno == Errno.ENOENT)
        {
            throw NotInstalled(name);
        }
    }

    /// <summary>Starts it. It does not end with this process: criu undoes what it has begun once nobody listens any more.</summary>
    /// <param name="name">The program.</param>
    /// <param name="arguments">Its arguments, without its own name.</param>
    /// <param name="descriptors">Descriptors it gets besides its standard ones: source and target, which do not overlap.</param>
    /// <param name="pid">Its pid, which stays its own until its end is taken.</param>
    /// <returns>The process, a child of this one.</returns>
    /// <exception cref="ContainerException">It is not installed, or could not be started.</exception>
    public static FileHandle Start(string name, IReadOnlyList<string> arguments,
        ReadOnlySpan<(int Source, int Target)> descriptors, out int pid)
    {
        using var arena = new UnmanagedArena();
        var environment = new List<string>();
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            environment.Add($"{variable.Key}={variable.Value}");
        pid =
            PosixSpawn.Start(arena.Text(name), arena.TextList([name, .. arguments]), arena.TextList(environment), descriptors,
            newSession: false);
        if (pid == -Errno.ENOENT)
            throw NotInstalled(name);
        if (pid < 0)
            throw Syscall.Failure(-pid, "posix_spawn", name);
        return Pidfd.Open(pid) ?? throw new ContainerException($"{name} ended before it was seen.") { Target = name };
    }

    private static ContainerException NotInstalled(string name) =>
        new($"The program '{name}' is not installed on this host.", "Install it, or add its directory to PATH.")
        { Target = name };
}
