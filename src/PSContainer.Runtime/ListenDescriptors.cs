using System.Globalization;
using PSContainer.Spec;

namespace PSContainer.Runtime;

/// <summary>Sockets that a service manager opened for the container, sd_listen_fds(3): they go on to its first process.</summary>
internal static class ListenDescriptors
{
    private const int Most = 1024;

    /// <summary>How many this process was started with, from descriptor 3 on.</summary>
    public static int Count { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture,
            out int count) && count <= Most
            ? count
            : 0;

    /// <summary>The process, told of them: LISTEN_PID is its pid inside.</summary>
    public static ProcessSpec Announce(ProcessSpec process)
    {
        if (Count == 0)
            return process;
        List<string> variables =
            [.. process.Env ?? [], $"LISTEN_FDS={Count.ToString(CultureInfo.InvariantCulture)}", "LISTEN_PID=1"];
        if (Environment.GetEnvironmentVariable("LISTEN_FDNAMES") is { Length: > 0 } names)
            variables.Add($"LISTEN_FDNAMES={names}");
        return process with { Env = variables };
    }
}
