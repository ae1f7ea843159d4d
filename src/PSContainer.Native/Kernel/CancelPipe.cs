using System.Globalization;

namespace PSContainer.Kernel;

/// <summary>
/// Ends what the executable does in the foreground for this process, whether it is still at the start or its command runs: by
/// <see cref="Fire"/>, and by this process's own end.
/// </summary>
public sealed class CancelPipe : IDisposable
{
    private readonly Pipe _pipe = new();

    /// <summary>What the executable's option <c>--cancel</c> names. There is no file: who is killed leaves nothing behind.</summary>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{_pipe.Reader.Fd}");

    /// <summary>Ends it; nothing happens where it has ended already.</summary>
    public void Fire() => Files.write(_pipe.Writer.Fd, [1]);

    /// <summary>Ends it too.</summary>
    public void Dispose() => _pipe.Dispose();
}
