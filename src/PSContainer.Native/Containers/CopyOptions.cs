namespace PSContainer.Containers;

/// <summary>How a file or tree is copied into or out of a container.</summary>
public sealed record CopyOptions
{
    /// <summary>Copies directories with what is in them; without, a directory is an error.</summary>
    public bool Recurse { get; init; }

    /// <summary>Whether a link that is the source stands for what it leads to; else it is copied as a link.</summary>
    public bool FollowLink { get; init; }

    /// <summary>
    /// <c>user[:group]</c> by number or by name, in the files of the side that is copied to; <see langword="null"/>: root of the
    /// container, the caller on the host.
    /// </summary>
    public string? Owner { get; init; }

    /// <summary>Whether a file that is replaced gives the new one its owner and permission bits.</summary>
    public bool KeepReplaced { get; init; }

    /// <summary>Gets how many entries and bytes were copied, a few times a second, on the thread that copies.</summary>
    public Action<long, long>? Progress { get; init; }

    /// <summary>Permission bits of files; <see langword="null"/>: the source's.</summary>
    public int? Mode { get; init; }
}
