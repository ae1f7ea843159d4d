namespace PSContainer.FileSystems;

/// <summary>One call that an operation on mounts makes.</summary>
/// <param name="Call">The system call.</param>
/// <param name="Target">What it works on.</param>
/// <param name="Value">With which options or value; empty when there are none.</param>
public sealed record MountCall(string Call, string Target, string Value = "")
{
    /// <summary>The call as one line.</summary>
    public override string ToString() => Value.Length == 0 ? $"{Call} {Target}" : $"{Call} {Target}: {Value}";
}

/// <summary>
/// An operation on mounts that was checked and can be made, once. What it will call can be read before; what fails half way is
/// undone.
/// </summary>
/// <typeparam name="T">What it yields.</typeparam>
public sealed class MountOperation<T>
{
    private readonly List<(MountCall Call, Action<CancellationToken> Run, Action? Undo)> steps = [];
    private readonly List<IDisposable> owned = [];
    private Func<T>? result;

    internal MountOperation()
    {
    }

    /// <summary>The calls, in their order.</summary>
    public IReadOnlyList<MountCall> Calls => [.. steps.Select(step => step.Call)];

    /// <summary>Makes the calls.</summary>
    /// <param name="cancellation">Ends those that take long.</param>
    /// <exception cref="ContainerException">One failed; those before it are undone.</exception>
    /// <exception cref="OperationCanceledException">One was ended; those before it are undone.</exception>
    public T Run(CancellationToken cancellation = default)
    {
        int done = 0;
        try
        {
            for (; done < steps.Count; done++)
                steps[done].Run(cancellation);
            return result!();
        }
        catch
        {
            while (--done >= 0)
                Undo(steps[done].Undo);
            throw;
        }
        finally
        {
            owned.ForEach(one => one.Dispose());
        }
    }

    internal void Add(string call, string target, string value, Action run, Action? undo = null) =>
        steps.Add((new(call, target, value), _ => run(), undo));

    internal void AddLong(string call, string target, string value, Action<CancellationToken> run) =>
        steps.Add((new(call, target, value), run, null));

    /// <summary>Takes something over that is disposed of when the operation has ended, well or not.</summary>
    internal void Owns(IDisposable one) => owned.Add(one);

    internal void Yield(Func<T> value) => result = value;

    // The first failure is the one to be told.
    private static void Undo(Action? undo)
    {
        try
        {
            undo?.Invoke();
        }
        catch (ContainerException)
        {
        }
    }
}
