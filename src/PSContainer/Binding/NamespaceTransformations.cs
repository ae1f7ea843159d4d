using System.Globalization;
using System.Management.Automation;
using PSContainer.Containers;
using PSContainer.Containers.Insight;
using PSContainer.Namespaces;
using PSContainer.Proc;

namespace PSContainer.Binding;

/// <summary>
/// Reads namespaces in every shape they come in: objects, names, numbers, files, processes, containers, lists in lists, and what
/// <c>Select-Object</c>, CSV and JSON leave of an object.
/// </summary>
public sealed class NamespaceTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) =>
        SourceText.Flatten(value).Select(one => ReadOne(one, engine)).ToArray();

    private static NamespaceReference ReadOne(object value, EngineIntrinsics engine) => SourceText.Bare(value) switch
    {
        NamespaceReference reference => reference,
        Namespace known => new(known),
        ContainerNamespace known => NamespaceReference.OfInode(known.Inode, NamespaceWord.TryParse(known.Type)),
        Container container => new(container),
        ContainerProcess process => NamespaceReference.OfProcess(process.Id),
        ProcessCapability process => NamespaceReference.OfProcess(process.ProcessId),
        System.Diagnostics.Process process => NamespaceReference.OfProcess(process.Id),
        string text when text.Contains('/', StringComparison.Ordinal) => new(HostPaths.Resolve(engine.SessionState, text)),
        string { Length: > 0 } text => new(text),
        int or long or ulong or uint => new(SourceText.Of(value)),
        FileInfo file => new(file.FullName),
        PSCustomObject => FromProperties(PSObject.AsPSObject(value)),
        _ => throw Failure(value),
    };

    /// <summary>Whether this is what Select-Object, CSV or JSON left of a namespace, and nothing else.</summary>
    internal static bool IsRemnant(PSObject? value) => value?.BaseObject is PSCustomObject
        && ulong.TryParse(Text(value, "Inode"), NumberStyles.None, CultureInfo.InvariantCulture, out _)
        && Text(value, "Type") is { } type && ReadType(type) is not null;

    private static NamespaceReference FromProperties(PSObject value)
    {
        if (Text(value, "Inode") is { } number && ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode))
            return NamespaceReference.OfInode(inode, Text(value, "Type") is { } type ? ReadType(type) : null);
        if ((Text(value, "ContainerId") ?? Text(value, "Container")) is { } container)
            return OfContainer(container);
        string? id = Text(value, "ProcessId") ?? Text(value, "Id");
        if (int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
            return NamespaceReference.OfProcess(pid);
        if (id is { Length: > 0 })
            return OfContainer(id);
        return Text(value, "Name") is { Length: > 0 } name ? new(name) : throw Failure(value);
    }

    private static NamespaceReference OfContainer(string name) =>
        new(name, () => new NamespaceReference(ContainerEngine.Default.Get(name)).Resolve());

    // JSON has enumerations as numbers.
    private static NamespaceType? ReadType(string text) => NamespaceWord.TryParse(text)
        ?? (int.TryParse(text, out int number) && Enum.IsDefined((NamespaceType)number) ? (NamespaceType)number : null);

    private static string? Text(PSObject value, string property) =>
        value.Properties[property]?.Value is { } found ? SourceText.Of(found) : null;

    private static InvalidSpecException Failure(object value) => new(
        $"'{value}' ({SourceText.Bare(value)!.GetType().Name}) does not say which namespace is meant.",
        "Give a name, a number, a file of /proc/PID/ns, or an object of Get-Namespace.");
}

/// <summary>Reads types of namespaces: <c>Network</c>, <c>net</c>, <c>CLONE_NEWNET</c>.</summary>
public sealed class NamespaceTypeTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Flatten(value)
        .Select(one => SourceText.Bare(one) is NamespaceType type ? type : NamespaceWord.Parse(SourceText.Of(one))).ToArray();
}
