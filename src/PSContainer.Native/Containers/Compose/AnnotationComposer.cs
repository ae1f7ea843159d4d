using System.Globalization;
using PSContainer.Containers.Options;
using PSContainer.Kernel;
using PSContainer.Security.Landlock;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Containers.Compose;

/// <summary>Metadata of a container: its name, labels, and what happens when it ends.</summary>
internal static class AnnotationComposer
{
    private const string OwnPrefix = "org.pscontainer.";
    private const long SmallestLog = 16 << 10;

    /// <summary>The annotations.</summary>
    /// <exception cref="InvalidSpecException">A name, label or time is wrong.</exception>
    internal static Dictionary<string, string> Compose(ContainerOptions options)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in options.Annotations)
        {
            if (key.Length == 0 || key.StartsWith(OwnPrefix, StringComparison.Ordinal))
                throw new InvalidSpecException(
                    $"The annotation '{key}' cannot be given.", $"Names that begin with {OwnPrefix} are the module's.");
            annotations[key] = value;
        }
        AddLifetime(options, annotations);
        if (options.Rootfs is not null && options.Spec is null)
            RootComposer.AddAnnotations(options, annotations);
        if (options.Spec is null)
            NamespaceComposer.AddAnnotations(options, annotations);
        if (options.Landlock.Count > 0)
            annotations[Annotation.Landlock] = LandlockRules.Format(LandlockComposer.Compose(options.Landlock));
        if (options.Init || (options.Spec is null && options.Command.Count == 0))
            annotations[Annotation.Init] = "true";
        return annotations;
    }

    /// <summary>Adds the name, labels and lifetime, also to a configuration that came complete.</summary>
    internal static void AddLifetime(ContainerOptions options, Dictionary<string, string> annotations)
    {
        if (options.Name is { } name)
        {
            ContainerId.Require(name);
            annotations[Annotation.Name] = name;
        }
        foreach ((string key, string value) in options.Labels)
        {
            if (key.Length == 0)
                throw new InvalidSpecException("A label has no name.", "Write labels as @{ role = 'web' }.");
            annotations[Annotation.LabelPrefix + key] = value;
        }
        if (options.RemoveOnExit)
            annotations[Annotation.RemoveOnExit] = "true";
        if (options.StopSignal is { } signal)
            annotations[Annotation.StopSignal] = SignalName.Format(signal);
        if (options.StopTimeout is { } stop)
            annotations[Annotation.StopTimeout] = Seconds(RequireTime(stop, "-StopTimeout", mayBeZero: true));
        if (options.Timeout is { } timeout)
            annotations[Annotation.Timeout] = Seconds(RequireTime(timeout, "-Timeout", mayBeZero: false));
        if (options.Interactive)
            annotations[Annotation.Interactive] = "true";
        AddLog(options, annotations);
    }

    private static void AddLog(ContainerOptions options, Dictionary<string, string> annotations)
    {
        if (options.LogPath is { } path)
        {
            string full = HostPath.Full(path);
            if (!Directory.Exists(Path.GetDirectoryName(full)))
            {
                throw new InvalidSpecException(
                    $"The directory of the log does not exist: '{Path.GetDirectoryName(full)}'.", "Make it first.")
                { Target = full };
            }
            annotations[Annotation.LogPath] = full;
        }
        if (options.LogMaxSize is not { } size)
            return;
        if (size < SmallestLog)
            throw new InvalidSpecException("The size of the log must be at least 16 KiB.", "Write it as 10MB.");
        annotations[Annotation.LogMaxSize] = size.ToString(CultureInfo.InvariantCulture);
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static TimeSpan RequireTime(TimeSpan time, string what, bool mayBeZero) =>
        time > TimeSpan.Zero || (mayBeZero && time == TimeSpan.Zero)
            ? time
            : throw new InvalidSpecException($"{what} must be a time ahead.", "Write it as 30s.");
}
