using System.Text;

namespace PSContainer.Tests;

/// <summary>Reads a stream of a process on a thread of its own: the pool's may all be busy with other tests.</summary>
internal sealed class StreamText
{
    private readonly StringBuilder _text = new();
    private readonly Thread _thread;

    public StreamText(StreamReader reader)
    {
        _thread = new Thread(() => Read(reader)) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>What came, once the process has ended.</summary>
    /// <remarks>A process of the background may hold the pipe of who started it: then all that is of interest has come before.</remarks>
    public string ReadSoon()
    {
        _thread.Join(10_000);
        lock (_text)
            return _text.ToString();
    }

    private void Read(StreamReader reader)
    {
        char[] buffer = new char[4096];
        try
        {
            for (int count = reader.Read(buffer); count > 0; count = reader.Read(buffer))
            {
                lock (_text)
                    _text.Append(buffer, 0, count);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Nobody waits for the rest any more.
        }
    }
}
