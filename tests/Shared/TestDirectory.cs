using PSContainer.Kernel;
using PSContainer.Trees;

namespace PSContainer.Tests;

/// <summary>A directory of one test's own, removed with all that is in it, and a canary outside of what is tested.</summary>
public sealed class TestDirectory : IDisposable
{
    private const string CanaryText = "untouched";
    private readonly string canaryBefore;

    public TestDirectory()
    {
        Root = Directory.CreateTempSubdirectory("psc-test-").FullName;
        CanaryDirectory = Directory.CreateDirectory(Path.Combine(Root, "canary")).FullName;
        Canary = Path.Combine(CanaryDirectory, "file");
        File.WriteAllText(Canary, CanaryText);
        canaryBefore = DescribeCanary();
    }

    public string Root { get; }

    public string Canary { get; }

    public string CanaryDirectory { get; }

    public string this[string name] => Path.Combine(Root, name);

    public string MakeDirectory(string name) => Directory.CreateDirectory(this[name]).FullName;

    /// <summary>Content, mode, owner, links and inode of the canary, and that it is alone in its directory.</summary>
    public void AssertCanaryUntouched() => Assert.Equal(canaryBefore, DescribeCanary());

    private string DescribeCanary()
    {
        string text = "";
        foreach (string path in Directory.GetFileSystemEntries(CanaryDirectory).Append(CanaryDirectory).Order())
        {
            Files.statx_data data = Status(path);
            text += $"{path} {data.stx_mode:x} {data.stx_uid}:{data.stx_gid} {data.stx_ino} {data.stx_nlink} "
                + $"{data.stx_mtime.tv_sec}.{data.stx_mtime.tv_nsec}\n";
        }
        return text + File.ReadAllText(Canary);
    }

    /// <summary>statx(2) of a path, not following a link.</summary>
    public static Files.statx_data Status(string path)
    {
        nint result = Files.statx(
            Files.AT_FDCWD, path, Files.AT_SYMLINK_NOFOLLOW, Files.STATX_BASIC_STATS, out Files.statx_data data);
        Syscall.Check(result, "statx", path);
        return data;
    }

    public void Dispose() => TreeRemoval.Remove(Root);
}
