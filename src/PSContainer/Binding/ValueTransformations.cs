using System.Management.Automation;

namespace PSContainer.Binding;

/// <summary>
/// Leaves a value to PowerShell, which knows how to convert it, once it is one: PowerShell makes a switch of <c>$null</c> true, a number
/// of an empty text 0, and a text of an element that is <c>$null</c> empty.
/// </summary>
public sealed class ValueTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => value;
}

/// <summary>Reads the words of a command, which may be empty texts, though not all that there is.</summary>
public sealed class CommandTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override bool HasWords => true;

    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => value;
}
