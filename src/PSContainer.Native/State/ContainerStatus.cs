namespace PSContainer.State;

/// <summary>Where a container is in its life, read from the kernel.</summary>
public enum ContainerStatus
{
    /// <summary>Being made by a runtime that is alive.</summary>
    Creating,

    /// <summary>All is set up; the init waits to be started.</summary>
    Created,

    /// <summary>The command runs.</summary>
    Running,

    /// <summary>All its processes are frozen.</summary>
    Paused,

    /// <summary>The init ended.</summary>
    Exited,

    /// <summary>Half made by a runtime that died: it can only be removed.</summary>
    Dead,
}
