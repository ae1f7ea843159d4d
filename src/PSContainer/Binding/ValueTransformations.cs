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
