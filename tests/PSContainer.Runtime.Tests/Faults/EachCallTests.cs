using PSContainer.Kernel;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Faults;

/// <summary>Each process of each command killed, and each call of a start made to fail, one after another.</summary>
[Trait("Category", "Fault")]
public sealed class EachCallTests
{
    private const string Created = "created", Running = "running", Stopped = "stopped", Paused = "paused";

    [RootTheory]
    [InlineData("create", 0, new[] { FaultRun.None, Stopped, Created })]
    [InlineData("create", 1, new[] { FaultRun.None, Stopped })]
    [InlineData("run", 0, new[] { FaultRun.None, Stopped, Running })]
    [InlineData("run", 1, new[] { FaultRun.None, Stopped })]
    public void A_start_that_is_killed(string verb, int process, string[] states) => new FaultRun
    {
        Prepare = bundle => Configure(bundle, "sleep", "1000"),
        Command = bundle => Start(bundle, verb),
        Process = process,
        States = states,
    }.Kill();

    [RootTheory]
    [InlineData("create", 0, Errno.EIO)]
    [InlineData("create", 1, Errno.EIO)]
    [InlineData("run", 1, Errno.ENOSPC)]
    [InlineData("run", 1, Errno.EPERM)]
    public void A_start_of_which_a_call_fails(string verb, int process, int errno) => new FaultRun
    {
        Prepare = bundle => Configure(bundle, "sleep", "1000"),
        Command = bundle => Start(bundle, verb),
        Process = process,
        First = process == 0 ? "mkdirat" : null,
        States = [FaultRun.None, verb == "create" ? Created : Running],
    }.Fail(errno);

    [RootFact]
    public void A_start_in_the_cgroup_of_another_container_that_is_killed()
    {
        using var other = new TestBundle();
        other.Start("sleep", "1000");
        new FaultRun
        {
            Prepare = bundle =>
            {
                bundle.Linux = bundle.Linux with { CgroupsPath = $"/pscontainer-{other.Id}" };
                Configure(bundle, "sleep", "1000");
            },
            Command = bundle => Start(bundle, "create"),
            Code = 1,
            First = "mkdirat",
            States = [FaultRun.None, Stopped],
            Afterwards = () => Assert.Equal(Running, other.Status),
        }.Kill();
    }

    [RootTheory]
    [InlineData(0, Errno.EIO)]
    [InlineData(1, Errno.EIO)]
    [InlineData(2, Errno.EIO)]
    public void An_exec_of_which_a_call_fails(int process, int errno) => new FaultRun
    {
        Prepare = bundle => bundle.Start("sleep", "1000"),
        Command = bundle => Verb(bundle, "exec", "--detach", bundle.Id, "sleep", "1000"),
        Process = process,
        First = process == 0 ? "socketpair" : null,
        IsAboutNew = false,
        States = [Running],
    }.Fail(errno);

    [RootFact]
    public void A_start_command_that_is_killed() => new FaultRun
    {
        Prepare = bundle => bundle.Create("sleep", "1000"),
        Command = bundle => Verb(bundle, "start", bundle.Id),
        States = [Created, Running],
    }.Kill();

    [RootTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void An_exec_that_is_killed(int process) => new FaultRun
    {
        Prepare = bundle => bundle.Start("sleep", "1000"),
        Command = bundle => Verb(bundle, "exec", "--detach", bundle.Id, "sleep", "1000"),
        Process = process,
        States = [Running],
        WhatIsLeft = bundle => Assert.Equal("in\n", bundle.Exec("echo", "in").Output),
    }.Kill();

    [RootTheory]
    [InlineData("kill", Running, Stopped)]
    [InlineData("pause", Running, Paused)]
    [InlineData("delete", Running, Stopped)]
    public void An_end_that_is_killed(string verb, string before, string after) => new FaultRun
    {
        Prepare = bundle => bundle.Start("/bin/sh", "-c", "sleep 1000 & sleep 1000 & wait"),
        Command = bundle => verb switch
        {
            "kill" => Verb(bundle, verb, bundle.Id, "KILL"),
            "delete" => Verb(bundle, verb, "--force", bundle.Id),
            _ => Verb(bundle, verb, bundle.Id),
        },
        States = [before, after, FaultRun.None],
    }.Kill();

    [RootTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_monitored_life_of_which_a_process_is_killed(int process) => new FaultRun
    {
        Prepare = MakeOwnBundle,
        Command = bundle =>
        [
            "monitor", "--state-dir", bundle.StateDirectory, "--sync-fd", "3", "--", "self", "--root", bundle.StateRoot, "run", "--detach",
            "-b", bundle.StateDirectory, "--pid-file", Path.Combine(bundle.StateDirectory, "init.pid"), bundle.Id,
        ],
        Process = process,
        ToTheEnd = true,
        States = [Stopped],
    }.Kill();

    private static void Configure(TestBundle bundle, params string[] command)
    {
        bundle.Process = bundle.Process with { Args = command };
        bundle.Write();
    }

    // As the module has it: the configuration is in the state directory, which exists before the monitor.
    private static void MakeOwnBundle(TestBundle bundle)
    {
        Configure(bundle, "true");
        foreach (string directory in new[] { bundle.StateRoot, bundle.StateDirectory })
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Copy(bundle.ConfigPath, Path.Combine(bundle.StateDirectory, "config.json"));
    }

    private static string[] Start(TestBundle bundle, string verb) =>
        Verb(bundle, [verb, .. verb == "run" ? (string[])["--detach"] : [], "-b", bundle.Bundle, bundle.Id]);

    private static string[] Verb(TestBundle bundle, params string[] words) => ["--root", bundle.StateRoot, .. FaultRun.LogOptions(bundle), .. words];
}
