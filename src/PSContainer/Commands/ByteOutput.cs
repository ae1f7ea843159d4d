using System.Collections.Concurrent;
using PSContainer.Kernel;

namespace PSContainer.Commands;

/// <summary>What an executable writes, as bytes.</summary>
internal sealed class ByteOutput : ByteFifo
{
    private const int Portion = 64 << 10, MostWaiting = 64;
    private readonly BlockingCollection<byte[]> _waiting;
    private readonly CancellationTokenSource _over = new();

    /// <summary>Begins to read.</summary>
    /// <param name="isFed">
    /// Whether the executable is fed meanwhile: then nothing may hold up what it writes, or it would take no more.
    /// </param>
    internal ByteOutput(bool isFed)
        : base(Files.O_WRONLY, "pscontainer output")
    {
        _waiting = isFed ? [] : new(MostWaiting);
        Start();
    }

    /// <summary>What came until now.</summary>
    internal IEnumerable<byte[]> Available
    {
        get
        {
            while (_waiting.TryTake(out byte[]? portion))
                yield return portion;
        }
    }

    /// <summary>Everything, until the executable and all that it gave its output to have closed it.</summary>
    internal IEnumerable<byte[]> All(CancellationToken stop) => _waiting.GetConsumingEnumerable(stop);

    private protected override void Copy(FileStream stream)
    {
        byte[] buffer = new byte[Portion];
        int count;
        while ((count = stream.Read(buffer)) > 0)
            _waiting.Add(buffer[..count], _over.Token);
    }

    private protected override void Ended() => _waiting.CompleteAdding();

    /// <inheritdoc/>
    public override void Dispose()
    {
        // What nobody takes any more is not read either, and the executable learns it.
        _over.Cancel();
        base.Dispose();
    }
}
