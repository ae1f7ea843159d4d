using System.Management.Automation;
using PSContainer.Containers;
using PSContainer.Containers.Insight;

namespace PSContainer.Binding;

/// <summary>
/// Reads cgroups as <see cref="CgroupTransformationAttribute"/> does, but leaves processes and containers, which the pipeline
/// brings too, to the parameter that takes a pid.
/// </summary>
public sealed class LimitedCgroupTransformationAttribute : ReadingTransformationAttribute
{
    private static readonly string[] Pids = ["Id", "Pid", "ProcessId"];

    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Flatten(value).Select(ReadOne).ToArray();

    private static CgroupReference ReadOne(object value) => SourceText.Bare(value) switch
    {
        Container or ContainerProcess or ContainerUsage or int or long => throw Failure(value),
        PSCustomObject when Pids.Any(name => IsPid(PSObject.AsPSObject(value).Properties[name]?.Value)) => throw Failure(value),
        _ => CgroupTransformationAttribute.ReadOne(value),
    };

    // The id of a container is none: what is left of one is looked for as its cgroup.
    private static bool IsPid(object? value) => value is not null && int.TryParse(SourceText.Of(value), out _);

    private static InvalidSpecException Failure(object value) =>
        new($"'{value}' is no cgroup.", "Give a path, or an object of Get-Cgroup.");
}
