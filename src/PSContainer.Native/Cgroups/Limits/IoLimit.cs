using PSContainer.Words;

namespace PSContainer.Cgroups.Limits;

/// <summary>io.max of one disk.</summary>
/// <remarks><see langword="null"/>: not limited, or as it is; <see cref="CgroupLimit.Max"/> takes a limit away.</remarks>
public sealed record IoLimit
{
    /// <summary>The disk as <c>MAJOR:MINOR</c>; not a partition.</summary>
    public required string Device { get; init; }

    /// <summary>rbps: bytes a second read.</summary>
    public long? ReadBytesPerSecond { get; init; }

    /// <summary>wbps: bytes a second written.</summary>
    public long? WriteBytesPerSecond { get; init; }

    /// <summary>riops: reads a second.</summary>
    public long? ReadsPerSecond { get; init; }

    /// <summary>wiops: writes a second.</summary>
    public long? WritesPerSecond { get; init; }

    /// <summary>Reads a limit as io.max has it, with sizes and devices as people write them: <c>/dev/sda rbps=10MB</c>.</summary>
    /// <exception cref="InvalidSpecException">It has no device, or a word that is no limit.</exception>
    public static IoLimit Parse(string text)
    {
        string[] words = text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2)
            throw Bad(text, "it names no device or no limit");
        var limit = new IoLimit { Device = IoDevice.Parse(words[0]) };
        foreach (string word in words.Skip(1))
        {
            string[] pair = word.Split('=', 2);
            if (pair.Length != 2)
                throw Bad(text, $"'{word}' is not NAME=NUMBER");
            long value = ByteSizeWord.IsMax(pair[1]) ? CgroupLimit.Max : ByteSizeWord.Parse(pair[1]);
            limit = pair[0] switch
            {
                "rbps" => limit with { ReadBytesPerSecond = value },
                "wbps" => limit with { WriteBytesPerSecond = value },
                "riops" => limit with { ReadsPerSecond = value },
                "wiops" => limit with { WritesPerSecond = value },
                _ => throw Bad(text, $"there is no '{pair[0]}'"),
            };
        }
        return limit;
    }

    /// <summary>As io.max has it.</summary>
    public override string ToString() =>
        $"{Device}{Word("rbps", ReadBytesPerSecond)}{Word("wbps", WriteBytesPerSecond)}" +
        $"{Word("riops", ReadsPerSecond)}{Word("wiops", WritesPerSecond)}";

    /// <summary>The two numbers of the device.</summary>
    internal (long Major, long Minor) Numbers() => IoDevice.Numbers(Device);

    private static string Word(string name, long? value) => value switch
    {
        null => "",
        < 0 => $" {name}=max",
        _ => $" {name}={value}",
    };

    private static InvalidSpecException Bad(string text, string why) =>
        new($"'{text}' is not a limit on I/O: {why}.",
            "Write a disk and limits as in '/dev/sda rbps=10MB wbps=5MB riops=100 wiops=50' or '8:0 rbps=10MB'.")
        { Target = text };
}
