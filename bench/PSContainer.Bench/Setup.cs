namespace PSContainer.Bench;

/// <summary>What everything in a run of the benchmark shares.</summary>
/// <param name="Runtime">Path of the executable <c>pscontainer</c>.</param>
/// <param name="Rootfs">The root filesystem, with a static busybox.</param>
/// <param name="Work">An empty directory for bundles and state; who calls removes it.</param>
/// <param name="Rounds">How often each runtime starts a container in each case.</param>
internal sealed record Setup(string Runtime, string Rootfs, string Work, int Rounds)
{
    /// <summary>What is started: an applet of a static busybox, so that it costs next to nothing itself.</summary>
    public const string Command = "/bin/true";

    /// <summary>The state directory of <c>pscontainer</c>.</summary>
    public string StateRoot => Path.Combine(Work, "pscontainer");

    /// <summary>The state directory of another runtime.</summary>
    public string StateRootOf(string runtime) => Path.Combine(Work, runtime);
}
