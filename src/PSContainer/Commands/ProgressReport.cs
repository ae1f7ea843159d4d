using System.Management.Automation;

namespace PSContainer.Commands;

/// <summary>The progress bar of work on many files.</summary>
/// <param name="cmdlet">Who shows it.</param>
/// <param name="activity">What is done, in a few words.</param>
/// <param name="stop">Once this is cancelled nothing can be shown any more.</param>
internal sealed class ProgressReport(Cmdlet cmdlet, string activity, CancellationToken stop) : IDisposable
{
    private const int ProgressId = 1;
    private bool _shown;

    /// <summary>Shows how far it has come.</summary>
    /// <param name="entries">Files and directories that are done.</param>
    /// <param name="bytes">Their bytes.</param>
    /// <param name="percent">Percent of all; -1: nobody knows how much there is.</param>
    internal void Show(long entries, long bytes, int percent = -1)
    {
        if (stop.IsCancellationRequested)
            return;
        _shown = true;
        cmdlet.WriteProgress(new ProgressRecord(ProgressId, activity, $"{entries} entries, {Views.ViewText.Size(bytes)}")
        {
            PercentComplete = percent,
        });
    }

    /// <summary>Takes the bar away.</summary>
    public void Dispose()
    {
        if (_shown && !stop.IsCancellationRequested)
            cmdlet.WriteProgress(new ProgressRecord(ProgressId, activity, "Done") { RecordType = ProgressRecordType.Completed });
    }
}
