using System.Text.Json;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>What all commands have in common: help, options in every form and place, codes, and the log.</summary>
[Trait("Category", "Container")]
public sealed class CommandLineTests
{
    public static TheoryData<string> Commands =>
    [
        "checkpoint", "create", "delete", "events", "exec", "features", "kill", "list", "pause", "ps", "restore", "resume", "run",
        "spec", "start", "state", "update",
    ];

    [RootTheory]
    [MemberData(nameof(Commands))]
    public void Each_command_explains_itself(string command)
    {
        using var bundle = new TestBundle();
        foreach (string[] words in new[] { new[] { command, "--help" }, [command, "-h"], ["help", command], [command, "x", "--help"] })
        {
            // What follows the container of exec and ps belongs to somebody else.
            if (words.Length == 3 && command is "exec" or "ps" && words[1] == "x")
                continue;
            Outcome outcome = bundle.Invoke(words);
            Assert.Equal(0, outcome.Code);
            Assert.StartsWith($"NAME:\n   pscontainer {command} - ", outcome.Output, StringComparison.Ordinal);
            Assert.Contains($"USAGE:\n   pscontainer {command}", outcome.Output, StringComparison.Ordinal);
            Assert.Equal("", outcome.Error);
        }
    }

    [RootTheory]
    [MemberData(nameof(Commands))]
    public void Each_command_refuses_an_option_it_does_not_have(string command)
    {
        using var bundle = new TestBundle();
        Outcome outcome = bundle.Invoke(command, "--no-such-option");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("--no-such-option", outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"pscontainer {command} --help", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", outcome.Output);
    }

    [RootTheory]
    [InlineData("checkpoint")]
    [InlineData("delete")]
    [InlineData("events")]
    [InlineData("kill")]
    [InlineData("pause")]
    [InlineData("ps")]
    [InlineData("resume")]
    [InlineData("start")]
    [InlineData("state")]
    [InlineData("update")]
    public void A_container_that_does_not_exist_is_told_in_the_words_that_engines_look_for(string command)
    {
        using var bundle = new TestBundle();
        Outcome outcome = bundle.Invoke(command, "no-such-container");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("msg=\"container does not exist: ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", outcome.Output);
        Assert.Equal(1, bundle.Invoke(command).Code);
        Assert.Equal(1, bundle.Invoke(command, "../../etc").Code);
    }

    [RootFact]
    public void All_commands_are_in_the_overview()
    {
        using var bundle = new TestBundle();
        string overview = bundle.Invoke("--help").Output;
        foreach (object[] command in (IEnumerable<object[]>)Commands)
            Assert.Contains($"\n   {command[0]} ", overview, StringComparison.Ordinal);
        Assert.Contains("--systemd-cgroup", overview, StringComparison.Ordinal);
        Outcome mistake = bundle.Invoke();
        Assert.Equal(1, mistake.Code);
        Assert.Equal(overview, mistake.Error);
        Outcome unknown = bundle.Invoke("no-such-command");
        Assert.Equal(1, unknown.Code);
        Assert.Contains("pscontainer --help", unknown.Error, StringComparison.Ordinal);
        Outcome wrongFlag = bundle.Invoke("state", "--no-such-flag");
        Assert.Contains("pscontainer state --help", wrongFlag.Error, StringComparison.Ordinal);
        foreach (string[] words in new[] { new[] { "help", "no-such-command" }, ["no-such-command", "-h"] })
        {
            Outcome help = bundle.Invoke(words);
            Assert.Equal(1, help.Code);
            Assert.Contains("No help topic for 'no-such-command'", help.Error, StringComparison.Ordinal);
        }
    }

    [RootFact]
    public void Options_stand_anywhere_in_every_form()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        foreach (string[] words in new[]
        {
            new[] { "list", "--quiet", "--format", "json" }, ["list", "-q", "-f=json"], ["list", "-qf", "json"], ["list", "-qfjson"],
            ["list", "--format=json", "--quiet=true"], ["list", "-quiet", "-format", "json"],
        })
        {
            Assert.Equal($"{bundle.Id}\n", bundle.Invoke(words).Output);
        }
        Assert.StartsWith("[{", bundle.Invoke("list", "--quiet=false", "--format=json").Output, StringComparison.Ordinal);
        Assert.Equal(1, bundle.Invoke("list", "--quiet=perhaps").Code);
        Assert.Equal(1, bundle.Invoke("list", "--format").Code);
        Assert.Equal(0, bundle.Invoke("kill", "--", bundle.Id, "0").Code);
        Assert.Equal("5", bundle.Invoke("exec", "-u5", bundle.Id, "id", "-u").Output.Trim());
        TestBundle.Succeed(bundle.Invoke("delete", bundle.Id, "--force"));
    }

    [RootFact]
    public void The_global_options_of_both_runtimes_are_taken()
    {
        using var bundle = new TestBundle();
        foreach (string[] options in new[]
        {
            new[] { "--rootless", "auto" }, ["--rootless=true"], ["--cgroup-manager", "cgroupfs"], ["--log-level", "warning"],
            ["--log-level=debug"], ["--debug"], ["--log-format", "text"], ["--criu", "/usr/sbin/criu"],
        })
        {
            TestBundle.Succeed(bundle.Invoke([.. options, "list", "-q"]));
        }
        foreach (string[] options in new[]
        {
            new[] { "--rootless", "perhaps" }, ["--cgroup-manager", "none"], ["--log-level", "loud"], ["--log-format", "xml"],
            ["--log", "/no/such/directory/log"],
        })
        {
            Outcome outcome = bundle.Invoke([.. options, "list", "-q"]);
            Assert.Equal(1, outcome.Code);
            Assert.Contains("level=error", outcome.Error, StringComparison.Ordinal);
        }
    }

    [RootFact]
    public void Advice_names_the_executables_own_commands()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        string call = $"pscontainer --root {bundle.StateRoot}";
        Assert.EndsWith($"with: {call} list\"\n", bundle.Invoke("state", "no-such-container").Error, StringComparison.Ordinal);
        Outcome twice = bundle.InvokeDetached("create", "-b", bundle.Bundle, bundle.Id);
        Assert.Contains($"with: {call} delete --force {bundle.Id}", twice.Error, StringComparison.Ordinal);
        Assert.Contains($"with: {call} state {bundle.Id}", bundle.Invoke("resume", bundle.Id).Error, StringComparison.Ordinal);
        TestBundle.Succeed(bundle.Invoke("pause", bundle.Id));
        Assert.Contains($"with: {call} resume {bundle.Id}", bundle.Exec("true").Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Advice_for_who_calls_from_PowerShell_names_cmdlets()
    {
        using var bundle = new TestBundle();
        string[] command =
        [
            "/bin/sh", "-c", "\"$@\" --log /proc/self/fd/3 --log-format json state no-such 3>&1", "sh",
            TestRepository.Executable, "--root", bundle.StateRoot,
        ];
        Assert.Contains("with: Get-Container\"", HostCommand.Try(command).Output, StringComparison.Ordinal);
        Assert.Contains("with: Get-Container\n",
            bundle.Invoke("exec", "--die-with-parent", "no-such", "true").Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Text_errors_are_one_line_of_fields()
    {
        using var bundle = new TestBundle();
        Outcome outcome = bundle.Invoke("state", "no\nsuch\u001b[31m\"name\\");
        string line = Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches("^time=\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\" level=error msg=\"", line);
        Assert.Contains("no\\nsuch\\x1b[31m\\\"name\\\\", line, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", outcome.Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Json_errors_without_a_log_go_to_standard_error()
    {
        using var bundle = new TestBundle();
        Outcome outcome = bundle.Invoke("--log-format", "json", "state", "no-such-container");
        JsonElement error = JsonDocument.Parse(outcome.Error).RootElement;
        Assert.Equal("error", error.GetProperty("level").GetString());
        Assert.Equal("container does not exist: There is no container 'no-such-container'.", error.GetProperty("msg").GetString());
        Assert.Equal("There is no container 'no-such-container'.", error.GetProperty("detail").GetString());
        Assert.Equal("ContainerNotFound", error.GetProperty("errorId").GetString());
    }

    [RootFact]
    public void Debug_messages_name_each_step_and_only_there()
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["true"] };
        bundle.Write();
        string log = Path.Combine(bundle.Bundle, "log");
        Outcome run = bundle.Invoke("--debug", "--log", log, "run", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal((0, "", ""), (run.Code, run.Output, run.Error));
        string[] lines = File.ReadAllLines(log);
        Assert.All(lines, line => Assert.Contains("level=debug", line, StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("CloneInit", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("EnterRoot", StringComparison.Ordinal));
        File.Delete(log);
        TestBundle.Succeed(bundle.Invoke("--log", log, "run", "-b", bundle.Bundle, bundle.Id));
        Assert.Equal("", File.ReadAllText(log));
    }

    [RootFact]
    public void A_log_that_nobody_reads_any_more_kills_nobody()
    {
        using var bundle = new TestBundle();
        string[] command =
        [
            "/bin/sh", "-c", "{ \"$@\" --log /proc/self/fd/1 --log-format json state no-such; echo $? >&2; } | true", "sh",
            TestRepository.Executable, "--root", bundle.StateRoot,
        ];
        Outcome outcome = HostCommand.Try(command);
        Assert.Equal("1", outcome.Error.Trim().Split('\n')[^1]);
        outcome = HostCommand.Try("/bin/sh", "-c", "{ sleep 0.2; \"$@\" features; echo $? >&2; } | true", "sh", TestRepository.Executable);
        Assert.Equal("0", outcome.Error.Trim());
    }

    [RootFact]
    public void A_log_can_be_named_as_crun_does()
    {
        using var bundle = new TestBundle();
        string log = Path.Combine(bundle.Bundle, "log");
        bundle.Invoke($"--log=file:{log}", "state", "no-such-container");
        Assert.Contains("container does not exist", File.ReadAllText(log), StringComparison.Ordinal);
        if (!File.Exists("/dev/log"))
            Assert.Contains("/dev/log", bundle.Invoke("--log=syslog:x", "list").Error, StringComparison.Ordinal);
    }
}
