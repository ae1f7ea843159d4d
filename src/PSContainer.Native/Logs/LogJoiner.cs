using System.Text;

namespace PSContainer.Logs;

/// <summary>Puts the records of a long line together again.</summary>
internal sealed class LogJoiner(string container)
{
    // A line without an end must not fill the reader's memory.
    private const int LongestLine = 1 << 20;

    private readonly Line[] _lines = [new(), new()];

    private sealed class Line
    {
        public readonly MemoryStream Text = new();
        public DateTime Begin, End;
    }

    /// <summary>Takes a record.</summary>
    /// <returns>The line it ends, or <see langword="null"/> when the line goes on.</returns>
    public ContainerLogEntry? Add(in LogRecord record)
    {
        Line line = _lines[(int)record.Stream];
        if (!record.IsPart && line.Text.Length == 0)
            return Make(record.Time, record.Time, record.Stream, record.Text, isPartial: false);
        if (line.Text.Length == 0)
            line.Begin = record.Time;
        line.End = record.Time;
        line.Text.Write(record.Text);
        return !record.IsPart || line.Text.Length >= LongestLine ? Take(record.Stream, isPartial: record.IsPart) : null;
    }

    /// <summary>The lines whose end is not there.</summary>
    public IEnumerable<ContainerLogEntry> Rest()
    {
        for (int stream = 0; stream < _lines.Length; stream++)
        {
            if (_lines[stream].Text.Length > 0)
                yield return Take((ContainerLogStream)stream, isPartial: true);
        }
    }

    private ContainerLogEntry Take(ContainerLogStream stream, bool isPartial)
    {
        Line line = _lines[(int)stream];
        ContainerLogEntry entry = Make(line.Begin, line.End, stream, line.Text.GetBuffer().AsSpan(0, (int)line.Text.Length), isPartial);
        line.Text.SetLength(0);
        return entry;
    }

    private ContainerLogEntry Make(DateTime begin, DateTime end, ContainerLogStream stream, ReadOnlySpan<byte> text, bool isPartial) => new()
    {
        Timestamp = begin.ToLocalTime(),
        Begin = begin,
        End = end,
        Stream = stream,
        Message = Encoding.UTF8.GetString(text),
        IsPartial = isPartial,
        Container = container,
    };
}
