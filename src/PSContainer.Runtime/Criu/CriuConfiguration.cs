using PSContainer.Spec;

namespace PSContainer.Runtime.Criu;

/// <summary>A file with further options of criu's that an administrator or a container has.</summary>
internal static class CriuConfiguration
{
    // Where administrators have put it for the runtimes that they knew.
    private static readonly string[] s_places = ["/etc/criu/pscontainer.conf", "/etc/criu/crun.conf", "/etc/criu/runc.conf"];

    /// <summary>The file of the annotation <c>org.criu.config</c>, else the host's, else <see langword="null"/>.</summary>
    public static string? Find(ContainerSpec spec) =>
        spec.Annotations?.GetValueOrDefault("org.criu.config") is { } own ? (own.Length > 0 ? own : null)
            : Array.Find(s_places, File.Exists);
}
