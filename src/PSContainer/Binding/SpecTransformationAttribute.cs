using System.Collections;
using System.IO;
using System.Management.Automation;
using PSContainer.Containers;
using PSContainer.Spec;

namespace PSContainer.Binding;

/// <summary>Reads an OCI configuration: the object, a container's, or the path of a bundle.</summary>
public sealed class SpecTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Bare(value) switch
    {
        ContainerSpec spec => spec,
        Container { Spec: { } spec } => spec,
        string or FileSystemInfo => SpecBundle.Read(HostPaths.Of(engine.SessionState, value)),
        _ => throw new InvalidSpecException(
            $"'{value}' is not a container's configuration.", "Give what Import-ContainerSpec or New-ContainerSpec emit, a container, or the path of a bundle."),
    };
}

/// <summary>Completes OCI runtimes: those that this host has.</summary>
public sealed class RuntimeCompleter : Completer
{
    private static readonly string[] Known = ["crun", "runc", "youki", "runsc", "kata-runtime", "crun-wasm", "krun"];

    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound)
    {
        foreach (string name in Known)
        {
            if (PathOf(name) is { } path)
                yield return new(name, path);
        }
    }

    private static string? PathOf(string name)
    {
        try
        {
            return Runtimes.OciRuntime.Find(name);
        }
        catch (ContainerException)
        {
            return null;
        }
    }
}
