using PSContainer.Kernel;
using PSContainer.State;
using PSContainer.Steps.Parent;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>run</c>: create and start in one; in the foreground it waits for the end, removes the container, and exits alike.</summary>
internal static class RunVerb
{
    public static int Run(GlobalOptions options)
    {
        var start = new StartOptions(options.VerbArguments, "detach|d", "keep", "die-with-parent");
        bool detaches = start.Line.Has("detach");
        using var foreground = detaches ? null : new Foreground(start.Line.Has("die-with-parent"));
        using ContainerStart container = ContainerStart.Prepare(
            options.Store, start.Request(parks: false, foreground is null ? null : foreground.TakeTerminal));
        using InitProcess init = container.Run();
        if (foreground is null)
            return 0;
        int code = foreground.WaitFor(init);
        container.Dispose();
        if (!start.Line.Has("keep"))
            ContainerCleanup.Remove(options.Store, start.Id);
        return code;
    }
}
