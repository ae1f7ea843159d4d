using System.Diagnostics;
using System.Text.Json;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

[Trait("Category", "Container")]
public sealed class VerbTests
{
    [RootFact]
    public void State_and_list_say_the_same()
    {
        using var bundle = new TestBundle();
        bundle.Annotate("org.example.key", "a \"quoted\" wörd");
        bundle.Create("sleep", "1000");
        JsonElement state = bundle.State();
        Assert.Equal(["annotations", "bundle", "created", "id", "ociVersion", "owner", "pid", "rootfs", "status"], state.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(bundle.Id, state.GetProperty("id").GetString());
        Assert.Equal(bundle.Bundle, state.GetProperty("bundle").GetString());
        Assert.Equal(bundle.Rootfs, state.GetProperty("rootfs").GetString());
        Assert.Equal("a \"quoted\" wörd", state.GetProperty("annotations").GetProperty("org.example.key").GetString());
        Assert.InRange(DateTime.UtcNow - state.GetProperty("created").GetDateTime(), TimeSpan.Zero, TimeSpan.FromMinutes(2));
        JsonElement list = JsonDocument.Parse(bundle.Invoke("list", "--format", "json").Output).RootElement;
        Assert.Equal(JsonSerializer.Serialize(state), JsonSerializer.Serialize(Assert.Single(list.EnumerateArray())));
        string[] table = bundle.Invoke("list").Lines;
        Assert.Equal(["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"], table[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal([bundle.Id, $"{bundle.Pid}", "created", bundle.Bundle], table[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..4]);
        Assert.Equal($"{bundle.Id}\n", bundle.Invoke("list", "-q").Output);
    }

    [RootFact]
    public void An_empty_list_is_empty()
    {
        using var bundle = new TestBundle();
        Assert.Equal("[]\n", bundle.Invoke("list", "-f", "json").Output);
        Assert.Equal("", bundle.Invoke("list", "-q").Output);
        Assert.Equal(1, bundle.Invoke("list", "--format", "xml").Code);
    }

    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void The_pid_file_is_whole_and_right()
    {
        using var bundle = new TestBundle();
        string file = Path.Combine(bundle.Bundle, "pid");
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        TestBundle.Succeed(bundle.InvokeDetached("create", "--pid-file", file, "-b", bundle.Bundle, bundle.Id));
        Assert.Equal($"{bundle.Pid}", File.ReadAllText(file));
        Assert.Contains($"pscontainer-{bundle.Id}", File.ReadAllText($"/proc/{bundle.Pid}/cgroup"), StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData("SIGUSR1", 10)]
    [InlineData("USR1", 10)]
    [InlineData("10", 10)]
    [InlineData("usr2", 12)]
    [InlineData("SIGTERM", 15)]
    [InlineData(null, 15)]
    public void Kill_takes_names_and_numbers(string? word, int number)
    {
        using var bundle = new TestBundle();
        bundle.Start("/bin/sh", "-c", "for s in 10 12 15; do trap \"echo got $s\" $s; done; echo ready; while :; do sleep 0.05; done");
        TestBundle.Eventually(() => bundle.Output == "ready\n", "the shell is ready");
        TestBundle.Succeed(bundle.Invoke(word is null ? ["kill", bundle.Id] : ["kill", bundle.Id, word]));
        TestBundle.Eventually(() => bundle.Output == $"ready\ngot {number}\n", $"signal {number}");
    }

    [RootTheory]
    [InlineData("NOSUCH")]
    [InlineData("65")]
    [InlineData("-9")]
    [InlineData("9x")]
    public void Kill_refuses_what_is_no_signal(string word)
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        Outcome outcome = bundle.Invoke("kill", bundle.Id, word);
        Assert.NotEqual(0, outcome.Code);
        Assert.Contains("recommendation=\"", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("running", bundle.Status);
    }

    [RootFact]
    public void Kill_does_not_reach_what_has_ended()
    {
        using var bundle = new TestBundle();
        bundle.Start("true");
        TestBundle.Eventually(() => bundle.Status == "stopped", "stopped");
        Outcome outcome = bundle.Invoke("kill", bundle.Id, "KILL");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("not running", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(255, bundle.Exec("true").Code);
    }

    [RootFact]
    public void Exec_takes_directory_user_environment_and_groups()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Env = ["PATH=/bin", "A=1"] };
        bundle.Start("sleep", "1000");
        Outcome outcome = bundle.Invoke("exec", "--cwd", "/etc", "--user", "1000:50", "-g", "7,8", "--env", "A=2", "-e", "B=x y", bundle.Id,
            "/bin/sh", "-c", "pwd; id -u; id -G; echo $A; echo $B; cat hosts >/dev/null; exit 9");
        Assert.Equal(9, outcome.Code);
        Assert.Equal(["/etc", "1000", "50 7 8", "2", "x y"], outcome.Lines);
    }

    [RootTheory]
    [InlineData("4294967296")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("root")]
    [InlineData("")]
    [InlineData("1:")]
    [InlineData("1:1:1")]
    public void Exec_refuses_users_that_are_no_numbers(string user)
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        Outcome outcome = bundle.Invoke("exec", "--user", user, bundle.Id, "id", "-u");
        Assert.NotEqual(0, outcome.Code);
        Assert.Equal("", outcome.Output);
    }

    [RootFact]
    public void Exec_takes_a_whole_process_from_a_file()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        string file = Path.Combine(bundle.Bundle, "process.json");
        var process = new ProcessSpec { Args = ["/bin/sh", "-c", "pwd; id -u; env | sort; grep CapEff /proc/self/status"], Cwd = "/tmp", Env = ["X=1", "PATH=/bin"], User = new UserSpec { Uid = 5 } };
        File.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(process, SpecJson.Default.ProcessSpec));
        Outcome outcome = bundle.Invoke("exec", "--process", file, bundle.Id);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(["/tmp", "5"], outcome.Lines[..2]);
        Assert.Contains("X=1", outcome.Lines);
        Assert.Equal("0000000000000000", TestBundle.Field(outcome.Lines, "CapEff"));
    }

    [RootFact]
    public void Exec_detached_runs_on()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        string file = Path.Combine(bundle.Bundle, "pid");
        TestBundle.Succeed(bundle.InvokeDetached("exec", "-d", "--pid-file", file, bundle.Id, "sleep", "1001"));
        string pid = File.ReadAllText(file);
        Assert.Equal("sleep\u00001001\0", File.ReadAllText($"/proc/{pid}/cmdline"));
        Assert.Equal(bundle.NamespaceOf("pid"), bundle.NamespaceOf("pid", pid));
        TestBundle.Succeed(bundle.Invoke("delete", "-f", bundle.Id));
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void Exec_with_a_terminal_has_one_of_the_containers()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        Outcome outcome = bundle.Invoke("exec", "-t", bundle.Id, "/bin/sh", "-c", "tty; exit 4");
        Assert.Equal(4, outcome.Code);
        Assert.Equal("/dev/pts/0\n", outcome.Output);
        Assert.Equal("not a tty\n", bundle.Exec("tty").Output);
    }

    [RootFact]
    public void The_log_gets_failures_as_json()
    {
        using var bundle = new TestBundle();
        string log = Path.Combine(bundle.Bundle, "log");
        bundle.AddMount("/bad", "tmpfs", "tmpfs", "nonsense");
        bundle.Write();
        Outcome outcome = bundle.Invoke("--log", log, "--log-format", "json", "create", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.StartsWith("pscontainer: ", outcome.Error, StringComparison.Ordinal);
        bundle.Invoke("--log", log, "--log-format", "json", "state", "no-such-container");
        string[] lines = File.ReadAllLines(log);
        Assert.Equal(2, lines.Length);
        JsonElement first = JsonDocument.Parse(lines[0]).RootElement, second = JsonDocument.Parse(lines[1]).RootElement;
        Assert.Equal(["call", "errno", "errorId", "level", "msg", "recommendation", "step", "target", "time"], first.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal("error", first.GetProperty("level").GetString());
        Assert.Equal("MountFileSystem", first.GetProperty("step").GetString());
        Assert.Equal("fsconfig", first.GetProperty("call").GetString());
        Assert.Equal(22, first.GetProperty("errno").GetInt32());
        Assert.Equal("ContainerStartFailed", first.GetProperty("errorId").GetString());
        Assert.InRange(DateTime.UtcNow - first.GetProperty("time").GetDateTime(), TimeSpan.Zero, TimeSpan.FromMinutes(2));
        Assert.Equal("ContainerNotFound", second.GetProperty("errorId").GetString());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(log));
    }

    [RootFact]
    public void Features_are_json_of_the_specification()
    {
        using var bundle = new TestBundle();
        JsonElement features = JsonDocument.Parse(bundle.Invoke("features").Output).RootElement;
        JsonElement linux = features.GetProperty("linux");
        Assert.Equal(["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"], Words(linux, "namespaces"));
        Assert.Contains("CAP_SYS_ADMIN", Words(linux, "capabilities"));
        Assert.Superset(new HashSet<string> { "SCMP_ACT_ERRNO", "SCMP_ACT_NOTIFY" }, Words(linux.GetProperty("seccomp"), "actions").ToHashSet());
        Assert.Superset(new HashSet<string> { "SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_RISCV64", "SCMP_ARCH_S390X" },
            Words(linux.GetProperty("seccomp"), "archs").ToHashSet());
        Assert.Superset(new HashSet<string> { "rro", "copy-symlink", "src-nofollow", "dest-nofollow" }, Words(features, "mountOptions").ToHashSet());
        Assert.True(linux.GetProperty("cgroup").GetProperty("v2").GetBoolean());
        Assert.Equal(["createContainer", "createRuntime", "poststart", "poststop", "prestart", "startContainer"], Words(features, "hooks").Order());
        Assert.Contains("MPOL_BIND", Words(linux.GetProperty("memoryPolicy"), "modes"));
        Assert.True(linux.GetProperty("netDevices").GetProperty("enabled").GetBoolean());
        Assert.True(linux.GetProperty("mountExtensions").GetProperty("idmap").GetProperty("enabled").GetBoolean());
        Assert.Equal("1.3.0", features.GetProperty("ociVersionMax").GetString());
        Assert.Equal(
            ["org.criu.config", "org.pscontainer.", "run.oci.keep_original_groups", "run.oci.seccomp_fail_unknown_syscall"],
            Words(features, "potentiallyUnsafeConfigAnnotations"));
    }

    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void An_example_configuration_runs_as_it_is()
    {
        using var bundle = new TestBundle(ownRoot: true);
        File.Delete(bundle.ConfigPath);
        TestBundle.Succeed(bundle.Invoke("spec", "-b", bundle.Bundle));
        Outcome again = bundle.Invoke("--log-format", "json", "spec", "-b", bundle.Bundle);
        Assert.Equal(1, again.Code);
        Assert.Contains("ContainerOperationFailed", again.Error, StringComparison.Ordinal);
        HostCommand.Run("cp", "-a", bundle.Rootfs, Path.Combine(bundle.Bundle, "rootfs"));
        using Process run = bundle.StartProcess("run", "-b", bundle.Bundle, bundle.Id);
        run.StandardInput.WriteLine("hostname; exit 6");
        Assert.Contains("pscontainer\n", run.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        Assert.True(run.WaitForExit(60_000));
        Assert.Equal(6, run.ExitCode);
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void The_version_is_in_the_lines_that_engines_read()
    {
        using var bundle = new TestBundle();
        string[] lines = bundle.Invoke("--version").Lines;
        Assert.Matches(@"^pscontainer version \d+\.\d+\.\d+$", lines[0]);
        Assert.Matches(@"^commit: \S+$", lines[1]);
        Assert.Matches(@"^spec: 1\.\d+\.\d+$", lines[2]);
        Assert.Contains("+SECCOMP", lines[3], StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData("no-such-verb")]
    [InlineData("run", "--no-such-option", "x")]
    [InlineData("run")]
    [InlineData("state")]
    [InlineData("kill")]
    [InlineData("delete", "a", "b")]
    [InlineData("exec", "x")]
    [InlineData("--log-format", "xml", "list")]
    [InlineData("run", "--preserve-fds", "-1", "x")]
    public void A_wrong_command_line_is_refused_with_its_own_code(params string[] arguments)
    {
        using var bundle = new TestBundle();
        Outcome outcome = bundle.Invoke(arguments);
        Assert.NotEqual(0, outcome.Code);
        Assert.Contains("recommendation=\"", outcome.Error, StringComparison.Ordinal);
    }

    private static string[] Words(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(word => word.GetString()!).Order(StringComparer.Ordinal)];
}
