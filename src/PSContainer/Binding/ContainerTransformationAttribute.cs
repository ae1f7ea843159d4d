using System.Management.Automation;

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

    private static ContainerReference ReadOne(object value) => SourceText.Bare(value) switch
    {
        ContainerReference reference => reference,
        Container container => new(container),
        string { Length: > 0 } text => new(text),
        // A name that is all digits arrives as a number when it is not in quotes.
        int or long => new(SourceText.Of(value)),
        _ => FromProperties(PSObject.AsPSObject(value)),
    };

    private static ContainerReference FromProperties(PSObject value)
    {
        foreach (string name in Properties)
        {
            switch (SourceText.Bare(value.Properties[name]?.Value))
            {
                case Container container:
                    return new(container);
                case string { Length: > 0 } text when value.BaseObject is not FileSystemInfo:
                    return new(text);
            }
        }
        throw new InvalidSpecException(
            $"'{value}' ({value.BaseObject.GetType().Name}) does not say which container is meant.",
            "Give a name, an id, or an object of Get-Container.");
    }
}
