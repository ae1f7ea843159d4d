using System.Text.Json;
using PSContainer.Runtime.Tests.Containers;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Conformance;

/// <summary>Hooks that note what they see in files of the bundle.</summary>
internal static class TestHooks
{
    /// <summary>A shell script as a hook.</summary>
    public static HookSpec Shell(string script, int? timeout = null) =>
        new() { Path = "/bin/sh", Args = ["sh", "-c", script], Timeout = timeout };

    /// <summary>A hook that adds a line to the test's log: its name, its namespaces, and the state that it was given.</summary>
    public static HookSpec Note(TestBundle bundle, string name) => Shell(
        $"echo \"{name} $(readlink /proc/self/ns/mnt) $(readlink /proc/self/ns/pid) $(cat)\" >>{LogOf(bundle)}");

    public static string LogOf(TestBundle bundle) => Path.Combine(bundle.Bundle, "hooks.log");

    public static HookLine[] Notes(TestBundle bundle) =>
        File.Exists(LogOf(bundle)) ? [.. File.ReadLines(LogOf(bundle)).Select(HookLine.Parse)] : [];

    public static string[] Names(TestBundle bundle) => [.. Notes(bundle).Select(note => note.Name)];

    public static HooksSpec At(string point, params HookSpec[] hooks) => point switch
    {
        "prestart" => new HooksSpec { Prestart = hooks },
        "createRuntime" => new HooksSpec { CreateRuntime = hooks },
        "createContainer" => new HooksSpec { CreateContainer = hooks },
        "startContainer" => new HooksSpec { StartContainer = hooks },
        "poststart" => new HooksSpec { Poststart = hooks },
        _ => new HooksSpec { Poststop = hooks },
    };
}

/// <summary>What one hook noted.</summary>
internal sealed record HookLine(string Name, string Mount, string Pid, JsonElement State)
{
    public static HookLine Parse(string line)
    {
        string[] words = line.Split(' ', 4);
        return new HookLine(words[0], words[1], words[2], JsonDocument.Parse(words[3]).RootElement);
    }

    public string Status => State.GetProperty("status").GetString()!;

    public int StatePid => State.GetProperty("pid").GetInt32();
}
