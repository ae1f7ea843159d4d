using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.Namespaces;
using PSContainer.Overlays;
using PSContainer.Spec;
using PSContainer.Tests;
using PSContainer.Trees;

namespace PSContainer.Security.Tests;

/// <summary>C-27 and C-28: another user of the host, who knows every path, gains nothing by what containers and images leave on it.</summary>
[Trait("Category", "Container")]
public sealed class LocalUserTests : IDisposable
{
    private const UnixFileMode Open = (UnixFileMode)0b111_101_101;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly TestDirectory _area = new();
    private readonly ContainerEngine _engine;

    public LocalUserTests()
    {
        // Only what the runtime makes may keep others out.
        File.SetUnixFileMode(_area.Root, Open);
        _engine = new ContainerEngine(_area["state"], TestRepository.Executable);
    }

    public void Dispose()
    {
        foreach (Container container in _engine.List().ToList())
            container.Remove(force: true);
        var overlays = new OverlayEngine(_engine);
        foreach (Overlay overlay in overlays.List().Where(one => one.Path.StartsWith(_area.Root, StringComparison.Ordinal)).ToList())
            overlays.Dismount(overlay);
        _area.Dispose();
    }

    [RootCommandTheory("setpriv")]
    [Trait("Attack", "C-27")]
    [Trait("CVE", "CVE-2021-41091")]
    [InlineData(true)]
    [InlineData(false)]
    public void Nobody_else_runs_what_a_container_left_in_an_overlay(bool isEphemeral)
    {
        using var rootfs = new TestRootfs();
        string given = _area.MakeDirectory("given");
        File.SetUnixFileMode(given, OwnerOnly);
        Overlay overlay = new OverlayEngine(_engine).Mount(new()
        {
            Lower = [rootfs.Path], Ephemeral = isEphemeral, Upper = isEphemeral ? null : Path.Combine(given, "upper"),
        });
        Container container = _engine.Start(new ContainerOptions
        {
            Rootfs = RootfsSource.Directory(overlay.Path), Command = ["sh", "-c", "cp /bin/busybox /gain; chmod 4755 /gain"], Name = $"psc-test-{Guid.NewGuid():n}",
        });
        container.WaitForExit(TimeSpan.FromMinutes(1));
        Assert.True(File.GetUnixFileMode(Path.Combine(overlay.Path, "gain")).HasFlag(UnixFileMode.SetUser));

        foreach (string path in new[] { overlay.Path, overlay.Upper!, overlay.Work! })
        {
            Outcome other = Other(Path.Combine(path, "gain"), "id", "-u");
            Assert.NotEqual(0, other.Code);
            Assert.Equal("", other.Output);
            Assert.False(OpenTree.IsOpen(path));
        }
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_engine.Store.Root));
        Assert.All(Directory.GetDirectories(Path.Combine(_engine.Store.Root, ".overlays")), place => Assert.Equal(OwnerOnly, File.GetUnixFileMode(place)));
    }

    [RootFact]
    [Trait("Attack", "C-27")]
    public void The_root_of_a_user_namespace_has_its_root_on_an_overlay_that_nobody_may_pass_to()
    {
        using var rootfs = new TestRootfs();
        Overlay overlay = new OverlayEngine(_engine).Mount(new() { Lower = [rootfs.Path], Ephemeral = true });
        IdMapping[] map = [new() { ContainerId = 0, HostId = 700_000, Size = 65536 }];
        Container container = _engine.Start(new ContainerOptions
        {
            Rootfs = RootfsSource.Directory(overlay.Path), UidMap = map, GidMap = map, Command = ["sh", "-c", "cat /proc/self/uid_map; ls /bin/busybox"],
            Name = $"psc-test-{Guid.NewGuid():n}",
        });
        string output = EngineFixture.Output(container);
        Assert.Contains("700000", output, StringComparison.Ordinal);
        Assert.Contains("/bin/busybox", output, StringComparison.Ordinal);
    }

    [RootTheory]
    [Trait("Attack", "C-27")]
    [InlineData("overlay")]
    [InlineData("namespace")]
    [InlineData("filter")]
    [InlineData("container")]
    public void The_state_directory_is_its_owners_whatever_makes_it_first(string first)
    {
        switch (first)
        {
            case "overlay":
                new OverlayEngine(_engine).Mount(new() { Lower = [_area.MakeDirectory("lower")], ReadOnly = true });
                break;
            case "namespace":
                var namespaces = new NamespaceStore(_engine.Store.Root);
                HostCommand.Run(TestRepository.Executable, "namespace", "create", "--directory", namespaces.SetOf("psc-test").Directory, "--type", "uts", "--pin");
                foreach (Namespace one in namespaces.OfSet(namespaces.SetOf("psc-test")))
                    namespaces.Remove(one, force: true);
                break;
            case "filter":
                SeccompSpec filter = new()
                {
                    DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new() { Names = ["getpid"], Action = "SCMP_ACT_ERRNO" }],
                };
                PSContainer.Security.Seccomp.SeccompCache.Get(filter, _engine.Store.Root);
                break;
            default:
                _engine.Store.Claim("psc-test-claimed").Dispose();
                break;
        }
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_engine.Store.Root));
    }

    [RootTheory]
    [Trait("Attack", "C-28")]
    [InlineData(false, 0b111_000_000)]
    [InlineData(true, 0b111_001_001)]
    public void A_bundle_is_its_owners_but_for_what_a_user_namespace_needs(bool hasUserNamespace, int mode)
    {
        using var rootfs = new TestRootfs();
        IdMapping[] map = [new() { ContainerId = 0, HostId = 700_000, Size = 65536 }];
        ContainerOptions options = new() { Rootfs = RootfsSource.Directory(rootfs.Path), Command = ["true"] };
        ContainerSpec spec = _engine.Compose(hasUserNamespace ? options with { UidMap = map, GidMap = map } : options);
        SpecBundle.Write(spec, _area["bundle"], TestRepository.Executable, copyRootfs: true);
        Assert.Equal((UnixFileMode)mode, File.GetUnixFileMode(_area["bundle"]));
    }

    [RootFact]
    [Trait("Attack", "C-28")]
    public void A_root_filesystem_that_others_reach_is_warned_of_when_it_hands_them_something()
    {
        string tree = _area.MakeDirectory("tree"), bin = _area.MakeDirectory("tree/usr/bin");
        File.WriteAllText(Path.Combine(bin, "su"), "");
        File.SetUnixFileMode(Path.Combine(bin, "su"), Open);
        File.CreateSymbolicLink(Path.Combine(tree, "bin"), "usr/bin");
        Assert.Null(OpenTree.Warning(tree));
        File.SetUnixFileMode(Path.Combine(bin, "su"), Open | UnixFileMode.SetUser);
        Assert.Contains("'/bin/su'", OpenTree.Warning(tree), StringComparison.Ordinal);
        File.SetUnixFileMode(tree, OwnerOnly);
        Assert.Null(OpenTree.Warning(tree));
        File.SetUnixFileMode(tree, Open);
        File.SetUnixFileMode(_area.Root, OwnerOnly);
        Assert.Null(OpenTree.Warning(tree));
    }

    private static Outcome Other(params string[] command) =>
        HostCommand.Try(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. command]);
}
