using PSContainer.Steps.Parent;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>create</c>: everything but execve; the container waits for <c>start</c>.</summary>
internal static class CreateVerb
{
    public static int Run(GlobalOptions options)
    {
        var start = new StartOptions(options.VerbArguments);
        using ContainerStart container = ContainerStart.Prepare(options.Store, start.Request(parks: true, terminalReceiver: null));
        container.Run().Dispose();
        return 0;
    }
}
