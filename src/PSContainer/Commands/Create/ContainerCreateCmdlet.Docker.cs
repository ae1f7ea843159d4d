using System.Management.Automation;
using PSContainer.Binding;

namespace PSContainer.Commands;

// Flags that docker's users write and that have no equal here.
public abstract partial class ContainerCreateCmdlet
{
    /// <summary>Docker's -d: said of a cmdlet that does so anyhow, and else refused.</summary>
    [Parameter(ParameterSetName = CreateSet, DontShow = true)]
    [Parameter(ParameterSetName = SpecSet, DontShow = true)]
    [Alias("d")]
    [ValueTransformation]
    public SwitchParameter Detach { get; set; }

    /// <summary>Docker's -p: refused, as ports are not published.</summary>
    [Parameter(ParameterSetName = CreateSet, DontShow = true)]
    [Parameter(ParameterSetName = SpecSet, DontShow = true)]
    [Alias("p")]
    [ValueTransformation]
    public string[] Publish { get; set; } = [];

    /// <summary>Letters that may be a parameter's or the command's: refused.</summary>
    [Parameter(ParameterSetName = CreateSet, DontShow = true)]
    [Parameter(ParameterSetName = SpecSet, DontShow = true)]
    [Alias("a", "c", "g", "h", "l", "n", "o", "r", "s")]
    [ValueTransformation]
    public SwitchParameter UnclearLetter { get; set; }

    /// <summary>Whether the cmdlet leaves what it started in the background.</summary>
    protected virtual bool IsBackground => false;

    private void RefuseFlags() => Require<object?>(null, () =>
    {
        if (UnclearLetter)
            DockerFlag.RefuseUnclear(MyInvocation.MyCommand, Written);
        if (Publish.Length > 0)
            DockerFlag.RefusePublish();
        if (Detach && !IsBackground)
            DockerFlag.RefuseDetach(MyInvocation.MyCommand, "Start-Container");
        return null;
    });
}
