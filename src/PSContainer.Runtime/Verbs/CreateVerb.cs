using PSContainer.Kernel;
using PSContainer.Steps.Host;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>create</c>: everything but execve; the container waits for <c>start</c>.</summary>
internal static class CreateVerb
{
    public static readonly Syntax Syntax =
        new("create", "CONTAINER", "create a container whose command waits for start", [.. StartOptions.Shared]);

    public static int Run(GlobalOptions options)
    {
        var start = new StartOptions(new CommandLine(Syntax, options.VerbArguments), options);
        using var wayOut = WayOut.OfSignals(ForwardedSignals.Ending);
        using ContainerStart container =
            ContainerStart.Prepare(options.Store, start.Request(parks: true, foreground: null)
            with { UsesSystemd = options.UsesSystemd });
        DebugLog.Write(options.Log, container.Plan);
        container.Run().Dispose();
        return 0;
    }
}
