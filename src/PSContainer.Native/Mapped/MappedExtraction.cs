using PSContainer.Images;
using PSContainer.Kernel;
using PSContainer.Machine;
using PSContainer.Spec;
using PSContainer.Users;

namespace PSContainer.Mapped;

/// <summary>Unpacks an archive for an ordinary user with owners as the archive has them, on ids that are set aside for him.</summary>
internal static class MappedExtraction
{
    /// <summary>Unpacks.</summary>
    /// <param name="archive">The archive without its compression; read only once the other process has begun.</param>
    /// <param name="work">What is asked; ids are those of the host.</param>
    /// <param name="cancellation">Ends it; what was made is removed.</param>
    /// <returns>What was unpacked; <see langword="null"/> when nothing was read and the caller has to do it himself.</returns>
    /// <exception cref="ContainerException">It could not be unpacked.</exception>
    internal static RootfsDirectory? TryRun(ReadAheadStream archive, MappedExtract work, CancellationToken cancellation)
    {
        HostFacts facts = HostFacts.Read();
        if (work.Options.SetOwners != false)
        {
            IdMapRules.Require(facts, work.Options.UidMappings ?? [], group: false);
            IdMapRules.Require(facts, work.Options.GidMappings ?? [], group: true);
        }
        if (work.Options.Helper is null || work.Options.SetOwners == false || facts.UserId == 0 || facts.SubUids.Count == 0 || facts.SubGids.Count == 0)
            return null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var feeder = new ArchiveFeeder(archive, stop);
        var process = new MappedProcess(work.Options.Helper.Path) { OnReady = feeder.Start, OnProgress = work.Options.Progress };
        ExtractOptions inside = work.Options with
        {
            SetOwners = true,
            UidMappings = IdMap.Compose(work.Options.UidMappings ?? Everything(facts.UidMap), work.Options.UidMappings is null ? null : facts.UidMap),
            GidMappings = IdMap.Compose(work.Options.GidMappings ?? Everything(facts.GidMap), work.Options.GidMappings is null ? null : facts.GidMap),
        };
        try
        {
            return process.Run(new MappedWork { Extract = work with { Options = inside } }, stop.Token).Rootfs;
        }
        catch (OperationCanceledException) when (feeder.Failure is { } failure)
        {
            throw failure;
        }
        catch (ContainerStartException) when (!process.HasBegun)
        {
            // No user namespace can be made here. Unpacking can do without: all files are the caller's then, and it says so.
            return null;
        }
    }

    // Inside, the archive's ids are what they are: those that the namespace has.
    private static IReadOnlyList<IdMapping> Everything(IReadOnlyList<IdMapping> map) =>
        [.. map.Select(one => new IdMapping { ContainerId = one.ContainerId, HostId = one.ContainerId, Size = one.Size })];

    /// <summary>Writes the archive into the pipe, on a thread of its own.</summary>
    private sealed class ArchiveFeeder(ReadAheadStream archive, CancellationTokenSource stop)
    {
        private volatile ContainerException? _failure;

        /// <summary>Why the archive could not be read.</summary>
        internal ContainerException? Failure => _failure;

        internal void Start(FileHandle pipe) => new Thread(() => Feed(pipe)) { IsBackground = true, Name = "archive to unpack" }.Start();

        private void Feed(FileHandle pipe)
        {
            byte[] buffer = new byte[1 << 16];
            using (pipe)
            {
                try
                {
                    int count;
                    while ((count = archive.Read(buffer)) > 0 && WriteAll(pipe.Fd, buffer.AsSpan(0, count)))
                    {
                    }
                }
                catch (ContainerException failure)
                {
                    _failure = failure;
                    stop.Cancel();
                }
                catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
                {
                    // The caller wants no more; the other process sees the archive end, and him gone.
                }
            }
        }

        // False when the other process reads no more: it says why.
        private static bool WriteAll(int fd, ReadOnlySpan<byte> bytes)
        {
            while (bytes.Length > 0)
            {
                nint written = Files.write(fd, bytes);
                if (written == -Errno.EINTR)
                    continue;
                if (written < 0)
                    return false;
                bytes = bytes[(int)written..];
            }
            return true;
        }
    }
}
