using PSContainer.Images;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Images;

/// <summary>An archive, a destination and a canary beside it that nothing may touch.</summary>
public abstract class ExtractTestBase : IDisposable
{
    private protected TestDirectory Area { get; } = new();

    private protected string Destination => Area["out"];

    private protected string Made(string name) => Path.Combine(Destination, name);

    private protected RootfsDirectory Extract(
        byte[] archive, ExtractOptions? options = null, CancellationToken cancellation = default) =>
        RootfsExtractor.Extract(new MemoryStream(archive), "test.tar", Destination, options, cancellation);

    /// <summary>That an archive is refused at once and nothing of it stays.</summary>
    private protected T Refused<T>(byte[] archive, ExtractOptions? options = null)
        where T : Exception
    {
        string[] before = Directory.GetFileSystemEntries(Area.Root);
        var time = System.Diagnostics.Stopwatch.StartNew();
        T error = Assert.ThrowsAny<T>(() => { Extract(archive, options); });
        Assert.True(time.Elapsed < TimeSpan.FromMinutes(1), $"it took {time.Elapsed}");
        Assert.Equal(before.Order(), Directory.GetFileSystemEntries(Area.Root).Order());
        return error;
    }

    public void Dispose()
    {
        Area.AssertCanaryUntouched();
        Area.Dispose();
        GC.SuppressFinalize(this);
    }
}
