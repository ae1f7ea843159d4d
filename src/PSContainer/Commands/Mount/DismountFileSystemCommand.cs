using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.FileSystems;
using PSContainer.Words;

namespace PSContainer.Commands;

/// <summary>Unmounts filesystems.</summary>
[Cmdlet(VerbsData.Dismount, "FileSystem", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class DismountFileSystemCommand : MountCmdlet
{
    private readonly List<MountPoint> _all = [];

    /// <summary>The mounts: paths they are mounted on, patterns, or objects.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Path", "InputObject")]
    [MountPointTransformation]
    [ArgumentCompleter(typeof(MountPointCompleter))]
    [SupportsWildcards]
    public MountPointReference[] MountPoint { get; set; } = [];

    /// <summary>Unmounts what is mounted below first.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Takes it out of sight at once, whoever uses it; it is gone when the last of them has ended.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Lazy { get; set; }

    /// <summary>
    /// Does not wait for a server that does not answer. Also unmounts what the session or the system needs, once that is confirmed.
    /// </summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _all.AddRange(Resolve(MountPoint, PSContainer.FileSystems.MountPoint.List));

    // All are known first: one that is mounted on another has to go before it, whatever the order of the pipeline.
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (MountPoint mount in MountEngine.InnermostFirst(_all))
            Attempt(mount, () => Dismount(mount));
    }

    private void Dismount(MountPoint mount)
    {
        // With -Recurse what is needed can be mounted below what is not.
        IEnumerable<string> paths = Recurse
            ? PSContainer.FileSystems.MountPoint.List().Select(one => one.Path).Where(path => PathWord.IsBelow(path, mount.Path)).Prepend(mount.Path)
            : [mount.Path];
        string? harm = CallerSession.IsView(mount.View)
            ? paths.Select(path => CallerSession.FindBelow(path, Lazy)).FirstOrDefault(found => found is not null)
            : null;
        if (MayEndanger(harm, mount.Path, "unmount", Force))
            Run(MountEngine.Default.PrepareDismount(mount, Recurse, Lazy, Force), mount.Path, "Unmount");
    }
}
