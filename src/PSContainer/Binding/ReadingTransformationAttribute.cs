using System.Management.Automation;

namespace PSContainer.Binding;

/// <summary>
/// Turns what was written for a parameter into its value; what cannot be read is an error that says what can, and so is what says
/// nothing: see <see cref="Nothing"/>. Every parameter has one, as PowerShell itself would take <c>$null</c> for most of them.
/// </summary>
public abstract class ReadingTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public sealed override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        // No failed cast: the binder would go on, and leave a parameter unbound whose property is $null.
        if (Nothing.In(Weighed(inputData), HasWords) is { } nothing)
            throw new ArgumentTransformationMetadataException($"{nothing} {Nothing.Advice}");
        try
        {
            return Read(inputData!, engineIntrinsics);
        }
        catch (ContainerException exception)
        {
            string recommendation = exception.Recommendation is null ? "" : " " + exception.Recommendation;
            string message = exception.Message + recommendation;
            // Only after a failed cast does the binder try the pipeline's object on another parameter.
            throw new ArgumentTransformationMetadataException(message, new PSInvalidCastException(message, exception));
        }
    }

    /// <summary>Whether these are words of a command, of which one may be an empty text.</summary>
    protected virtual bool HasWords => false;

    /// <summary>What of an argument has to say something.</summary>
    protected virtual object? Weighed(object? value) => value;

    /// <summary>Reads one argument.</summary>
    /// <exception cref="ContainerException">It cannot be read; message and recommendation say what can.</exception>
    protected abstract object? Read(object value, EngineIntrinsics engine);
}
