using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers.Insight;

namespace PSContainer.Commands;

/// <summary>Shows what processes may do: capabilities, ids and id maps, no_new_privs, and whether a filter is in force.</summary>
[Cmdlet(VerbsCommon.Get, "ProcessCapability", DefaultParameterSetName = InputSet)]
[OutputType(typeof(ProcessCapability))]
public sealed class GetProcessCapabilityCommand : ContainerCmdlet
{
    private const string InputSet = "Input", ProcessSet = "Process", ContainerSet = "Container";

    /// <summary>Processes or containers of the pipeline; of a container all its processes.</summary>
    [Parameter(ParameterSetName = InputSet, Mandatory = true, ValueFromPipeline = true)]
    [Alias("InputObject")]
    [ProcessTransformation]
    public ProcessReference[] Process { get; set; } = [];

    /// <summary>Processes by pid.</summary>
    [Parameter(ParameterSetName = ProcessSet, Mandatory = true, Position = 0)]
    [Alias("Id", "Pid")]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    [ValueTransformation]
    public int[] ProcessId { get; set; } = [];

    /// <summary>All processes of containers.</summary>
    [Parameter(ParameterSetName = ContainerSet, Mandatory = true)]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [SupportsWildcards]
    public ContainerReference[] Container { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        IEnumerable<ProcessReference> all = ParameterSetName switch
        {
            InputSet => Process,
            ProcessSet => ProcessId.Select(pid => new ProcessReference(pid)),
            _ => Resolve(Container).Select(container => new ProcessReference(container)),
        };
        foreach (ProcessReference reference in all)
            Attempt(reference.Text, () => Write(reference));
    }

    private void Write(ProcessReference reference)
    {
        foreach (int pid in reference.Resolve())
        {
            if (ProcessCapability.Read(pid) is { } found)
                WriteObject(found);
            else if (reference.IsOne)
            {
                throw new ContainerException($"There is no process {pid}.", "See the processes with Get-Process.")
                { Errno = Kernel.Errno.ESRCH, Target = $"{pid}" };
            }
        }
    }
}
