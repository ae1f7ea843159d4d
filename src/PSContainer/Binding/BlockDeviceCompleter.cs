using System.Collections;
using System.Globalization;
using PSContainer.Words;

namespace PSContainer.Binding;

/// <summary>Completes what limits a disk: the disk, then after a blank what of it is limited.</summary>
public sealed class BlockDeviceCompleter : Completer
{
    private const string Devices = "/sys/block";
    private const int SectorSize = 512;

    /// <inheritdoc/>
    protected override IEnumerable<Candidate> Candidates(string word, string parameter, IDictionary bound)
    {
        int blank = word.LastIndexOf(' ');
        return blank < 0 || parameter != "IoMax"
            ? Directory.EnumerateDirectories(Devices).Select(Path.GetFileName).Select(name => (Name: name!, Size: SizeOf(name!)))
                .Where(disk => disk.Size > 0).Select(disk => new Candidate($"/dev/{disk.Name}", About(disk.Name, disk.Size)))
            : Limits(word[..(blank + 1)]);
    }

    private static long SizeOf(string name) =>
        SectorSize * long.Parse(File.ReadAllText($"{Devices}/{name}/size").Trim(), CultureInfo.InvariantCulture);

    private static string About(string name, long size) =>
        $"{File.ReadAllText($"{Devices}/{name}/dev").Trim()}, {ByteSizeWord.Format(size)}";

    private static IEnumerable<Candidate> Limits(string before) =>
    [
        new($"{before}rbps=", "bytes read a second"), new($"{before}wbps=", "bytes written a second"),
        new($"{before}riops=", "reads a second"), new($"{before}wiops=", "writes a second"),
    ];
}
