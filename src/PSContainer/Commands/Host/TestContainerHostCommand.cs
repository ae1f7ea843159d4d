using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Containers.Audit;
using PSContainer.Containers.Host;

namespace PSContainer.Commands;

/// <summary>Tests what this host can do for containers; each gap comes with a recommendation.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ContainerHost")]
[OutputType(typeof(ContainerHostCheck), typeof(bool))]
public sealed class TestContainerHostCommand : ContainerCmdlet
{
    /// <summary>Only these features; patterns are taken.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(HostFeatureCompleter))]
    [SupportsWildcards]
    [ValueTransformation]
    public string[]? Feature { get; set; }

    /// <summary>Yields only whether containers can run here; of features that are named, whether each of them is there.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        IReadOnlyList<ContainerHostCheck> checks = [];
        if (!Attempt(null, () => checks = ContainerEngine.Default.TestHost()))
            return;
        List<ContainerHostCheck> selected = Feature is null ? [.. checks] : Select(checks, Feature);
        if (Quiet)
            WriteObject(selected.Count > 0 && !selected.Exists(IsGap));
        else
            WriteObject(selected, enumerateCollection: true);
    }

    private bool IsGap(ContainerHostCheck check) => check.Result == CheckResult.Fail && (check.IsRequired || Feature is not null);

    private List<ContainerHostCheck> Select(IReadOnlyList<ContainerHostCheck> checks, string[] features)
    {
        var selected = new List<ContainerHostCheck>();
        foreach (string feature in features)
        {
            var pattern = new WildcardPattern(feature, WildcardOptions.IgnoreCase);
            List<ContainerHostCheck> found = [.. checks.Where(check => pattern.IsMatch(check.Feature))];
            if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(feature))
            {
                var exception = new ArgumentException($"There is no feature '{feature}'.");
                WriteError(ErrorRecords.Create(
                    exception, "FeatureNotFound", ErrorCategory.ObjectNotFound, feature,
                    "List the features with Test-ContainerHost."));
            }
            selected.AddRange(found);
        }
        return selected;
    }
}
