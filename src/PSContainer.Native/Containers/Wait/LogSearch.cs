using System.Text;
using System.Text.RegularExpressions;

namespace PSContainer.Containers;

/// <summary>Looks for a line in a growing log of CRI lines: <c>TIME STREAM P|F TEXT</c>.</summary>
internal sealed class LogSearch(string path, Regex pattern)
{
    private const int TailBytes = 64 << 10;
    private readonly List<byte> rest = [];
    private readonly StringBuilder partial = new();
    private long position;

    /// <summary>Reads what was added.</summary>
    /// <returns>Whether a line matches.</returns>
    internal bool Advance()
    {
        foreach (string line in ReadNew())
        {
            if (pattern.IsMatch(line))
                return true;
        }
        return false;
    }

    /// <summary>The last lines of a log, oldest first.</summary>
    internal static IReadOnlyList<string> Tail(string path, int lines)
    {
        var search = new LogSearch(path, new Regex("$^"));
        try
        {
            long length = new FileInfo(path) is { Exists: true } file ? file.Length : 0;
            search.position = Math.Max(0, length - TailBytes);
            return [.. search.ReadNew().Skip(search.position > TailBytes ? 1 : 0).TakeLast(lines)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private List<string> ReadNew()
    {
        var lines = new List<string>();
        byte[] buffer = new byte[16384];
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            // Shorter than before: it was cut and begins anew.
            if (file.Length < position)
                position = 0;
            file.Position = position;
            for (int got; (got = file.Read(buffer)) > 0; position += got)
                Take(buffer.AsSpan(0, got), lines);
        }
        catch (IOException)
        {
            // Not there yet, or gone.
        }
        return lines;
    }

    private void Take(ReadOnlySpan<byte> bytes, List<string> lines)
    {
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            rest.AddRange(bytes[..end]);
            bytes = bytes[(end + 1)..];
            AddLine(Encoding.UTF8.GetString([.. rest]), lines);
            rest.Clear();
        }
        rest.AddRange(bytes);
    }

    private void AddLine(string record, List<string> lines)
    {
        string[] parts = record.Split(' ', 4);
        if (parts.Length < 4)
            return;
        partial.Append(parts[3]);
        if (parts[2] == "P")
            return;
        lines.Add(partial.ToString());
        partial.Clear();
    }
}
