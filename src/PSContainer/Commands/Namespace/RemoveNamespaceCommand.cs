using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Namespaces;

namespace PSContainer.Commands;

/// <summary>Removes namespaces that were made with New-Namespace.</summary>
[Cmdlet(VerbsCommon.Remove, "Namespace", SupportsShouldProcess = true)]
[Alias("rns")]
[OutputType(typeof(void))]
public sealed class RemoveNamespaceCommand : NamespaceCmdlet
{
    /// <summary>The namespaces: names, numbers, patterns, or objects.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "InputObject")]
    [NamespaceTransformation]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    [SupportsWildcards]
    public NamespaceReference[] Namespace { get; set; } = [];

    /// <summary>Ends the processes that are in them.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (Namespace one in Resolve(Namespace))
        {
            string action = Force ? "End the processes in it and remove the namespace" : "Remove the namespace";
            if (ShouldProcess(one.Name is { } name ? $"{one} ({name})" : one.ToString(), action))
                Attempt(one, () => Store.Remove(one, Force));
        }
    }
}
