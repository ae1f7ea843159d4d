using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;

namespace PSContainer.Commands;

/// <summary>Measures what containers use: once, so many times, or until it is stopped.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Container")]
[Alias("msct")]
[OutputType(typeof(ContainerUsage))]
public sealed class MeasureContainerCommand : ContainerTargetCmdlet
{
    private readonly List<Container> _containers = [];

    /// <summary>Time between measurements; a number is seconds.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? Interval { get; set; }

    /// <summary>How many measurements of each container.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ValueTransformation]
    public int? Count { get; set; }

    /// <summary>Measures until it is stopped or the last container ended.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Continuous { get; set; }

    private bool IsRepeated => Interval is not null || Count is not null || Continuous;

    /// <inheritdoc/>
    protected override void Process(Container container)
    {
        if (IsRepeated)
            _containers.Add(container);
        else if (Measure(container) is { } usage)
            WriteObject(usage);
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Rounds.Run(
        _containers, Interval, Continuous ? int.MaxValue : Count ?? 1, StopToken,
        Measure, (now, before) => now.Since(before), WriteObject);

    private ContainerUsage? Measure(Container container)
    {
        ContainerUsage? usage = null;
        Attempt(container, () => usage = container.Measure());
        return usage;
    }
}
