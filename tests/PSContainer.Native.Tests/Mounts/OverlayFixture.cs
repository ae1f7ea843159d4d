using PSContainer.Containers;
using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Overlays;
using PSContainer.Tests;
using PSContainer.Trees;

namespace PSContainer.Native.Tests.Mounts;

/// <summary>
/// Directories and a state directory of one test's own. All that is still mounted in them at the end is unmounted, all else
/// removed.
/// </summary>
public sealed class OverlayFixture : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("psc-test-overlay-").FullName;

    public OverlayFixture()
    {
        Engine = new ContainerEngine(Path.Combine(root, "state"), TestRepository.Executable);
        Overlays = new OverlayEngine(Engine);
    }

    public ContainerEngine Engine { get; }

    public OverlayEngine Overlays { get; }

    public string this[string name] => Path.Combine(root, name);

    public string MakeDirectory(string name) => Directory.CreateDirectory(this[name]).FullName;

    /// <summary>A directory with files in it: <c>name</c> or <c>name=content</c>, and <c>name/</c> for a directory.</summary>
    public string MakeTree(string name, params string[] entries)
    {
        string top = MakeDirectory(name);
        foreach (string entry in entries)
        {
            string[] parts = entry.Split('=');
            string path = Path.Combine(top, parts[0]);
            Directory.CreateDirectory(entry.EndsWith('/') ? path : Path.GetDirectoryName(path)!);
            if (!entry.EndsWith('/'))
                File.WriteAllText(path, parts.Length > 1 ? parts[1] : parts[0]);
        }
        return top;
    }

    /// <summary>What an overlay changed, a line each, sorted.</summary>
    public static string[] Changes(Overlay overlay, bool includeUnchanged = false)
    {
        var changes = new List<OverlayChange>();
        OverlayEngine.Compare(overlay, changes.Add, includeUnchanged);
        return [.. changes.Select(change => change.ToString()).Order(StringComparer.Ordinal)];
    }

    /// <summary>Everything in a tree: path, type, mode, owner, content or target.</summary>
    public static string[] Describe(string top)
    {
        var lines = new List<string>();
        foreach (FileSystemInfo item in new DirectoryInfo(top).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            Files.statx_data data = TestDirectory.Status(item.FullName);
            string content = (data.stx_mode & Files.S_IFMT) == Files.S_IFREG ? File.ReadAllText(item.FullName)
                : item.LinkTarget ?? "";
            lines.Add($"{Path.GetRelativePath(top, item.FullName)} {data.stx_mode:x} {data.stx_uid}:{data.stx_gid} "
                + $"{data.stx_rdev_major}:{data.stx_rdev_minor} {content}");
        }
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    /// <summary>What of ours is left in the state directory.</summary>
    public string[] Places() => [.. OverlayPlace.List(Engine.Store).Select(place => place.Id)];

    /// <summary>Mounts that lie in the directories of the test.</summary>
    public string[] Mounted() => [.. MountTable.Current.Select(mount => mount.MountPoint).Where(path => path.StartsWith(root,
        StringComparison.Ordinal))];

    public void Dispose()
    {
        foreach (Container container in Engine.List().ToList())
            container.Remove(force: true);
        foreach (string path in Mounted().Reverse())
            MountCalls.umount2(path, MountApi.MntDetach);
        TreeRemoval.Remove(root);
    }
}
