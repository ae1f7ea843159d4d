using PSContainer.Kernel;

namespace PSContainer.Tests;

/// <summary>Exchanges two names as fast as it can (renameat2(2), RENAME_EXCHANGE), until it is disposed of.</summary>
internal sealed class Swapper : IDisposable
{
    private readonly Thread thread;
    private volatile bool stop;

    internal Swapper(string first, string second)
    {
        thread = new Thread(() =>
        {
            while (!stop)
                Files.renameat2(Files.AT_FDCWD, first, Files.AT_FDCWD, second, Files.RENAME_EXCHANGE);
        });
        thread.Start();
    }

    public void Dispose()
    {
        stop = true;
        thread.Join();
    }
}
