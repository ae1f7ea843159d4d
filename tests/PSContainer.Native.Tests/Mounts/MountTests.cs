using System.Diagnostics;
using System.Globalization;
using PSContainer.FileSystems;
using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Mounts;

/// <summary>Mounting filesystems, and what is said of mounts.</summary>
public sealed class MountTests : IDisposable
{
    private readonly OverlayFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [RootFact]
    public void Both_ways_of_reading_say_the_same()
    {
        string hostile = fixture.MakeDirectory("a b\\c\nd,e=f:g");
        MountEngine.Mount(new() { Type = "tmpfs", Path = hostile, Source = "so urce", Options = ["nosuid", "noexec", "noatime",
            "size=64k", "mode=0700"] });
        string bound = fixture.MakeDirectory("bound"), inner = fixture.MakeDirectory("a b\\c\nd,e=f:g/in ner");
        MountEngine.Mount(new() { Source = inner, Path = bound, Options = ["ro", "shared"] });
        string prefix = fixture["."][..^1];

        MountInfo[] byText = [.. MountInfo.Parse(ProcFile.Read("/proc/thread-self/mountinfo")!).Where(IsOurs)];
        MountInfo[]? byCall = StatmountReader.Read()?.Where(IsOurs).ToArray();

        Assert.Equal(2, byText.Length);
        if (byCall is null)
            return; // Linux before 6.15.
        Assert.Equal(byText.Select(Describe), byCall.Select(Describe));
        Assert.All(byCall, mount => Assert.NotEqual(0, mount.UniqueId));

        bool IsOurs(MountInfo mount) => mount.MountPoint.StartsWith(prefix, StringComparison.Ordinal);

        static string Describe(MountInfo mount) =>
            $"{mount.Id} {mount.ParentId} {mount.Device} {mount.Root} {mount.MountPoint} "
            + $"{string.Join(',', mount.Options)} {mount.FileSystem} "
            + $"{mount.Source} {string.Join(',', mount.SuperOptions)} {mount.Propagation}";
    }

    [RootFact]
    public void A_tmpfs_has_the_options_that_were_asked()
    {
        string path = fixture.MakeDirectory("tmp");

        MountPoint mount = MountEngine.Mount(new() { Type = "tmpfs", Path = path, Options = ["ro", "nosuid", "nodev",
            "size=64k"] });

        Assert.Equal(("tmpfs", path, "/", true), (mount.Type, mount.Path, mount.Root, mount.IsReadOnly));
        Assert.Superset(new HashSet<string>(["ro", "nosuid", "nodev"]), mount.Options.ToHashSet());
        Assert.Contains("size=64k", mount.FileSystemOptions);
        Assert.Equal(mount, MountPoint.Find(path));
        Dismount(mount);
        Assert.False(mount.IsMounted);
        Assert.Null(MountPoint.Find(path));
        Assert.Throws<MountPointNotFoundException>(() => Dismount(mount));
    }

    [RootFact]
    public void A_bind_shows_a_directory_or_a_file_and_with_rbind_what_is_mounted_in_it()
    {
        string source = fixture.MakeTree("source", "file=content", "in/"), target = fixture.MakeDirectory("target");
        MountEngine.Mount(new() { Type = "tmpfs", Path = Path.Combine(source, "in") });
        File.WriteAllText(Path.Combine(source, "in/inner"), "");

        MountPoint plain = MountEngine.Mount(new() { Source = source, Path = target });
        Assert.Equal("content", File.ReadAllText(Path.Combine(target, "file")));
        Assert.False(File.Exists(Path.Combine(target, "in/inner")));
        Dismount(plain);

        MountPoint whole = MountEngine.Mount(new() { Type = "rbind", Source = source, Path = target, Options = ["rro"] });
        Assert.True(File.Exists(Path.Combine(target, "in/inner")));
        Assert.Throws<IOException>(() => File.WriteAllText(Path.Combine(target, "in/inner"), ""));
        Assert.Contains("is mounted in it", Assert.Throws<MountBusyException>(() => Dismount(whole)).Message);
        Dismount(whole, recurse: true);

        File.WriteAllText(fixture["place"], "");
        MountPoint file = MountEngine.Mount(new() { Source = Path.Combine(source, "file"), Path = fixture["place"] });
        Assert.Equal("content", File.ReadAllText(fixture["place"]));
        Dismount(file);
    }

    [RootFact]
    public void What_cannot_be_mounted_is_said_and_leaves_nothing()
    {
        string path = fixture.MakeDirectory("place"), file = fixture["file"];
        File.WriteAllText(file, "");
        Refuse(new() { Type = "tmpfs", Path = fixture["none"] }, "does not exist");
        Refuse(new() { Type = "tmpfs", Path = file }, "is no directory");
        Refuse(new() { Type = "no-such-fs", Path = path }, "no filesystem 'no-such-fs'");
        Refuse(new() { Type = "tmpfs", Path = path, Options = ["frob"] }, "does not take the option 'frob'");
        Refuse(new() { Type = "tmpfs", Path = path, Options = ["size=much"] }, "size=much");
        Refuse(new() { Source = file, Path = path }, "is a regular file");
        Refuse(new() { Source = fixture["none"], Path = path }, "does not exist");
        Refuse(new() { Path = path }, "needs something to show");
        Refuse(new() { Source = path, Path = path, Options = ["size=1m"] }, "'size=1m' is no mount option");
        var failed = Assert.Throws<MountFailedException>(() => MountEngine.Mount(new() { Type = "ext4", Source = file, Path =
            path }));
        Assert.Equal(Errno.ENOTBLK, failed.Errno);
        Assert.Empty(fixture.Mounted());

        static void Refuse(FileSystemRequest request, string because) =>
            Assert.Contains(because, Assert.Throws<InvalidMountException>(() => MountEngine.Mount(request)).Message);
    }

    [RootCommandFact("unshare")]
    public void Mounts_are_made_read_and_taken_away_in_other_namespaces()
    {
        string path = fixture.MakeDirectory("place");
        using Process other = Process.Start(new ProcessStartInfo(
            "unshare", ["--mount", "--pid", "--net", "--fork", "sh", "-c",
                "echo ready; read x; cat '" + path + "/self/status' | grep NSpid; ls /sys/class/net"])
        { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            Assert.Equal("ready", other.StandardOutput.ReadLine());
            int child = int.Parse(File.ReadAllText($"/proc/{other.Id}/task/{other.Id}/children").Split(' ')[0],
                CultureInfo.InvariantCulture);
            string[] namespaces = [$"/proc/{child}/ns/mnt", $"/proc/{child}/ns/pid", $"/proc/{child}/ns/net"];

            MountPoint proc = MountEngine.Mount(new() { Type = "proc", Path = path, Namespaces = namespaces });
            MountEngine.Mount(new() { Type = "sysfs", Path = "/sys", Namespaces = namespaces });

            Assert.True(proc.IsMounted);
            Assert.Null(MountPoint.Find(path));
            Assert.Contains(MountEngine.List(namespaces), mount => mount.Path == path && mount.Type == "proc");
            Assert.Contains(MountPoint.List(child), mount => mount.Path == path);
            other.StandardInput.WriteLine();
            // The processes of that pid namespace only: the reader is a low number there.
            Assert.Matches(@"^NSpid:\s+[2-9]$", other.StandardOutput.ReadLine());
            Assert.Equal("lo", other.StandardOutput.ReadLine());
        }
        finally
        {
            other.StandardInput.Close();
            other.WaitForExit();
        }
        Assert.Throws<ContainerException>(() => MountEngine.List([$"/proc/{other.Id}/ns/mnt"]));
    }

    [Fact]
    public void Layers_are_read_from_every_form_of_options()
    {
        OverlayLayerText one = Read(@"rw,lowerdir=/a\:b:/c\\d:/e,upperdir=/u,workdir=/w,volatile");
        Assert.Equal(["/a:b", @"/c\d", "/e"], one.Lower);
        Assert.Equal(("/u", "/w"), (one.Upper, one.Work));
        Assert.Equal(["volatile"], one.Options);
        OverlayLayerText other = Read(@"ro,lowerdir+=/a:b,lowerdir+=/c\054d\134e,userxattr");
        Assert.Equal(["/a:b", @"/c,d\e"], other.Lower);
        Assert.Null(other.Upper);

        static OverlayLayerText Read(string options) => OverlayLayerText.Of(
            Assert.Single(MountInfo.Parse(
                $"65 27 0:39 / /m rw,relatime - overlay none {options.Replace(@"\\", @"\134\134").Replace(@"\:", @"\134:")}\n")));
    }

    private void Dismount(MountPoint mount, bool recurse = false) =>
        new MountEngine(fixture.Engine).PrepareDismount(mount, recurse, lazy: false, force: false).Run();
}
