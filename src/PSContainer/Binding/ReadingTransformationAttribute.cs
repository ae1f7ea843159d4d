using System.Management.Automation;

namespace PSContainer.Binding;

/// <summary>Turns what was written for a parameter into its value; what cannot be read is an error that says what can.</summary>
public abstract class ReadingTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public sealed override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (SourceText.Bare(inputData) is null)
            return null;
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

    /// <summary>Reads one argument.</summary>
    /// <exception cref="ContainerException">It cannot be read; message and recommendation say what can.</exception>
    protected abstract object? Read(object value, EngineIntrinsics engine);
}
