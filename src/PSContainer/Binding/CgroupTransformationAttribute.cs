using System.Management.Automation;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Usage;
using PSContainer.Containers;
using PSContainer.Containers.Insight;

namespace PSContainer.Binding;

/// <summary>
/// Reads cgroups in every shape they come in: paths, live cgroups and containers, lists in lists, and what
/// <c>Select-Object</c>, CSV and JSON leave of an object.
/// </summary>
public sealed class CgroupTransformationAttribute : ReadingTransformationAttribute
{
    // The most telling first: what is left of a container has a Cgroup and an Id, of a measurement a Path.
    private static readonly string[] Properties = ["Cgroup", "CgroupPath", "Path", "ContainerId", "Id", "Name"];

    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Flatten(value).Select(ReadOne).ToArray();

    internal static CgroupReference ReadOne(object value) => SourceText.Bare(value) switch
    {
        CgroupReference reference => reference,
        Cgroup cgroup => new(cgroup),
        Container container => new(container),
        ContainerUsage usage => new(usage.Id),
        CgroupUsage usage => new(usage.Path),
        ContainerReference { Container: { } container } => new(container),
        ContainerReference reference => new(reference.Text),
        string { Length: > 0 } text => new(text),
        // A name that is all digits arrives as a number when it is not in quotes.
        int or long => new(SourceText.Of(value)),
        // A process is not its cgroup, in which others may be: only who asks for processes takes it, by its id.
        ContainerProcess or ProcessCapability => throw Failure(value),
        DirectoryInfo directory => new(directory.FullName),
        var bare when bare is PSCustomObject || IsOurs(bare) => FromProperties(PSObject.AsPSObject(value)),
        _ => throw Failure(value),
    };

    // A Process or a file has a Path and a Name too, which are no cgroup's.
    private static bool IsOurs(object? bare) =>
        bare?.GetType().Namespace?.StartsWith(nameof(PSContainer), StringComparison.Ordinal) == true;

    private static CgroupReference FromProperties(PSObject value)
    {
        foreach (string name in Properties)
        {
            switch (SourceText.Bare(value.Properties[name]?.Value))
            {
                case Cgroup cgroup:
                    return new(cgroup);
                case Container container:
                    return new(container);
                case PSObject or PSCustomObject when value.Properties[name].Value is PSObject inner
                    && inner.Properties["Path"]?.Value is string { Length: > 0 } path:
                    return new(path);
                case string { Length: > 0 } text:
                    return new(text);
            }
        }
        throw Failure(value);
    }

    private static InvalidSpecException Failure(object value) => new(
        $"'{value}' ({SourceText.Bare(value)!.GetType().Name}) does not say which cgroup is meant.",
        "Give a path, or an object of Get-Cgroup or Get-Container.");
}

/// <summary>Reads the one cgroup that something is to be put into.</summary>
public sealed class SingleCgroupTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine)
    {
        object[] all = [.. SourceText.Flatten(value)];
        CgroupReference reference = all.Length == 1
            ? CgroupTransformationAttribute.ReadOne(all[0])
            : throw new InvalidSpecException($"{all.Length} cgroups were given.", "Give one.");
        return reference.IsPattern
            ? throw new InvalidSpecException($"'{reference}' is a pattern.", "Name one cgroup.") { Target = reference.Text }
            : reference;
    }
}
