using System.Globalization;
using PSContainer.Programs;
using PSContainer.Spec;

namespace PSContainer.Containers.Start;

/// <summary>Has a monitor make a container of a bundle in the store.</summary>
internal sealed class ContainerLaunch(ContainerEngine engine)
{
    private const string PidFile = "init.pid", ConsoleSocket = "console.sock";

    /// <summary>Makes the container.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="spec">Its configuration.</param>
    /// <param name="parks">Whether its command waits to be started.</param>
    /// <param name="sessionBound">Whether it ends with this process.</param>
    /// <exception cref="ContainerException">It could not be made; the bundle is as it was.</exception>
    internal void Run(string id, ContainerSpec spec, bool parks, bool sessionBound)
    {
        string directory = engine.Store.DirectoryOf(id);
        bool terminal = spec.Process?.Terminal == true;
        string[] verb = parks ? ["create"] : ["run", "--detach"];
        string[] console = terminal ? ["--console-socket", Path.Combine(directory, ConsoleSocket)] : [];
        MonitorSpawn.Start(new()
        {
            Executable = engine.Runtime.Path,
            StateDirectory = directory,
            RuntimeArguments =
            [
                "--root", engine.Store.Root, .. verb, "--bundle", directory, "--pid-file", Path.Combine(directory, PidFile),
                    .. console, id,
            ],
            PidFile = PidFile,
            Terminal = terminal,
            Interactive = Find(spec, Annotation.Interactive) == "true",
            Remove = Find(spec, Annotation.RemoveOnExit) == "true",
            Timeout = Number(spec, Annotation.Timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            LogPath = Find(spec, Annotation.LogPath),
            LogMaxSize = (long?)Number(spec, Annotation.LogMaxSize),
            SessionFd = sessionBound ? SessionPipe.Reader : -1,
        });
    }

    private static string? Find(ContainerSpec spec, string annotation) => spec.Annotations?.GetValueOrDefault(annotation);

    private static double? Number(ContainerSpec spec, string annotation) =>
        double.TryParse(Find(spec, annotation), CultureInfo.InvariantCulture, out double number) ? number : null;
}
