using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers.Options;
using PSContainer.Spec;

namespace PSContainer.Commands;

// A complete configuration in the place of parameters, and who carries it out.
public abstract partial class ContainerCreateCmdlet
{
    /// <summary>The parameter set of a complete configuration.</summary>
    protected const string SpecSet = "Spec";

    /// <summary>A complete OCI configuration: of Import-ContainerSpec, New-ContainerSpec, a container, or a bundle's path.</summary>
    [Parameter(ParameterSetName = SpecSet, Mandatory = true, ValueFromPipeline = true)]
    [SpecTransformation]
    public virtual ContainerSpec? Spec { get; set; }

    /// <summary>Another OCI runtime that carries the container out: a name on PATH or a path.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = SpecSet)]
    [ArgumentCompleter(typeof(RuntimeCompleter))]
    [ValueTransformation]
    public virtual string? Runtime { get; set; }

    /// <summary>Whether a container is to be made, of parameters or of a configuration.</summary>
    protected bool MakesContainer => ParameterSetName is CreateSet or SpecSet;

    /// <summary>Whether its process has a terminal.</summary>
    protected bool HasTerminal => Spec is { } spec ? spec.Process?.Terminal == true : Tty;

    // A bare name is looked for on PATH; a path is PowerShell's, whose location need not be the process's directory.
    private string? RuntimePath => Runtime is { } path && path.Contains('/', StringComparison.Ordinal) ? HostPath(path) : Runtime;

    private ContainerOptions SpecOptions() => new()
    {
        Spec = Spec,
        Name = Name,
        Labels = Dictionaries.Values(Label),
        Timeout = Timeout,
        Runtime = RuntimePath,
    };
}
