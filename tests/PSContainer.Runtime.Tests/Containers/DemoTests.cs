using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>What the README's first command does where there is no PowerShell, and what the build asks for before.</summary>
public sealed class DemoTests
{
    private static readonly string[] Inside = ["PID 1      sleep 60", "hostname   demo", "processes  2"];

    [RootFact]
    public void The_main_job_runs_without_PowerShell()
    {
        Outcome outcome = HostCommand.Try("/bin/bash", Path.Combine(TestRepository.Root, "build/demo.sh"), "--executable");

        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.All(Inside, line => Assert.Contains(line, outcome.Output, StringComparison.Ordinal));
        Assert.Contains("user       0, outside 0", outcome.Output, StringComparison.Ordinal);
        Assert.Matches(@"limits     memory\.(max|limit_in_bytes) = 536870912", outcome.Output);
        Assert.Contains("limits     pids.max = 64", outcome.Output, StringComparison.Ordinal);
    }

    [RootFact]
    public void An_ordinary_user_can_run_it_with_nothing_but_what_was_built()
    {
        using TestUser user = new(withSubIds: false);
        string checkout = $"{user.Home}/checkout", native = $"{checkout}/out/PSContainer/runtimes/linux-x64/native";
        HostCommand.Run("mkdir", "-p", native);
        HostCommand.Run("cp", "-a", Path.Combine(TestRepository.Root, "build"), checkout);
        ProgramFile.Copy(TestRepository.Executable, $"{native}/pscontainer");

        Outcome outcome = user.Run($"{checkout}/build/demo.sh", "--executable");

        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.All(Inside, line => Assert.Contains(line, outcome.Output, StringComparison.Ordinal));
        Assert.Contains($"user       0, outside {user.Uid}", outcome.Output, StringComparison.Ordinal);
        // Limits are in force where the user's session has a cgroup for them, and it is said where it has none.
        Assert.NotEqual(
            outcome.Output.Contains("limits     pids.max = 64", StringComparison.Ordinal),
            outcome.Error.Contains("goes without limits", StringComparison.Ordinal));
    }

    [Fact]
    public void A_build_names_all_that_is_missing_at_once()
    {
        using TestDirectory directory = new();
        HostCommand.Run("cp", "-a", Path.Combine(TestRepository.Root, "build"), directory.Root);
        string[] kept = ["bash", "dirname", "uname", "id", "find", "mkdir", "flock"];
        foreach (string program in kept)
            File.CreateSymbolicLink(Path.Combine(directory.Root, program), HostCommand.Run("which", program));

        Outcome outcome = HostCommand.Try("/usr/bin/env", $"PATH={directory.Root}", "bash", $"{directory.Root}/build/module.sh");

        Assert.Equal(1, outcome.Code);
        Assert.Contains(".NET SDK 10", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("gcc or clang", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("objcopy", outcome.Error, StringComparison.Ordinal);
        Assert.Matches(@"apt-get install -y gcc( libc6-dev)? binutils\n", outcome.Error);
        Assert.False(Directory.Exists($"{directory.Root}/out"));
    }
}
