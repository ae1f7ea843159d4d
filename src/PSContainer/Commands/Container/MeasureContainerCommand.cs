using System.Management.Automation;
using PSContainer.Binding;

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
    public int? Count { get; set; }

    /// <summary>Measures until it is stopped or the last container ended.</summary>
    [Parameter]
    public SwitchParameter Continuous { get; set; }

    private bool IsRepeated => Interval is not null || Count is not null || Continuous;

    /// <inheritdoc/>
    protected override void Process(Container container)
    {
        if (IsRepeated)
            _containers.Add(container);
        else
            Measure(container, null);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        TimeSpan interval = Interval ?? TimeSpan.FromSeconds(1);
        int rounds = Continuous ? int.MaxValue : Count ?? 1;
        var before = new Dictionary<Container, ContainerUsage>();
        // A share of CPU time is one of an interval, so the first row comes after the first interval.
        foreach (Container container in _containers.ToArray())
        {
            if (!Attempt(container, () => before[container] = container.Measure()))
                _containers.Remove(container);
        }
        for (int round = 0; round < rounds && _containers.Count > 0; round++)
        {
            if (StopToken.WaitHandle.WaitOne(interval))
                return;
            foreach (Container container in _containers.ToArray())
            {
                if (Measure(container, before[container]) is { } usage)
                    before[container] = usage;
                else
                    _containers.Remove(container);
            }
        }
    }

    private ContainerUsage? Measure(Container container, ContainerUsage? before)
    {
        ContainerUsage? usage = null;
        if (!Attempt(container, () => usage = before is null ? container.Measure() : container.Measure().Since(before)))
            return null;
        WriteObject(usage);
        return usage;
    }
}
