using System.Collections.Concurrent;
using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Logs;

namespace PSContainer.Commands;

/// <summary>Reads what containers, or processes started in them, wrote to standard output and error.</summary>
[Cmdlet(VerbsCommon.Get, "ContainerLog")]
[Alias("gctl")]
[OutputType(typeof(ContainerLogEntry))]
public sealed class GetContainerLogCommand : ContainerTargetCmdlet
{
    private readonly List<LogQuery> _queries = [];

    /// <summary>Only the last so many lines.</summary>
    [Parameter]
    [Alias("Last")]
    [ValidateRange(0, int.MaxValue)]
    [ValueTransformation]
    public int? Tail { get; set; }

    /// <summary>Only lines from this time on: a date, or how long ago as 5m.</summary>
    [Parameter]
    [MomentTransformation]
    public DateTime? Since { get; set; }

    /// <summary>Only lines up to this time: a date, or how long ago as 5m.</summary>
    [Parameter]
    [MomentTransformation]
    public DateTime? Until { get; set; }

    /// <summary>Waits for more, until the containers ended.</summary>
    [Parameter]
    [Alias("Wait")]
    [ValueTransformation]
    public SwitchParameter Follow { get; set; }

    /// <summary>Only lines of standard output, or of standard error.</summary>
    [Parameter]
    [ValueTransformation]
    public ContainerLogStream? Stream { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (ContainerReference reference in Container)
        {
            if (reference.Process is { LogPath: { } path } process)
                Process(QueryOf(path, Path.GetDirectoryName(path)!, process.Container), process);
            else
                Process([reference]);
        }
    }

    /// <inheritdoc/>
    protected override void Process(Container container) =>
        Process(QueryOf(container.LogPath, container.StateDirectory, container.Name), container);

    private void Process(LogQuery query, object target)
    {
        if (Follow)
            _queries.Add(query);
        else
            Attempt(target, () => Write(LogReader.Read(query, StopToken)));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_queries is [var only])
            Attempt(only.Container, () => Write(LogReader.Read(only, StopToken)));
        else if (_queries.Count > 0)
            FollowAll();
    }

    // Each log is read by a thread of its own and all lines are emitted by this one, in the order in which they arrive.
    private void FollowAll()
    {
        var lines = new BlockingCollection<ContainerLogEntry>(1024);
        Task[] readers = _queries.ConvertAll(query => Task.Run(() =>
        {
            foreach (ContainerLogEntry line in LogReader.Read(query, StopToken))
                lines.Add(line, StopToken);
        })).ToArray();
        Task.WhenAll(readers).ContinueWith(_ => lines.CompleteAdding(), TaskScheduler.Default);
        Attempt(null, () => Write(lines.GetConsumingEnumerable(StopToken)));
        for (int i = 0; i < readers.Length; i++)
            Attempt(_queries[i].Container, () => readers[i].GetAwaiter().GetResult());
    }

    private void Write(IEnumerable<ContainerLogEntry> lines)
    {
        foreach (ContainerLogEntry line in lines)
            WriteObject(line);
    }

    private LogQuery QueryOf(string path, string directory, string name) => new()
    {
        LogPath = path,
        StateDirectory = directory,
        Container = name,
        Tail = Tail,
        Since = Since,
        Until = Until,
        Follow = Follow,
        Stream = Stream,
    };
}
