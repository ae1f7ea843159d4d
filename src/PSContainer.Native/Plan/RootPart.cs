namespace PSContainer.Plan;

/// <summary>What stands at one place of a root that is put together of parts.</summary>
public enum RootPartKind
{
    /// <summary>An empty directory: something is mounted there that is not the root's, or others of these parts are below.</summary>
    Directory,

    /// <summary>A filesystem in memory: what others left in a directory for temporary files is of no use in the container.</summary>
    Temporary,

    /// <summary>The lower directory's own below a layer that is thrown away.</summary>
    Overlay,

    /// <summary>The lower directory's own file, read-only.</summary>
    File,

    /// <summary>The same link as in the lower directory.</summary>
    Link,
}

/// <summary>
/// A part of an overlay root whose lower directory has other mounts below it. In a user namespace the kernel refuses to look
/// under those, so that such a directory cannot be one lower layer; those in it that have none can.
/// </summary>
/// <param name="Kind">What is there.</param>
/// <param name="Path">Absolute path in the container.</param>
/// <param name="Source">The lower path on the host, or what a link says.</param>
/// <param name="Mode">Permission bits of a directory.</param>
public sealed record RootPart(RootPartKind Kind, string Path, string Source, uint Mode);
