namespace PSContainer;

/// <summary>A step that the kernel refused, or a request that cannot be carried out: what, on what, why, and what to do.</summary>
public class ContainerException : Exception
{
    private readonly string? _recommendation;

    /// <summary>Makes an exception from its parts. Names in them may be of somebody else's choice: they become <see cref="ShownText"/>.</summary>
    /// <param name="message">One sentence: what was tried, on what, and why it failed.</param>
    /// <param name="recommendation">What the user can do about it.</param>
    public ContainerException(string message, string? recommendation = null) : base(ShownText.Of(message)) =>
        Recommendation = recommendation;

    /// <summary>The id of the error, as in the FullyQualifiedErrorId of a cmdlet and <c>error_id</c> of the runtime's log.</summary>
    public virtual string ErrorId => "ContainerOperationFailed";

    /// <summary>What the user can do about it, or <see langword="null"/>.</summary>
    public string? Recommendation
    {
        get => _recommendation;
        init => _recommendation = value is null ? null : ShownText.Of(value);
    }

    /// <summary>The plan's step that failed (<c>MountProc</c>), or <see langword="null"/> when none was begun.</summary>
    public string? Step { get; init; }

    /// <summary>The system call that failed, or <see langword="null"/>.</summary>
    public string? Call { get; init; }

    /// <summary>The kernel's error number (errno(3)), 0 when none.</summary>
    public int Errno { get; init; }

    /// <summary>The path, id or name the step worked on, or <see langword="null"/>.</summary>
    public string? Target { get; init; }
}
