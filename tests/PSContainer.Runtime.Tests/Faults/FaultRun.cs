using System.Text.Json;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Faults;

/// <summary>One command of the executable, made to go wrong at one call after another, each time with a container of its own.</summary>
/// <remarks>
/// PSCONTAINER_FAULTS=all takes every call; without, the first and the last of each kind and some between, so that it is soon over.
/// </remarks>
internal sealed class FaultRun
{
    /// <summary>What the container is said to be when there is none.</summary>
    public const string None = "none";

    private const int Between = 6;
    private static readonly bool TakesAll = Environment.GetEnvironmentVariable("PSCONTAINER_FAULTS") == "all";

    /// <summary>What is done before the command, in a fresh bundle.</summary>
    public Action<TestBundle> Prepare { get; init; } = _ => { };

    /// <summary>What follows the executable and its state directory.</summary>
    public required Func<TestBundle, string[]> Command { get; init; }

    /// <summary>Which process is meant: 0 is the command itself.</summary>
    public int Process { get; init; }

    /// <summary>The call before which nothing of the plan is done yet, so that it does not begin before; null: all count.</summary>
    public string? First { get; init; }

    /// <summary>Whether it is about the whole life of a container that ends by itself, and not only about the command.</summary>
    public bool ToTheEnd { get; init; }

    /// <summary>Whether a failure leaves no container, since the command was to make it.</summary>
    public bool IsAboutNew { get; init; } = true;

    /// <summary>What the command exits with where nothing goes wrong.</summary>
    public int Code { get; init; }

    /// <summary>What the container may be afterwards.</summary>
    public required string[] States { get; init; }

    /// <summary>What must hold once it is deleted.</summary>
    public Action Afterwards { get; init; } = () => { };

    /// <summary>What must hold of a container that is left, before it is deleted.</summary>
    public Action<TestBundle> WhatIsLeft { get; init; } = _ => { };

    /// <summary>Kills the process before each of its calls: the state can be read, and one delete leaves nothing.</summary>
    public void Kill() => Each(errno: 0, (bundle, run, call, what) =>
    {
        string state = "";
        TestBundle.Eventually(() => States.Contains(state = StateOf(bundle, what)), () => $"{what}: the container is {state}");
        if (state != None)
            WhatIsLeft(bundle);
    });

    /// <summary>Makes each call of the process fail: the command did without it, or nothing is left and the step is named.</summary>
    /// <param name="errno">With what.</param>
    public void Fail(int errno) => Each(errno, (bundle, run, call, what) =>
    {
        Assert.True(run.IsInjected, $"{what}: the call was not made again");
        string state = StateOf(bundle, what), said = File.Exists(LogFile(bundle)) ? File.ReadAllText(LogFile(bundle)) : "";
        Assert.True(States.Contains(state), $"{what}: the container is {state}: {said}");
        if (run.Code == 0)
            return;
        Assert.True(state == None || !IsAboutNew, $"{what}: the container is {state} although it failed: {said}");
        Assert.True(said.Length > 0, $"{what}: it failed with {run.Code} and said only: {File.ReadAllText(ErrorFile(bundle))}");
        JsonElement error = JsonDocument.Parse(said).RootElement;
        Assert.True(error.GetProperty("errno").GetInt32() == errno, $"{what}: not the error: {said}");
        Assert.True(error.TryGetProperty("step", out JsonElement step) && step.GetString()!.Length > 0, $"{what}: no step is named: {said}");
        Assert.True(error.TryGetProperty("recommendation", out JsonElement advice) && advice.GetString()!.Length > 0, $"{what}: no advice: {said}");
        Assert.True(call.StartsWith(error.GetProperty("call").GetString()!, StringComparison.Ordinal), $"{what}: another call is named: {said}");
    });

    private void Each(int errno, Action<TestBundle, Tracer, string, string> check)
    {
        TracedCall[] calls = [.. Pick(Record())];
        Assert.NotEmpty(calls);
        foreach (TracedCall call in calls)
        {
            using var bundle = new TestBundle();
            Prepare(bundle);
            string what = $"process {Process} at {call.Name}, its call {call.Index}";
            using Tracer run = Tracer.Run(FullCommand(bundle), OutputFile(bundle), ErrorFile(bundle), new Fault(Process, call.Index, errno), ToTheEnd);
            check(bundle, run, call.Name, what);
            RequireNothingLeft(bundle, run, what);
            Afterwards();
        }
    }

    private TracedCall[] Record()
    {
        using var bundle = new TestBundle();
        Prepare(bundle);
        using Tracer run = Tracer.Run(FullCommand(bundle), OutputFile(bundle), ErrorFile(bundle), null, ToTheEnd);
        Assert.True(run.Code == Code, $"{run.Code}: {File.ReadAllText(ErrorFile(bundle))}");
        TracedCall[] calls = [.. run.Calls.Where(call => call.Process == Process)];
        return First is null ? calls : [.. calls.SkipWhile(call => call.Name != First)];
    }

    private static IEnumerable<TracedCall> Pick(TracedCall[] calls)
    {
        if (TakesAll)
            return calls;
        IEnumerable<TracedCall> ofKinds = calls.GroupBy(call => call.Name).SelectMany(kind => new[] { kind.First(), kind.Last() });
        IEnumerable<TracedCall> between = Enumerable.Range(0, Between).Select(part => calls[part * calls.Length / Between]);
        return ofKinds.Concat(between).Distinct().OrderBy(call => call.Index);
    }

    private static void RequireNothingLeft(TestBundle bundle, Tracer run, string what)
    {
        Outcome delete = bundle.Invoke("delete", "--force", bundle.Id);
        Assert.True(delete.Code == 0, $"{what}: {delete.Error}");
        string left = "";
        TestBundle.Eventually(() => (left = string.Join(", ", bundle.Leftovers())).Length == 0, () => $"{what}: left are {left}");
        TestBundle.Eventually(() => run.HaveAllEnded, () => $"{what}: a process is left");
    }

    private static string StateOf(TestBundle bundle, string what)
    {
        Outcome list = bundle.Invoke("list", "--format", "json");
        Assert.True(list.Code == 0, $"{what}: {list.Error}");
        JsonElement[] containers = [.. JsonDocument.Parse(list.Output).RootElement.EnumerateArray()];
        if (containers.Length == 0)
            return None;
        Assert.Equal(bundle.Id, Assert.Single(containers).GetProperty("id").GetString());
        Assert.Equal(0, bundle.Invoke("state", bundle.Id).Code);
        return containers[0].GetProperty("status").GetString()!;
    }

    private string[] FullCommand(TestBundle bundle) => [TestRepository.Executable, .. Command(bundle)];

    /// <summary>Options for the log that failures are read from.</summary>
    public static string[] LogOptions(TestBundle bundle) => ["--log", LogFile(bundle), "--log-format", "json"];

    private static string LogFile(TestBundle bundle) => Path.Combine(bundle.Bundle, "log");

    private static string OutputFile(TestBundle bundle) => Path.Combine(bundle.Bundle, "output");

    private static string ErrorFile(TestBundle bundle) => Path.Combine(bundle.Bundle, "error");
}
