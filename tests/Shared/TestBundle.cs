using System.Diagnostics;
using System.Text.Json;
using PSContainer.Machine;
using PSContainer.Spec;

namespace PSContainer.Tests;

/// <summary>How a command of the executable ended.</summary>
internal sealed record Outcome(int Code, string Output, string Error)
{
    /// <summary>Whether the runtime refused; what a command says itself has no such words.</summary>
    public bool IsRefused => Code != 0 && Error.Contains("errorId=\"", StringComparison.Ordinal);

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A bundle with a state directory of one test's own; at the end no container of it is left.</summary>
internal sealed partial class TestBundle : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("psc-test-").FullName;
    private readonly TestRootfs? _own;

    /// <param name="ownRoot">Whether the test may write to the root filesystem.</param>
    public TestBundle(bool ownRoot = false)
    {
        _own = ownRoot ? new TestRootfs() : null;
        Id = $"psc-test-{Guid.NewGuid():N}";
        Spec = ProtectedSpec(HostFacts.Read(), Rootfs);
    }

    public string Id { get; }

    public ContainerSpec Spec { get; set; }

    public string Rootfs => _own?.Path ?? TestRepository.BusyboxRootfs;

    public string Bundle => IsOwnBundle ? StateDirectory : _directory;

    /// <summary>Whether the bundle is the state directory, as those of the module are.</summary>
    public bool IsOwnBundle { get; set; }

    public string StateRoot => Path.Combine(_directory, "state");

    public string ConfigPath => Path.Combine(Bundle, "config.json");

    public string StateDirectory => Path.Combine(StateRoot, Id);

    public LinuxSpec Linux
    {
        get => Spec.Linux!;
        set => Spec = Spec with { Linux = value };
    }

    public ProcessSpec Process
    {
        get => Spec.Process!;
        set => Spec = Spec with { Process = value };
    }

    /// <summary>Runs a shell script as the container's command and waits for its end.</summary>
    public Outcome RunShell(string script) => RunCommand("/bin/sh", "-c", script);

    public Outcome RunCommand(params string[] command)
    {
        Process = Process with { Args = command };
        Write();
        return Invoke("run", "-b", Bundle, Id);
    }

    /// <summary>Creates and starts a container in the background.</summary>
    public void Start(params string[] command)
    {
        Process = Process with { Args = command };
        Write();
        Succeed(InvokeDetached("run", "--detach", "-b", Bundle, Id));
    }

    public void Create(params string[] command)
    {
        Process = Process with { Args = command };
        Write();
        Succeed(InvokeDetached("create", "-b", Bundle, Id));
    }

    public void Write()
    {
        Directory.CreateDirectory(Bundle, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllBytes(ConfigPath, JsonSerializer.SerializeToUtf8Bytes(Spec, SpecJson.Default.ContainerSpec));
    }

    public Outcome Exec(params string[] command) => Invoke(["exec", Id, .. command]);

    public JsonElement State() => JsonDocument.Parse(Invoke("state", Id).Output).RootElement;

    public string Status => State().GetProperty("status").GetString()!;

    public int Pid => State().GetProperty("pid").GetInt32();

    /// <summary>Runs the executable with this test's state directory; nothing inherits the test's own streams.</summary>
    public Outcome Invoke(params string[] arguments)
    {
        using Process process = StartProcess(arguments);
        process.StandardInput.Close();
        StreamText output = new(process.StandardOutput), error = new(process.StandardError);
        Assert.True(process.WaitForExit(60_000), $"'{string.Join(' ', arguments)}' does not end");
        return new Outcome(process.ExitCode, output.ReadSoon(), error.ReadSoon());
    }

    /// <summary>What a container in the background has written until now.</summary>
    public string Output => File.ReadAllText(Path.Combine(_directory, "output"));

    /// <summary>As <see cref="Invoke"/>, for what leaves a container behind: its streams are files of the bundle.</summary>
    public Outcome InvokeDetached(params string[] arguments)
    {
        string output = Path.Combine(_directory, "output"), error = Path.Combine(_directory, "error");
        string[] command = ["/bin/sh", "-c", "out=$1 err=$2; shift 2; exec \"$@\" </dev/null >\"$out\" 2>\"$err\"", "sh", output, error];
        Outcome outcome = HostCommand.Try([.. command, TestRepository.Executable, "--root", StateRoot, .. arguments]);
        return outcome with { Output = File.ReadAllText(output), Error = File.ReadAllText(error) };
    }

    public Process StartProcess(params string[] arguments) => System.Diagnostics.Process.Start(
        new ProcessStartInfo(TestRepository.Executable, ["--root", StateRoot, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    public static void Succeed(Outcome outcome) => Assert.True(outcome.Code == 0, $"exit code {outcome.Code}: {outcome.Error}");

    /// <summary>Waits until something holds, at most a minute.</summary>
    public static void Eventually(Func<bool> condition, string what) => Eventually(condition, () => what);

    /// <summary>As the other, with a description of what was found last.</summary>
    public static void Eventually(Func<bool> condition, Func<string> what)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(1), $"not within a minute: {what()}");
            Thread.Sleep(20);
        }
    }

    /// <summary>Everything on the host that still bears the container's id.</summary>
    public IEnumerable<string> Leftovers()
    {
        IEnumerable<string> cgroups = Directory.EnumerateDirectories("/sys/fs/cgroup")
            .SelectMany(hierarchy => new[] { hierarchy, Path.Combine(hierarchy, $"pscontainer-{Id}") })
            .Append($"/sys/fs/cgroup/pscontainer-{Id}")
            .Where(path => path.EndsWith(Id, StringComparison.Ordinal) && Directory.Exists(path));
        IEnumerable<string> mounts = File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(Id, StringComparison.Ordinal));
        string state = IsOwnBundle && Directory.Exists(Bundle) && Directory.GetFileSystemEntries(Bundle) is [var only] && only == ConfigPath ? "" : StateDirectory;
        IEnumerable<string> directories = new[] { state, $"/var/lib/pscontainer/containers/{Id}" }.Where(Directory.Exists);
        return cgroups.Concat(mounts).Concat(directories).Concat(Processes());
    }

    private IEnumerable<string> Processes()
    {
        foreach (string process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[6])))
        {
            string cgroup = ReadOrEmpty(Path.Combine(process, "cgroup"));
            // A zombie has ended: taking it is its parent's business, and that is not us.
            bool hasEnded = ReadOrEmpty(Path.Combine(process, "stat")) is var stat && (stat.Length == 0 || stat.Contains(") Z ", StringComparison.Ordinal));
            if (!hasEnded && cgroup.Contains($"pscontainer-{Id}", StringComparison.Ordinal))
                yield return $"{process}: {ReadOrEmpty(Path.Combine(process, "comm")).Trim()}";
        }
    }

    // A process can end between being listed and being read.
    private static string ReadOrEmpty(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }

    public void Dispose()
    {
        Invoke("delete", "--force", Id);
        _own?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
