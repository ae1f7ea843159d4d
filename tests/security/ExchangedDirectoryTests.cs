using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.Images;
using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Overlays;
using PSContainer.Rooted;
using PSContainer.Spec;
using PSContainer.Tests;
using PSContainer.Trees;

namespace PSContainer.Security.Tests;

/// <summary>
/// C-40: a user whose directory root makes something in exchanges it for a link the moment that it is there. She is a thread here that
/// inotify(7) wakes, and what her link leads to is root's.
/// </summary>
[Trait("Category", "Container")]
public sealed class ExchangedDirectoryTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TestDirectory _area = new();
    private readonly ContainerEngine _engine;
    private readonly OverlayEngine _overlays;
    private readonly string _home, _target;

    public ExchangedDirectoryTests()
    {
        _engine = new ContainerEngine(_area["state"], TestRepository.Executable);
        _overlays = new OverlayEngine(_engine);
        _home = _area.MakeDirectory("home");
        _target = _area.MakeDirectory("target");
        File.SetUnixFileMode(_target, OwnerOnly);
    }

    public void Dispose()
    {
        Unmount(_area.Root);
        _area.Dispose();
    }

    [RootTheory]
    [Trait("Attack", "C-40")]
    [InlineData("up")]
    [InlineData("up.work")]
    [InlineData("on")]
    public void A_directory_of_an_overlay(string exchanged)
    {
        string lower = _area.MakeDirectory("lower"), secret = Path.Combine(_target, "secret");
        File.WriteAllText(Path.Combine(lower, "file"), "");
        File.WriteAllText(secret, "");
        File.SetUnixFileMode(secret, Secret);
        // A link to a file shows a mode that is changed, one to a directory a filesystem that is mounted or written to.
        foreach (string leadsTo in new[] { secret, _target })
        {
            Run(exchanged, leadsTo, () =>
            {
                Overlay overlay = _overlays.Mount(new() { Lower = [lower], Upper = Path.Combine(_home, "up"), Path = Path.Combine(_home, "on") });
                _overlays.Dismount(overlay);
            });
            Assert.Equal(Secret, File.GetUnixFileMode(secret));
            Assert.Equal(["secret"], Names(_target));
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(_target));
        }
    }

    [RootFact]
    [Trait("Attack", "C-40")]
    public void What_an_overlay_is_merged_into()
    {
        string lower = _area.MakeDirectory("lower");
        File.WriteAllText(Path.Combine(lower, "file"), "");
        Overlay overlay = _overlays.Mount(new() { Lower = [lower], Upper = _area["upper"], Path = _area["merged"] });
        Run(".partial", _target, () => _overlays.PrepareMerge(
            overlay, Path.Combine(_home, "m"), OverlayMergeForm.Rootfs, overwrite: false, static _ => { }, CancellationToken.None).Run());
        AssertUntouched();
    }

    [RootTheory]
    [Trait("Attack", "C-40")]
    [InlineData(".partial", "rootfs")]
    [InlineData("above", "above/rootfs")]
    public void What_an_image_is_unpacked_into(string exchanged, string destination)
    {
        string archive = _area["small.tar"], tree = _area.MakeDirectory("tree");
        File.WriteAllText(Path.Combine(tree, "file"), "");
        HostCommand.Run("tar", "-C", tree, "-cf", archive, ".");
        Run(exchanged, _target, () => RootfsExtractor.Extract(archive, Path.Combine(_home, destination)));
        AssertUntouched();
    }

    [RootTheory]
    [Trait("Attack", "C-40")]
    [InlineData("bundle", "bundle")]
    [InlineData("above", "above/bundle")]
    public void A_bundle(string exchanged, string destination)
    {
        string rootfs = _area.MakeDirectory("rootfs"), program = Path.Combine(_area.MakeDirectory("rootfs/bin"), "true");
        File.WriteAllText(program, "");
        File.SetUnixFileMode(program, OwnerOnly);
        IdMapping[] map = [new() { ContainerId = 0, HostId = 700_000, Size = 65536 }];
        ContainerSpec spec = _engine.Compose(new ContainerOptions { Rootfs = RootfsSource.Directory(rootfs), Command = ["true"], UidMap = map, GidMap = map });
        Run(exchanged, _target, () => SpecBundle.Write(spec, Path.Combine(_home, destination), TestRepository.Executable, copyRootfs: true));
        AssertUntouched();
    }

    [RootFact]
    [Trait("Attack", "C-40")]
    public void A_directory_that_is_copied()
    {
        string tree = _area.MakeDirectory("tree");
        File.SetUnixFileMode(tree, (UnixFileMode)0b111_101_101);
        File.WriteAllText(Path.Combine(tree, "file"), "");
        using RootedDirectory host = RootedDirectory.OpenHost("/");
        Run("copy", _target, () => TreeCopy.OutOf(host, tree, Path.Combine(_home, "copy")));
        AssertUntouched();
    }

    [RootFact]
    [Trait("Attack", "C-40")]
    public void Another_directory_of_roots_in_its_place_is_refused()
    {
        string kept = Path.Combine(_home, "kept");
        Directory.CreateDirectory(kept);
        File.WriteAllText(Path.Combine(kept, "secret"), "");
        File.SetUnixFileMode(kept, OwnerOnly);
        using var home = new FileHandle((int)Files.openat(Files.AT_FDCWD, _home, Files.O_PATH | Files.O_DIRECTORY));
        Assert.Contains("exchanged", Assert.Throws<ContainerException>(() => FreshDirectory.Open(home.Fd, "kept\0"u8, kept)).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(kept, "secret"));
        FreshDirectory.Open(home.Fd, "kept\0"u8, kept).Dispose();
        File.SetUnixFileMode(kept, (UnixFileMode)0b111_111_111);
        Assert.Throws<ContainerException>(() => FreshDirectory.Open(home.Fd, "kept\0"u8, kept));
        File.SetUnixFileMode(kept, OwnerOnly);
        HostCommand.Run("chown", "65534", kept);
        Assert.Throws<ContainerException>(() => FreshDirectory.Open(home.Fd, "kept\0"u8, kept));
        File.CreateSymbolicLink(Path.Combine(_home, "link"), _target);
        Assert.Throws<ContainerException>(() => FreshDirectory.Open(home.Fd, "link\0"u8, kept));
    }

    [RootFact]
    [Trait("Attack", "C-40")]
    public void A_layer_that_is_a_link_by_now_is_not_emptied()
    {
        string lower = _area.MakeDirectory("lower"), upper = Path.Combine(_home, "up"), precious = Path.Combine(_target, "precious");
        File.WriteAllText(precious, "");
        Overlay overlay = _overlays.Mount(new() { Lower = [lower], Upper = upper, Path = _area["merged"] });
        File.WriteAllText(Path.Combine(overlay.Path, "change"), "");
        Directory.Move(upper, upper + ".moved");
        File.CreateSymbolicLink(upper, _target);
        Assert.ThrowsAny<ContainerException>(() => _overlays.PrepareReset(overlay).Run());
        Assert.True(File.Exists(precious), "what the link leads to was removed");
        Assert.True(File.Exists(Path.Combine(overlay.Path, "change")), "the overlay is gone");
    }

    // Until she has exchanged it often enough: she wins each of them, and none is worth anything.
    private void Run(string suffix, string leadsTo, Action attempt)
    {
        const int Enough = 20;
        int refused = 0;
        using (var racer = new DirectoryExchanger(_home, suffix, leadsTo))
        {
            Race.Run(
                () =>
                {
                    try
                    {
                        attempt();
                    }
                    catch (ContainerException)
                    {
                        refused++;
                    }
                    racer.Unseen(Clear);
                }, _ => racer.Exchanged >= Enough);
            Assert.True(racer.Exchanged >= Enough, $"the race was not run: {racer.Exchanged} exchanged, {refused} refused");
        }
    }

    private void Clear()
    {
        Unmount(_home);
        foreach (string name in Names(_home))
            TreeRemoval.Remove(Path.Combine(_home, name));
    }

    private static void Unmount(string below)
    {
        foreach (string path in MountTable.Current.Select(static mount => mount.MountPoint).Where(path => path.StartsWith(below, StringComparison.Ordinal)).Reverse())
            MountCalls.umount2(path, MountApi.MntDetach);
    }

    private void AssertUntouched()
    {
        Assert.Empty(Names(_target));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_target));
    }

    private static string[] Names(string directory) => [.. Directory.EnumerateFileSystemEntries(directory).Select(static path => Path.GetFileName(path))];
}
