namespace PSContainer.Steps.Host;

/// <summary>Gives a failure of the host's half the name of its step.</summary>
internal static class StepNames
{
    public static ContainerException Add(ContainerException failure, string step)
    {
        string message = $"{step}: {failure.Message}";
        if (failure is ContainerPermissionException)
        {
            return new ContainerPermissionException(message, failure.Recommendation)
            { Step = step, Call = failure.Call, Errno = failure.Errno, Target = failure.Target };
        }
        return failure.GetType() == typeof(ContainerException)
            ? new ContainerStartException(message, failure.Recommendation)
            { Step = step, Call = failure.Call, Errno = failure.Errno, Target = failure.Target }
            : failure;
    }
}
