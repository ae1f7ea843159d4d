using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Machine;
using PSContainer.Spec;

namespace PSContainer.Tests;

/// <summary>
/// An ordinary user of one test's own, with a home, a runtime directory, a root filesystem and a copy of the executable; at the end
/// nothing of his is left.
/// </summary>
internal sealed class TestUser : IDisposable
{
    private readonly string _directory;
    private readonly List<string> _ids = [];
    private bool _isGone;

    /// <param name="withSubIds">Whether ids are set aside for him.</param>
    /// <param name="group">Another group that he is in, or null.</param>
    public TestUser(bool withSubIds = true, string? group = null)
    {
        Name = $"psct-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";
        // A short path, since sockets are below it.
        _directory = $"/tmp/{Name}";
        Tool(["useradd", "-r", "-M", "-d", _directory, .. group is null ? (string[])[] : ["-G", group], Name]);
        try
        {
            if (withSubIds)
            {
                FirstSubId = 1_000_000_000 + 65536 * (uint)RandomNumberGenerator.GetInt32(10_000);
                string range = $"{FirstSubId}-{FirstSubId + 65535}";
                Tool("usermod", "--add-subuids", range, "--add-subgids", range, Name);
            }
            Directory.CreateDirectory(_directory);
            Directory.CreateDirectory($"{_directory}/run");
            Directory.CreateDirectory($"{_directory}/bundle");
            ProgramFile.Copy(TestRepository.Executable, Executable);
            HostCommand.Run("cp", "-a", TestRepository.BusyboxRootfs, Rootfs);
            HostCommand.Run("chown", "-R", $"{Name}:", _directory);
            HostCommand.Run("chmod", "700", $"{_directory}/run");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Name { get; }

    /// <summary>The first of the 65536 ids that are set aside for him; 0 without.</summary>
    public uint FirstSubId { get; }

    public uint Uid => uint.Parse(HostCommand.Run("id", "-u", Name), System.Globalization.CultureInfo.InvariantCulture);

    private uint Gid => uint.Parse(HostCommand.Run("id", "-g", Name), System.Globalization.CultureInfo.InvariantCulture);

    public string Home => _directory;

    public string Rootfs => $"{_directory}/rootfs";

    public string Executable => $"{_directory}/pscontainer";

    /// <summary>What is put before a command of his, so that root is in another place when he runs it.</summary>
    public string[] Before { get; set; } = [];

    /// <summary>Runs a command as him.</summary>
    public Outcome Run(params string[] command) => HostCommand.Try([.. Before, .. Identity(), .. command]);

    /// <summary>Runs the executable as him; nothing that goes on keeps the test's own streams open.</summary>
    public Outcome Invoke(params string[] arguments)
    {
        string[] detached = ["/bin/sh", "-c", "\"$@\" </dev/null >$HOME/output 2>$HOME/error", "sh"];
        Outcome outcome = Run([.. detached, Executable, .. arguments]);
        return outcome with { Output = File.ReadAllText($"{_directory}/output"), Error = File.ReadAllText($"{_directory}/error") };
    }

    /// <summary>Starts the executable as him; the process is that of the executable.</summary>
    public Process StartProcess(params string[] arguments)
    {
        string[] words = [.. Before, .. Identity(), Executable, .. arguments];
        return Process.Start(new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
    }

    /// <summary>Writes a bundle for a shell script and returns the words that choose it, and a new id.</summary>
    public (string[] Words, string Id) Bundle(string script, Func<ContainerSpec, ContainerSpec>? change = null)
    {
        string directory = $"{_directory}/bundle/{_ids.Count}", id = $"psc-test-{Guid.NewGuid():N}";
        _ids.Add(id);
        TestBundle.Succeed(Run("mkdir", directory));
        ContainerSpec spec = TestBundle.ProtectedSpec(Facts(), Rootfs);
        spec = spec with { Process = spec.Process! with { Args = ["/bin/sh", "-c", script] } };
        File.WriteAllBytes($"{directory}/config.json", JsonSerializer.SerializeToUtf8Bytes(change?.Invoke(spec) ?? spec, SpecJson.Default.ContainerSpec));
        return (["-b", directory, id], id);
    }

    private HostFacts Facts()
    {
        SubIdRange[] ranges = FirstSubId == 0 ? [] : [new(FirstSubId, 65536)];
        return HostFacts.Read() with { UserId = Uid, GroupId = Gid, SubUids = ranges, SubGids = ranges };
    }

    /// <summary>Runs a shell script in a container of his.</summary>
    public Outcome RunShell(string script, Func<ContainerSpec, ContainerSpec>? change = null) => Invoke(["run", .. Bundle(script, change).Words]);

    /// <summary>Starts one in the background and returns its id.</summary>
    public string Start(string script, Func<ContainerSpec, ContainerSpec>? change = null)
    {
        (string[] words, string id) = Bundle(script, change);
        TestBundle.Succeed(Invoke(["run", "--detach", .. words]));
        return id;
    }

    public JsonElement State(string id) => JsonDocument.Parse(Invoke("state", id).Output).RootElement;

    public void Dispose()
    {
        if (_isGone)
            return;
        _isGone = true;
        if (File.Exists(Executable))
            _ids.ForEach(id => Invoke("delete", "--force", id));
        foreach (string process in HostCommand.Try("ps", "-o", "pid=", "-u", Name).Lines)
        {
            using FileHandle? handle = Pidfd.Open(int.Parse(process, System.Globalization.CultureInfo.InvariantCulture));
            if (handle is not null && Pidfd.SendSignal(handle.Fd, 9))
                Pidfd.WaitForEnd(handle.Fd, 60_000);
        }
        HostCommand.Try("rm", "-rf", _directory);
        Tool("userdel", Name);
    }

    // Such tools lock /etc/passwd, and somebody else may have it.
    private static void Tool(params string[] command)
    {
        for (int attempt = 0; ; attempt++)
        {
            Outcome outcome = HostCommand.Try(command);
            if (outcome.Code == 0)
                return;
            Assert.True(attempt < 50 && outcome.Error.Contains("lock", StringComparison.Ordinal), $"{command[0]}: {outcome.Error}");
            Thread.Sleep(100);
        }
    }

    private string[] Identity() =>
    [
        "setpriv", $"--reuid={Name}", $"--regid={Name}", "--init-groups", "--reset-env", "env", "-C", _directory, $"HOME={_directory}",
        $"XDG_RUNTIME_DIR={_directory}/run", "PATH=/usr/local/bin:/usr/bin:/bin",
    ];
}
