using System.Management.Automation;
using PSContainer.Containers;
using PSContainer.Containers.Audit;
using PSContainer.Containers.Insight;
using PSContainer.Logs;

namespace PSContainer.Binding;

/// <summary>
/// Reads containers in every shape they come in: texts, live objects, lists in lists, and what <c>Select-Object</c>,
/// CSV and JSON leave of an object.
/// </summary>
public sealed class ContainerTransformationAttribute : ReadingTransformationAttribute
{
    // The most telling first: a process of a container has an Id of its own, a log entry a Container.
    private static readonly string[] Properties = ["ContainerId", "Container", "Id", "Name"];

    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Flatten(value).Select(ReadOne).ToArray();

    /// <summary>The containers that something means; <see langword="null"/> when it means none.</summary>
    internal static IReadOnlyList<ContainerReference>? References(object? value)
    {
        try
        {
            return SourceText.Flatten(value).Select(ReadOne).ToArray();
        }
        catch (InvalidSpecException)
        {
            return null;
        }
    }

    /// <summary>Whether something is a container, or what another PowerShell or Select-Object left of one, and no text.</summary>
    internal static bool IsContainer(PSObject? value) => value is not null && (value.BaseObject is Container
        || value.TypeNames.Any(name => name.EndsWith($".{typeof(Container).FullName}", StringComparison.Ordinal)));

    private static ContainerReference ReadOne(object value) => SourceText.Bare(value) switch
    {
        ContainerReference reference => reference,
        Container container => new(container),
        string { Length: > 0 } text => new(text),
        // A name that is all digits arrives as a number when it is not in quotes.
        int or long => new(SourceText.Of(value)),
        ContainerProcess process => new(process.Container) { Process = process },
        // Only what is left of our own objects: a Process or a directory has a Name too, which is no container's.
        PSCustomObject or ContainerUsage or ContainerCheck or ContainerLogEntry => FromProperties(PSObject.AsPSObject(value)),
        _ => throw Failure(value),
    };

    private static ContainerReference FromProperties(PSObject value)
    {
        foreach (string name in Properties)
        {
            switch (SourceText.Bare(value.Properties[name]?.Value))
            {
                case Container container:
                    return new(container);
                case string { Length: > 0 } text:
                    return new(text);
            }
        }
        throw Failure(value);
    }

    private static InvalidSpecException Failure(object value) => new(
        $"'{value}' ({SourceText.Bare(value)!.GetType().Name}) does not say which container is meant.",
        "Give a name, an id, or an object of Get-Container.");
}
