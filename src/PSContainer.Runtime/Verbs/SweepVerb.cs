using PSContainer.Mounts;

namespace PSContainer.Runtime.Verbs;

/// <summary>
/// <c>sweep</c>, which only the reaper of a session calls: removes the ephemeral overlays of sessions that ended, but for those
/// that
/// are a container's root.
/// </summary>
internal static class SweepVerb
{
    public static int Run(GlobalOptions options)
    {
        if (options.VerbArguments.Length > 0)
            throw new UsageException($"'{options.VerbArguments[0]}' is one word too many");
        OverlaySweep.Run(options.Store);
        return 0;
    }
}
