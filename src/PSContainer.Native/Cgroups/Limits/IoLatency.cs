using System.Globalization;
using PSContainer.Words;

namespace PSContainer.Cgroups.Limits;

/// <summary>io.latency of one disk (the kernel's cgroup-v2.rst, "IO Latency").</summary>
public sealed record IoLatency
{
    /// <summary>The disk as <c>MAJOR:MINOR</c>; not a partition.</summary>
    public required string Device { get; init; }

    /// <summary>How long a request may take before others are slowed down; zero or less takes the protection away.</summary>
    public required TimeSpan Target { get; init; }

    /// <summary>Reads a disk and a time, as <c>/dev/sda 10ms</c> or <c>8:0 target=75ms</c>; <c>max</c> takes it away.</summary>
    /// <exception cref="InvalidSpecException">It has no device, or no time.</exception>
    public static IoLatency Parse(string text)
    {
        string[] words = text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 2)
        {
            throw new InvalidSpecException($"'{text}' is not a disk and a time.", "Write it as '/dev/sda 10ms' or '8:0 10ms'.")
            { Target = text };
        }
        string word = words[1].StartsWith("target=", StringComparison.Ordinal) ? words[1]["target=".Length..] : words[1];
        return new IoLatency
        {
            Device = IoDevice.Parse(words[0]),
            Target = ByteSizeWord.IsMax(word) ? TimeSpan.Zero : DurationWord.Parse(word),
        };
    }

    /// <summary>As io.latency has it.</summary>
    public override string ToString() => Target <= TimeSpan.Zero
        ? $"{Device} target=max"
        : string.Create(CultureInfo.InvariantCulture, $"{Device} target={(long)Target.TotalMicroseconds}");
}
