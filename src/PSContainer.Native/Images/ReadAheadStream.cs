using System.Collections.Concurrent;

namespace PSContainer.Images;

/// <summary>
/// Decompresses on a thread of its own while files are written, and lets a reader be cancelled while the source is silent.
/// </summary>
/// <remarks>The thread owns the source and disposes of it, also when it is stuck in a read that never returns.</remarks>
internal sealed class ReadAheadStream : IDisposable
{
    private const int BufferCount = 4;
    private const int BufferSize = 1 << 18;
    private readonly BlockingCollection<(byte[] Buffer, int Length)> filled = new(BufferCount);
    private readonly BlockingCollection<byte[]> empty = [];
    private readonly CancellationTokenSource stop;
    private Exception? failure;
    private (byte[] Buffer, int Length) current = ([], 0);
    private int start;

    /// <summary>Starts to read.</summary>
    /// <param name="open">Opens the source, on the new thread; gets what ends the reading, also when this is disposed of.</param>
    /// <param name="cancellation">Ends the reading.</param>
    internal ReadAheadStream(Func<CancellationToken, Stream> open, CancellationToken cancellation)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        for (int i = 0; i < BufferCount; i++)
            empty.Add(new byte[BufferSize]);
        new Thread(() => Produce(open)) { IsBackground = true, Name = "archive" }.Start();
    }

    private void Produce(Func<CancellationToken, Stream> open)
    {
        try
        {
            using Stream source = open(stop.Token);
            while (true)
            {
                byte[] buffer = empty.Take(stop.Token);
                int length = source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
                if (length > 0)
                    filled.Add((buffer, length), stop.Token);
                if (length < buffer.Length)
                    return;
            }
        }
        catch (Exception error)
        {
            failure = error; // Whoever reads gets it, behind what was read before it.
        }
        finally
        {
            filled.CompleteAdding();
        }
    }

    /// <summary>Reads what is there, waiting for the first byte.</summary>
    /// <returns>How many bytes; 0 at the end.</returns>
    internal int Read(Span<byte> buffer)
    {
        if (start == current.Length && !Advance())
            return 0;
        int count = Math.Min(buffer.Length, current.Length - start);
        current.Buffer.AsSpan(start, count).CopyTo(buffer);
        start += count;
        return count;
    }

    private bool Advance()
    {
        if (current.Buffer.Length > 0)
            empty.Add(current.Buffer);
        current = ([], 0);
        start = 0;
        if (filled.TryTake(out current, Timeout.Infinite, stop.Token))
            return true;
        current = ([], 0);
        return failure switch
        {
            null => false,
            ContainerException or OperationCanceledException => throw failure,
            InvalidDataException =>
                throw new InvalidArchiveException($"its compressed data is damaged ({failure.Message.TrimEnd('.')})"),
            _ => throw new InvalidArchiveException($"it cannot be read: {failure.Message.TrimEnd('.')}"),
        };
    }

    /// <summary>Tells the thread to end; what it is waiting for may outlive this.</summary>
    public void Dispose() => stop.Cancel();
}
