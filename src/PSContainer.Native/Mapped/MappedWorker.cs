using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using PSContainer.Images;
using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Trees;
using static PSContainer.Mapped.MappedDescriptors;

namespace PSContainer.Mapped;

/// <summary>Does <see cref="MappedWork"/>: inside the user namespace.</summary>
internal static class MappedWorker
{
    /// <summary>Does it, and says so on <see cref="MappedDescriptors.Answers"/>.</summary>
    /// <exception cref="ContainerException">It could not be done.</exception>
    /// <exception cref="OperationCanceledException">The caller is gone; what was made is removed.</exception>
    internal static void Run(string json)
    {
        Advice.IsForUser = true;
        MappedWork work = JsonSerializer.Deserialize(json, MappedJson.Default.MappedWork)!;
        using var gone = new CancellationTokenSource();
        new Thread(() => WaitForCaller(gone)) { IsBackground = true }.Start();
        Say(new MappedAnswer { IsReady = true });
        Say(Do(work, gone.Token) with { IsDone = true });
    }

    private static MappedAnswer Do(MappedWork work, CancellationToken gone)
    {
        if (work.Remove is { } path)
            TreeRemoval.Remove(path);
        return new()
        {
            Rootfs = work.Extract is { } extract ? Extract(extract, gone) : null,
            Copied = work.Copy is { } copy ? Copy(copy, gone) : null,
        };
    }

    private static RootfsDirectory Extract(MappedExtract work, CancellationToken gone)
    {
        var archive = new FileStream(new SafeFileHandle(Input, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        ExtractOptions options = work.Options with { Progress = progress => Say(new MappedAnswer { Progress = progress }) };
        return RootfsExtractor.Extract(archive, work.Name, work.Destination, options, gone);
    }

    private static TreeCopyResult Copy(MappedCopy work, CancellationToken gone)
    {
        using RootedDirectory container = RootedDirectory.FromHandle(new FileHandle(Root), work.ContainerPath);
        TreeCopyOptions options = work.Options with
        {
            Owner = work.Owner is [var uid, var gid] ? (uid, gid) : null,
            Progress = (entries, bytes) => Say(new MappedAnswer { Progress = new ExtractProgress(entries, bytes, 0, null) }),
        };
        return work.IsInto
            ? TreeCopy.Into(work.Source, container, work.Destination, options, gone)
            : TreeCopy.OutOf(container, work.Source, work.Destination, options, gone);
    }

    private static void WaitForCaller(CancellationTokenSource gone)
    {
        while (Files.read(Caller, new byte[1]) > 0)
        {
        }
        gone.Cancel();
    }

    private static void Say(MappedAnswer answer) =>
        Files.write(Answers, [.. JsonSerializer.SerializeToUtf8Bytes(answer, MappedJson.Default.MappedAnswer), (byte)'\n']);
}
