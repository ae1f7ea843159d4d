using PSContainer.Kernel;
using PSContainer.Machine;
using PSContainer.Programs;
using PSContainer.Rooted;
using PSContainer.Spec;
using PSContainer.Trees;
using PSContainer.Users;

namespace PSContainer.Mapped;

/// <summary>
/// Copies between the host and a container: for root in this process, for a user as root of a namespace that has his subordinate
/// ids, who may read and write what is theirs.
/// </summary>
internal sealed class MappedFiles(RuntimeExecutable executable, RootedDirectory container)
{
    /// <summary>As <see cref="TreeCopy.Into"/>.</summary>
    internal TreeCopyResult Into(string source, string destination, TreeCopyOptions options, CancellationToken cancellation) =>
        Files.geteuid() == 0
            ? TreeCopy.Into(source, container, destination, options, cancellation)
            : Run(new MappedCopy(true, Path.Combine(Environment.CurrentDirectory, source), destination, container.Path, Inside(options)) { Owner = Pair(options.Owner) },
                cancellation);

    /// <summary>As <see cref="TreeCopy.Into"/>, of a file that is only open.</summary>
    internal TreeCopyResult Into(FileHandle file, string destination, TreeCopyOptions options, CancellationToken cancellation) =>
        Files.geteuid() == 0
            ? TreeCopy.Into(OfDescriptor(file.Fd), container, destination, options, cancellation)
            : Run(
                new MappedCopy(true, OfDescriptor(MappedDescriptors.Input), destination, container.Path, Inside(options)) { Owner = Pair(options.Owner) },
                cancellation, file.Fd);

    /// <summary>As <see cref="TreeCopy.OutOf"/>.</summary>
    internal TreeCopyResult OutOf(string source, string destination, TreeCopyOptions options, CancellationToken cancellation) =>
        Files.geteuid() == 0
            ? TreeCopy.OutOf(container, source, destination, options, cancellation)
            : Run(new MappedCopy(false, source, Path.Combine(Environment.CurrentDirectory, destination), container.Path, Inside(options)) { Owner = OwnerOnHost(options.Owner) },
                cancellation);

    private static string OfDescriptor(int fd) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/fd/{fd}");

    private TreeCopyResult Run(MappedCopy copy, CancellationToken cancellation, int input = -1) =>
        new MappedProcess(executable.Path)
        {
            Root = container.Fd, Input = input, OnProgress = done => copy.Options.Progress?.Invoke(done.Entries, done.Bytes),
        }.Run(new MappedWork { Copy = copy }, cancellation).Copied!;

    // Ids of the container are the host's first, then those that the namespace has for them.
    private static TreeCopyOptions Inside(TreeCopyOptions options)
    {
        HostFacts facts = HostFacts.Read();
        return options with
        {
            UidMappings = IdMap.Compose(options.UidMappings, facts.UidMap),
            GidMappings = IdMap.Compose(options.GidMappings, facts.GidMap),
        };
    }

    private static uint[]? OwnerOnHost((uint Uid, uint Gid)? owner)
    {
        if (owner is not { } given)
            return null;
        HostFacts facts = HostFacts.Read();
        return [Inside(given.Uid, facts.UidMap, "user"), Inside(given.Gid, facts.GidMap, "group")];
    }

    private static uint Inside(uint id, IReadOnlyList<IdMapping> map, string kind)
    {
        IdMapping one = new() { ContainerId = id, HostId = id, Size = 1 };
        return IdMap.Compose([one], map) is [var found]
            ? found.HostId
            : throw new ContainerPermissionException(
                $"A copy cannot be given to the {kind} {id}: that id is neither yours nor set aside for you.",
                "Leave -Owner away: then the copy is yours.");
    }

    private static uint[]? Pair((uint Uid, uint Gid)? owner) => owner is { } given ? [given.Uid, given.Gid] : null;
}
