using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Usage;

namespace PSContainer.Commands;

/// <summary>Measures what cgroups use: once, so many times, or until it is stopped.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Cgroup")]
[Alias("mscg")]
[OutputType(typeof(CgroupUsage))]
public sealed class MeasureCgroupCommand : CgroupTargetCmdlet
{
    private readonly List<Cgroup> _cgroups = [];

    /// <summary>Also all cgroups below.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Time between measurements; a number is seconds.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? Interval { get; set; }

    /// <summary>How many measurements of each cgroup.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ValueTransformation]
    public int? Count { get; set; }

    /// <summary>Measures until it is stopped or the last cgroup is gone.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Continuous { get; set; }

    private bool IsRepeated => Interval is not null || Count is not null || Continuous;

    /// <inheritdoc/>
    protected override void Process(CgroupTarget target)
    {
        if (IsRepeated)
            _cgroups.Add(target.Cgroup);
        else
            WriteObject(target.Cgroup.ReadUsage());
        if (!Recurse)
            return;
        foreach (Cgroup child in target.Cgroup.GetChildren())
            Process(new CgroupTarget(child, null));
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Rounds.Run(
        _cgroups, Interval, Continuous ? int.MaxValue : Count ?? 1, StopToken,
        // One that is removed meanwhile is over, as a process that ended.
        cgroup => cgroup.Exists ? cgroup.ReadUsage() : null,
        (now, before) => now.Since(before),
        WriteObject);
}
