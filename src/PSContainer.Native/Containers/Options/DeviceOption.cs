namespace PSContainer.Containers.Options;

/// <summary>A device node of the host that a container gets.</summary>
public sealed record DeviceOption
{
    /// <summary>The node on the host, absolute.</summary>
    public required string Source { get; init; }

    /// <summary>Where it appears inside, absolute; <see langword="null"/>: as on the host.</summary>
    public string? Destination { get; init; }

    /// <summary>Some of <c>r</c> (read), <c>w</c> (write), <c>m</c> (make nodes of it).</summary>
    public string Access { get; init; } = "rwm";

    /// <summary>Reads <c>SOURCE[:DESTINATION][:ACCESS]</c>, as <c>/dev/fuse</c> or <c>/dev/sda:/dev/disk:r</c>.</summary>
    /// <exception cref="InvalidSpecException">It is not of that form.</exception>
    public static DeviceOption Parse(string word)
    {
        string[] parts = word.Split(':');
        bool access = parts.Length > 1 && IsAccess(parts[^1]);
        int paths = access ? parts.Length - 1 : parts.Length;
        if (paths > 2 || !parts[0].StartsWith('/') || (paths == 2 && !parts[1].StartsWith('/')))
        {
            throw new InvalidSpecException(
                $"'{word}' is not a device.",
                "Write SOURCE[:DESTINATION][:ACCESS] with absolute paths, as /dev/fuse or /dev/sda:/dev/disk:r.")
            { Target = word };
        }
        return new()
        {
            Source = parts[0],
            Destination = paths == 2 ? parts[1] : null,
            Access = access ? parts[^1] : "rwm",
        };
    }

    private static bool IsAccess(string text) =>
        text.Length is > 0 and <= 3 && text.All(c => c is 'r' or 'w' or 'm') && text.Distinct().Count() == text.Length;
}
