namespace PSContainer.Spec;

/// <summary>Commands that run at points of a container's life cycle (config.md, "POSIX-platform Hooks").</summary>
public sealed partial record HooksSpec
{
    /// <summary>Deprecated: as <see cref="CreateRuntime"/>, before it.</summary>
    public IReadOnlyList<HookSpec>? Prestart { get; init; }

    /// <summary>In the runtime's namespaces, once the container's exist and before pivot_root.</summary>
    public IReadOnlyList<HookSpec>? CreateRuntime { get; init; }

    /// <summary>In the container's namespaces, before pivot_root.</summary>
    public IReadOnlyList<HookSpec>? CreateContainer { get; init; }

    /// <summary>In the container, just before its process is executed.</summary>
    public IReadOnlyList<HookSpec>? StartContainer { get; init; }

    /// <summary>In the runtime's namespaces, after the process was executed.</summary>
    public IReadOnlyList<HookSpec>? Poststart { get; init; }

    /// <summary>In the runtime's namespaces, after the container was deleted.</summary>
    public IReadOnlyList<HookSpec>? Poststop { get; init; }
}

/// <summary>One hook; the container's state is its standard input.</summary>
public sealed partial record HookSpec
{
    /// <summary>An absolute path.</summary>
    public string Path { get; init; } = "";

    /// <summary>argv, with argv[0].</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>The whole environment of the hook.</summary>
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>Seconds until it is ended; above 0.</summary>
    public int? Timeout { get; init; }
}
