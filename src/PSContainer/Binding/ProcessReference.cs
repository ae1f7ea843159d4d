using System.Globalization;
using System.Management.Automation;
using PSContainer.Containers;
using PSContainer.Containers.Insight;
using PSContainer.Namespaces;

namespace PSContainer.Binding;

/// <summary>Processes as they were named: by a pid or an object, or as all of a container.</summary>
public sealed class ProcessReference
{
    private readonly Func<IReadOnlyList<int>> _find;

    /// <summary>Refers to a process by its pid.</summary>
    public ProcessReference(int pid)
    {
        Text = pid.ToString(CultureInfo.InvariantCulture);
        IsOne = true;
        _find = () => [pid];
    }

    /// <summary>Refers to all processes of a container.</summary>
    public ProcessReference(Container container) : this(container.Name, () => container)
    {
    }

    internal ProcessReference(string text, Func<Container> container)
    {
        Text = text;
        _find = () => [.. container().GetProcesses().Select(process => process.Id)];
    }

    /// <summary>What was written; of a container its name.</summary>
    public string Text { get; }

    /// <summary>Whether one process is meant, which must be there.</summary>
    internal bool IsOne { get; }

    /// <summary><see cref="Text"/>.</summary>
    public override string ToString() => Text;

    /// <summary>The pids.</summary>
    /// <exception cref="ContainerException">There is no such container, or it does not run.</exception>
    internal IReadOnlyList<int> Resolve() => _find();
}

/// <summary>
/// Reads processes in every shape they come in: pids, processes of the system and of containers, containers, and what
/// <c>Select-Object</c>, CSV and JSON leave of an object.
/// </summary>
public sealed class ProcessTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Flatten(value).Select(ReadOne).ToArray();

    private static ProcessReference ReadOne(object value) => SourceText.Bare(value) switch
    {
        ProcessReference reference => reference,
        int pid => new(pid),
        System.Diagnostics.Process process => new(process.Id),
        ContainerProcess process => new(process.Id),
        ProcessCapability process => new(process.ProcessId),
        Namespace { ProcessId: { } pid } => new(pid),
        Container container => new(container),
        string text => Read(text),
        PSCustomObject => FromProperties(PSObject.AsPSObject(value)),
        _ => throw Failure(value),
    };

    private static ProcessReference FromProperties(PSObject value)
    {
        object? found = value.Properties["ProcessId"]?.Value ?? value.Properties["Id"]?.Value ?? value.Properties["Container"]?.Value;
        return found is null ? throw Failure(value) : Read(SourceText.Of(found));
    }

    private static ProcessReference Read(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
        ? new(pid)
        : new(text, () => ContainerEngine.Default.Get(text));

    private static InvalidSpecException Failure(object value) => new(
        $"'{value}' ({SourceText.Bare(value)!.GetType().Name}) does not say which process is meant.",
        "Give a pid, an object of Get-Process or Get-ContainerProcess, or a container.");
}
