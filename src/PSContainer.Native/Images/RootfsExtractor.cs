using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using PSContainer.Kernel;
using PSContainer.Mapped;
using PSContainer.Rooted;
using PSContainer.Trees;

namespace PSContainer.Images;

/// <summary>Unpacks the tarball of a root filesystem, or a layer of an image, into a directory and never outside of it.</summary>
public static class RootfsExtractor
{
    private const int ReportEvery = 64;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Unpacks a file.</summary>
    /// <param name="archive">A tar archive, plain or compressed with gzip, zstd or xz; told by its content.</param>
    /// <param name="destination">A directory that is empty or does not exist; its parent has to.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends it; what was made is removed.</param>
    /// <exception cref="InvalidArchiveException">The archive is damaged, hostile, too large or an image.</exception>
    /// <exception cref="ContainerException">
    /// The kernel refused something, or a library for the compression is missing. What was made is removed, except in a
    /// destination that held something before.
    /// </exception>
    public static RootfsDirectory Extract(
        string archive, string destination, ExtractOptions? options = null, CancellationToken cancellation = default)
    {
        const string What = "The archive", Advice = "Give the path of a tar file.";
        FileHandle file;
        long? length = null;
        using (FileHandle place = InputFile.Find(archive, What, Advice, out Files.statx_data data))
        {
            uint type = data.stx_mode & Files.S_IFMT;
            if (type is Files.S_IFDIR or Files.S_IFSOCK)
                throw new ContainerException($"{What} '{archive}' is a {FileStatus.KindOf(type)}.", Advice) { Target = archive };
            if (type == Files.S_IFREG)
                length = (long)data.stx_size;
            file = FileStatus.Reopen(place.Fd, Files.O_RDONLY | Files.O_NONBLOCK, archive);
        }
        return Extract(Open, length, archive, destination, options, cancellation);

        Stream Open(CancellationToken stop) => length is null ? new PolledStream(file, archive, stop)
            : new FileStream(new SafeFileHandle(file.Release(), ownsHandle: true), FileAccess.Read, bufferSize: 0);
    }

    /// <summary>Unpacks a stream, which is disposed of, on another thread perhaps.</summary>
    /// <inheritdoc cref="Extract(string, string, ExtractOptions?, CancellationToken)"/>
    /// <param name="archive">The archive.</param>
    /// <param name="name">How to call it in messages.</param>
    /// <param name="destination">A directory that is empty or does not exist; its parent has to.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends it; what was made is removed.</param>
    public static RootfsDirectory Extract(
        Stream archive, string name, string destination, ExtractOptions? options = null,
        CancellationToken cancellation = default) =>
        Extract(_ => archive, archive.CanSeek ? archive.Length : null, name, destination, options, cancellation);

    private static RootfsDirectory Extract(
        Func<CancellationToken, Stream> open, long? length, string name, string destination, ExtractOptions? options,
        CancellationToken cancellation)
    {
        options ??= new ExtractOptions();
        destination = Path.TrimEndingDirectorySeparator(HostPath.Full(destination));
        ArchiveSource? source = null;
        using var input = new ReadAheadStream(Open, cancellation);
        Func<long> archiveBytes = () => source?.BytesRead ?? 0;
        var job = new Job(input, name, destination, archiveBytes, length);
        try
        {
            RootfsDirectory result = ExtractElsewhere(job, options, cancellation) ?? ExtractHere(job, options, cancellation);
            return result with { Compression = source!.Compression };
        }
        catch (InvalidArchiveException error) when (error.Target is null)
        {
            string message = $"The archive '{name}' was not unpacked: {error.Message}.";
            throw new InvalidArchiveException(message, error.Recommendation) { Target = name };
        }

        Stream Open(CancellationToken stop)
        {
            Stream archive = open(stop);
            try
            {
                source = new ArchiveSource(archive);
                return source.Decompress();
            }
            catch
            {
                archive.Dispose();
                throw;
            }
        }
    }

    private sealed record Job(
        ReadAheadStream Input, string Name, string Destination, Func<long> ArchiveBytes, long? ArchiveLength);

    // Where the owners of the archive can be had; null when that is here or nowhere.
    private static RootfsDirectory? ExtractElsewhere(Job job, ExtractOptions options, CancellationToken cancellation)
    {
        Action<ExtractProgress>? report = options.Progress is null ? null
            : progress => options.Progress(progress with { ArchiveBytes = job.ArchiveBytes(), ArchiveLength = job.ArchiveLength });
        var work = new MappedExtract(job.Name, job.Destination, options with { Progress = report });
        return MappedExtraction.TryRun(job.Input, work, cancellation);
    }

    private static RootfsDirectory ExtractHere(Job job, ExtractOptions options, CancellationToken cancellation)
    {
        using ExtractDestination directory = ExtractDestination.Prepare(job.Destination, options.AllowNonEmptyDestination);
        RootfsDirectory result = Extract(job, directory, options, cancellation);
        directory.Commit();
        return result;
    }

    private static RootfsDirectory Extract(
        Job job, ExtractDestination directory, ExtractOptions options, CancellationToken cancellation)
    {
        var input = new TarInput(job.Input, options.Limits.MaxBytes, cancellation);
        var reader = new TarArchiveReader(input);
        var warnings = new ExtractWarnings();
        var image = new ImageArchive();
        using var writer = new EntryWriter(directory.Root, options, warnings);
        long entries = 0;
        long reported = Stopwatch.GetTimestamp();
        while (reader.Next() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            if (++entries > options.Limits.MaxEntries)
                throw new InvalidArchiveException(
                    $"it has more than {options.Limits.MaxEntries} entries", "If it is meant to have so many, raise the limit: -EntryMax.");
            image.Look(ArchivePath.Normalize(entry.Name, options.Limits));
            writer.Write(entry, reader);
            if (options.Progress is not null && entries % ReportEvery == 0 && Stopwatch.GetElapsedTime(reported) > ReportInterval)
            {
                options.Progress(new ExtractProgress(entries, input.Position, job.ArchiveBytes(), job.ArchiveLength));
                reported = Stopwatch.GetTimestamp();
            }
        }
        if (entries == 0)
            throw new InvalidArchiveException("it has no entries");
        if (directory.IsNew)
            writer.ExpectRoot();
        writer.Finish();
        string? parent = Path.GetDirectoryName(job.Destination);
        IReadOnlyList<string> open = writer.Privileged is (var first, > 0 and var count) && parent is not null && OpenTree.IsOpen(parent)
            ? [OpenTree.Sentence(job.Destination, count == 1
                ? $"holds '{first}'" : $"holds {count} set-user-id files or devices, among them '{first}'")]
            : [];
        options.Progress?.Invoke(new ExtractProgress(entries, input.Position, job.ArchiveBytes(), job.ArchiveLength));
        return new RootfsDirectory
        {
            Path = job.Destination,
            Source = job.Name,
            Compression = default,
            EntryCount = entries,
            Length = writer.Length,
            Warnings = [.. warnings.ToList(), .. open],
        };
    }
}
