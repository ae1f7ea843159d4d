using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Runtime.Criu;
using PSContainer.Spec;
using PSContainer.State;
using PSContainer.Steps.Host;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>restore</c>: a container whose processes go on from where a checkpoint left them, by criu(8).</summary>
internal static class RestoreVerb
{
    public static readonly Syntax Syntax = new("restore", "CONTAINER", "make a container go on from a checkpoint with criu",
    [
        .. CriuOptions.Shared,
        new Option("bundle", "directory of the bundle (the working directory)", "DIR", 'b'),
        new Option("detach", "return once it goes on, instead of waiting for its end", Short: 'd'),
        new Option("keep", "keep the container once its command has ended in the foreground"),
        new Option("pid-file", "file that the init's pid is written to", "FILE"),
        new Option("console-socket", "unix socket that gets the terminal's master", "SOCKET"),
        new Option("tcp-close", "restore TCP connections as closed ones"),
        new Option("lsm-profile", "another profile of a security module, TYPE:NAME", "PROFILE"),
        new Option("lsm-mount-context", "another SELinux context for mounts", "CONTEXT"),
        new Option("no-pivot", "taken for compatibility: criu decides"),
        new Option("no-subreaper", "taken for compatibility: the restored process is a child of this one"),
    ]);

    public static int Run(GlobalOptions options)
    {
        var line = new CommandLine(Syntax, options.VerbArguments);
        string id = line.Word(0, "container's id");
        ContainerId.Require(id);
        string bundle = Path.GetFullPath(line.Value("bundle") ?? ".");
        ContainerSpec spec = SpecReader.Read(Path.Combine(bundle, "config.json"), out byte[] json);
        SpecRules.Check(spec);
        RootfsCheck.Require(spec, bundle);
        using var foreground = line.Has("detach") ? null : new Foreground(endsWithParent: false, cancel: null);
        using WayOut? wayOut = foreground is null ? WayOut.OfSignals(ForwardedSignals.Ending) : null;
        Action<int>? takeTerminal = line.Value("console-socket") is { } socket ? StartOptions.SendTerminal(socket)
            : foreground is null ? null : foreground.TakeTerminal;
        CriuOptions.RequireRoot();
        ContainerRestore.LeaveMounts();
        using var criu = new CriuOptions(line, makes: false);
        InitProcess init = new ContainerRestore(options.Store, id, bundle, spec, json)
        {
            PidFile = line.Value("pid-file") is { } file ? Path.GetFullPath(file) : null,
            TakeTerminal = takeTerminal,
            Streams = StartOptions.Streams(foreground, spec.Process?.Terminal == true, options.Log.Warn),
            ClosesConnections = line.Has("tcp-close"),
            SecurityProfile = line.Value("lsm-profile"),
            MountContext = line.Value("lsm-mount-context"),
        }.Run(criu);
        using (init)
        {
            if (foreground is null)
                return 0;
            ContainerState? started = options.Store.Read(id);
            int code = foreground.WaitFor(init);
            if (started is not null && !line.Has("keep"))
                ContainerCleanup.RemoveEnded(options.Store, started, () => MappedVerb.Executable);
            return foreground.Conclude(code, options.Log.Warn);
        }
    }
}
