using System.Text;
using PSContainer.Kernel;

namespace PSContainer.Hooks;

/// <summary>Says how a hook failed.</summary>
internal static class HookFailure
{
    /// <summary>How many bytes of what a hook wrote are told.</summary>
    public const int OutputSize = 800;

    /// <summary>The step's name in a plan: <c>RunCreateRuntimeHook</c>.</summary>
    public static string StepOf(string point) => $"Run{char.ToUpperInvariant(point[0])}{point[1..]}Hook";

    /// <summary>The member's name behind a step of the child.</summary>
    public static string PointOfChild(string step) =>
        step == StepOf("startContainer") ? "startContainer" : "createContainer";

    /// <summary>The exception for a hook that ran and failed.</summary>
    /// <param name="point">The member's name: <c>createRuntime</c>.</param>
    /// <param name="index">Its place there.</param>
    /// <param name="path">The hook.</param>
    /// <param name="end">How it ended: <c>ended with exit code 3</c>.</param>
    /// <param name="output">The end of what it wrote.</param>
    public static ContainerHookException Describe(string point, int index, string path, string end, string output)
    {
        string step = StepOf(point);
        string said = output.Trim() is { Length: > 0 } text ? $": {text}" : ".";
        return new ContainerHookException($"{step}: the hook '{path}' {end}{said}",
            "A container does not outlive a hook that fails. The hook reads the container's state from its standard input; its environment is only what its 'env' says, where it has one.")
        { Step = step, Call = "waitid", Target = path, Hook = $"{point} hook #{index}" };
    }

    /// <summary>The exception for a hook that could not be executed.</summary>
    public static ContainerHookException CannotExecute(string point, int index, string path, int errno, string call = "execve")
    {
        string step = StepOf(point);
        string recommendation = errno switch
        {
            Kernel.Errno.ENOENT => "Its path must exist where the hook runs: on the host, or for startContainer in the container.",
            Kernel.Errno.EACCES => "It must be a file that may be executed.",
            Kernel.Errno.ENOEXEC => "A script needs a first line such as #!/bin/sh.",
            _ => $"See {call}(2) for the reason.",
        };
        return new ContainerHookException(
            $"{step}: the hook '{path}' cannot be executed: {call}: {Kernel.Errno.Name(errno)} ({Kernel.Errno.Describe(errno)})",
            recommendation)
        { Step = step, Call = call, Errno = errno, Target = path, Hook = $"{point} hook #{index}" };
    }

    /// <summary>How a process ended, in words.</summary>
    public static string Words(int code, int signal) => (Signal)signal switch
    {
        0 => $"ended with exit code {code}",
        // What a filter answers with, and what nobody takes it for who sees the name alone.
        Signal.Sys => "was ended by SIGSYS (bad system call)",
        var other => $"was ended by {SignalName.Format(other)}",
    };

    /// <summary>How one ended that took too long.</summary>
    public const string TimedOut = "took longer than its timeout and was ended";

    /// <summary>The output of a hook as text.</summary>
    public static string Text(ReadOnlySpan<byte> output) => Encoding.UTF8.GetString(output);
}
