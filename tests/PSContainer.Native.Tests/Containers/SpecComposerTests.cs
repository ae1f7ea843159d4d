using PSContainer.Containers.Compose;
using PSContainer.Containers.Options;
using PSContainer.Kernel;
using PSContainer.Machine;
using PSContainer.Security.Landlock;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Containers;

public sealed class SpecComposerTests : IDisposable
{
    private const string Id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private readonly TestDirectory directory = new();
    private readonly string root;

    public SpecComposerTests()
    {
        root = directory.MakeDirectory("root");
        foreach (string name in (string[])["bin", "etc", "srv", "usr/bin"])
            Directory.CreateDirectory(Path.Combine(root, name));
        Program("bin/busybox");
        File.CreateSymbolicLink(Path.Combine(root, "bin/sh"), "/bin/busybox");
        File.WriteAllText(Path.Combine(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nweb:x:33:44::/srv:/bin/sh\n");
        File.WriteAllText(Path.Combine(root, "etc/group"), "root:x:0:\nweb:x:44:\nlogs:x:70:web\n");
    }

    private static HostFacts Facts => new()
    {
        OnlineCpus = "0-1", UserId = 0, GroupId = 0, HostName = "machine", CapabilityBits = (1UL << 41) - 1,
    };

    private ContainerOptions Options => new() { Rootfs = RootfsSource.Directory(root), Command = ["sh"] };

    public void Dispose() => directory.Dispose();

    private void Program(string path)
    {
        File.WriteAllText(Path.Combine(root, path), "#!");
        File.SetUnixFileMode(Path.Combine(root, path), (UnixFileMode)0x1ED);
    }

    private static ContainerSpec Compose(ContainerOptions options) => SpecComposer.Compose(options, Id, Facts, _ => 4242);

    private static string? Advice<T>(ContainerOptions options)
        where T : ContainerException => Assert.Throws<T>(() => Compose(options)).Recommendation;

    [Fact]
    public void TheDefaultIsLockedDown()
    {
        ContainerSpec spec = Compose(Options);
        Assert.Equal(root, spec.Root!.Path);
        Assert.False(spec.Root.Readonly);
        Assert.Equal(
            ["cgroup", "ipc", "mount", "network", "pid", "uts"], spec.Linux!.Namespaces!.Select(one => one.Type).Order());
        Assert.All(spec.Linux.Namespaces!, one => Assert.Null(one.Path));
        Assert.True(spec.Process!.NoNewPrivileges);
        Assert.Equal(14, spec.Process.Capabilities!.Bounding!.Count);
        Assert.DoesNotContain("CAP_SYS_ADMIN", spec.Process.Capabilities.Bounding!);
        Assert.Empty(spec.Process.Capabilities.Inheritable!);
        Assert.Empty(spec.Process.Capabilities.Ambient!);
        Assert.Contains("/proc/kcore", spec.Linux.MaskedPaths!);
        Assert.Contains("/proc/sys", spec.Linux.ReadonlyPaths!);
        Assert.Equal($"/pscontainer-{Id}", spec.Linux.CgroupsPath);
        Assert.Equal("0123456789ab", spec.Hostname);
        Assert.False(spec.Annotations!.ContainsKey(Annotation.OverlayLower));
        Assert.False(spec.Annotations.ContainsKey(Annotation.Init));
    }

    [Fact]
    public void DefaultMountsAreTheOnesThatProgramsExpect()
    {
        IReadOnlyList<MountSpec> mounts = Compose(Options).Mounts!;
        Assert.Equal(
            ["/proc", "/dev", "/dev/pts", "/sys", "/sys/fs/cgroup", "/dev/mqueue", "/dev/shm"],
                mounts.Select(one => one.Destination));
        Assert.Contains("ro", mounts[3].Options!);
        Assert.Contains("ro", mounts[4].Options!);
        Assert.Contains("gid=5", mounts[2].Options!);
        Assert.Contains("size=67108864", mounts[6].Options!);
    }

    [Fact]
    public void TheEnvironmentHasDefaultsFilesAndVariablesInThisOrder()
    {
        string file = directory["env"];
        File.WriteAllText(file, "# comment\n\nA=file\n  B= 2 = \"two \n");
        ContainerSpec spec = Compose(Options with
        {
            EnvironmentFiles = [file],
            Environment = new Dictionary<string, string?> { ["A"] = "variable", ["HOSTNAME"] = null },
        });
        Assert.Contains("A=variable", spec.Process!.Env!);
        Assert.Contains("B= 2 = \"two ", spec.Process.Env!);
        Assert.Contains("HOME=/root", spec.Process.Env!);
        Assert.DoesNotContain(spec.Process.Env!, one => one.StartsWith("HOSTNAME", StringComparison.Ordinal));
        Assert.Contains(spec.Process.Env!, one => one.StartsWith("PATH=/usr/local/sbin:", StringComparison.Ordinal));
    }

    [Fact]
    public void AnEnvironmentFileThatIsWrongNamesItsLine()
    {
        string file = directory["env"];
        File.WriteAllText(file, "A=1\nnonsense\n");
        var error = Assert.Throws<InvalidSpecException>(() => Compose(Options with { EnvironmentFiles = [file] }));
        Assert.Contains("Line 2", error.Message);
        Assert.Throws<InvalidSpecException>(() => Compose(Options with { EnvironmentFiles = [directory["missing"]] }));
    }

    [Theory]
    [InlineData("export D=4")]
    [InlineData("F = 6")]
    [InlineData("G\t=7")]
    public void ANameWithWhiteSpaceInAnEnvironmentFileIsRefused(string line)
    {
        string file = directory["env"];
        File.WriteAllText(file, $"A=1\n{line}\n");
        var error = Assert.Throws<InvalidSpecException>(() => Compose(Options with { EnvironmentFiles = [file] }));
        Assert.Contains("Line 2", error.Message);
        Assert.Contains("white space", error.Message);
    }

    [Fact]
    public void BytesOfAnEnvironmentFileThatAreNoTextAreRefused()
    {
        string file = directory["env"];
        File.WriteAllBytes(file, [.. "A=\u00e9\nB="u8, 0xe9, (byte)'\n', .. "C=3\n"u8]);
        var error = Assert.Throws<InvalidSpecException>(() => Compose(Options with { EnvironmentFiles = [file] }));
        Assert.Contains("Line 2", error.Message);
        Assert.Contains("UTF-8", error.Message);
    }

    [Fact]
    public void UsersAreTheRootFilesystemsOwn()
    {
        UserSpec user = Compose(Options with { User = "web" }).Process!.User!;
        Assert.Equal((33u, 44u), (user.Uid, user.Gid));
        Assert.Equal([70u], user.AdditionalGids!);
        user = Compose(Options with { User = "web", Group = "logs", AdditionalGroups = ["5", "web"] }).Process!.User!;
        Assert.Equal(70u, user.Gid);
        Assert.Equal([5u, 44u], user.AdditionalGids!);
        Assert.Throws<InvalidSpecException>(() => Compose(Options with { User = "nobody-here" }));
        Assert.Throws<InvalidSpecException>(() => Compose(Options with { Umask = 0x200 }));
    }

    [Theory]
    [InlineData("sh")]
    [InlineData("/bin/sh")]
    [InlineData("bin/busybox")]
    public void ACommandIsFoundInTheRootFilesystem(string command) =>
        Assert.Equal([command], Compose(Options with { Command = [command] }).Process!.Args!);

    [Fact]
    public void ACommandThatIsNotThereIsTold()
    {
        Assert.Contains(
            "-Command sh, -c", Advice<CommandNotFoundInContainerException>(Options with { Command = ["sh -c true"] }));
        Assert.NotNull(Advice<CommandNotFoundInContainerException>(Options with { Command = ["nginx"] }));
        Assert.Contains("not an executable", Assert.Throws<CommandNotFoundInContainerException>(
            () => Compose(Options with { Command = ["/etc/passwd"] })).Message);
        Assert.Contains("not an executable", Assert.Throws<CommandNotFoundInContainerException>(
            () => Compose(Options with { Command = ["/etc"] })).Message);
        Assert.Throws<CommandNotFoundInContainerException>(() => Compose(Options with
        {
            Environment = new Dictionary<string, string?> { ["PATH"] = "/usr/bin" },
        }));
    }

    [Fact]
    public void ACommandOfTheHostIsNotFoundThroughALinkOutOfTheRoot()
    {
        File.CreateSymbolicLink(Path.Combine(root, "bin/escape"), "../../../../../../../../usr/bin/env");
        Assert.Throws<CommandNotFoundInContainerException>(() => Compose(Options with { Command = ["/bin/escape"] }));
    }

    [Fact]
    public void ACommandInAMountIsLeftToTheKernel()
    {
        ContainerOptions options = Options with
        {
            Command = ["/srv/job"], Mounts = [new() { Source = directory.CanaryDirectory, Destination = "/srv" }],
        };
        Assert.Equal("/srv/job", Compose(options).Process!.Args![0]);
    }

    [Fact]
    public void NoCommandMeansInit() =>
        Assert.Equal("true", Compose(Options with { Command = [] }).Annotations![Annotation.Init]);

    [Fact]
    public void ARootFilesystemThatIsNoneIsTold()
    {
        Assert.Contains("-Rootfs", Advice<InvalidSpecException>(Options with { Rootfs = null }));
        Assert.NotNull(Advice<RootfsNotFoundException>(Options with { Rootfs = RootfsSource.Directory(directory["none"]) }));
        Assert.Contains("Expand-ContainerImage", Advice<RootfsNotFoundException>(
            Options with { Rootfs = RootfsSource.Directory(directory.Canary) }));
    }

    [Fact]
    public void EphemeralPutsALayerOverTheRoot()
    {
        ContainerSpec spec = Compose(Options with { Ephemeral = true, ReadOnly = true });
        Assert.Equal($"[\"{root}\"]", spec.Annotations![Annotation.OverlayLower]);
        Assert.True(spec.Root!.Readonly);
        spec = Compose(Options with { Rootfs = RootfsSource.Host });
        Assert.Equal("[\"/\"]", spec.Annotations![Annotation.OverlayLower]);
    }

    [Fact]
    public void MountsAreBoundPrivateAndAsAsked()
    {
        ContainerSpec spec = Compose(Options with
        {
            Mounts =
            [
                new() { Source = directory.CanaryDirectory, Destination = "/srv/", ReadOnly = true },
                MountOption.ParseTmpfs("/tmp:size=1m"),
                new() { Source = directory.CanaryDirectory, Destination = "/dev/shm" },
            ],
        });
        MountSpec bind = Assert.Single(spec.Mounts!, one => one.Destination == "/srv");
        Assert.Equal(["rbind", "rprivate", "rro"], bind.Options!);
        MountSpec tmpfs = Assert.Single(spec.Mounts!, one => one.Destination == "/tmp");
        Assert.Equal(["nosuid", "nodev", "noexec", "mode=1777", "size=1048576"], tmpfs.Options!);
        Assert.Equal("bind", Assert.Single(spec.Mounts!, one => one.Destination == "/dev/shm").Type);
    }

    [Theory]
    [InlineData("/missing-source-of-a-test", "/srv")]
    [InlineData("/tmp", "srv")]
    [InlineData("/tmp", "/")]
    [InlineData("/tmp", "/srv/../..")]
    public void AMountThatIsWrongIsTold(string source, string destination) =>
        Assert.NotNull(
            Advice<InvalidSpecException>(Options with { Mounts = [new() { Source = source, Destination = destination }] }));

    [Fact]
    public void CapabilitiesAreDroppedBeforeTheyAreAdded()
    {
        IReadOnlyList<string> set = Compose(Options with
        {
            DropAllCapabilities = true, AddCapability = [Capability.NetAdmin],
        }).Process!.Capabilities!.Effective!;
        Assert.Equal(["CAP_NET_ADMIN"], set);
        set = Compose(Options with { DropCapability = [Capability.Chown] }).Process!.Capabilities!.Effective!;
        Assert.Equal(13, set.Count);
    }

    [Fact]
    public void OnlyWhatAUserIsGivenByNameIsAmbient()
    {
        CapabilitiesSpec sets = Compose(Options with { User = "web", AddCapability = [Capability.NetAdmin] }).Process!.Capabilities!;
        Assert.Equal(15, sets.Bounding!.Count);
        Assert.Equal(["CAP_NET_ADMIN"], sets.Ambient);
        Assert.Equal(["CAP_NET_ADMIN"], sets.Inheritable);
        Assert.Empty(Compose(Options with { AddCapability = [Capability.NetAdmin] }).Process!.Capabilities!.Ambient!);
        Assert.Empty(Compose(Options with { User = "web" }).Process!.Capabilities!.Ambient!);
        Assert.Empty(Compose(Options with { User = "web", Privileged = true }).Process!.Capabilities!.Ambient!);
        sets = Compose(Options with { User = "web", AddAllCapabilities = true, DropCapability = [Capability.SysAdmin] }).Process!.Capabilities!;
        Assert.Equal(40, sets.Ambient!.Count);
    }

    [Fact]
    public void RulesOfLandlockAreAnAnnotationThatNamesDevToo()
    {
        LandlockRule[] rules = [LandlockRule.Parse("/bin:rx")];
        Assert.Equal("""["/bin:rx","/dev:rw"]""", Compose(Options with { Landlock = rules }).Annotations![Annotation.Landlock]);
        rules = [.. rules, LandlockRule.Parse("/dev/null:w")];
        Assert.Equal("""["/bin:rx","/dev/null:w"]""", Compose(Options with { Landlock = rules }).Annotations![Annotation.Landlock]);
        Assert.DoesNotContain(Annotation.Landlock, Compose(Options).Annotations!);
        Assert.NotNull(Advice<InvalidSpecException>(Options with { Landlock = [LandlockRule.Parse("/no/such:r")] }));
    }

    [Fact]
    public void NoPathThatDockerMasksOrMakesReadOnlyIsLeftOut()
    {
        LinuxSpec linux = Compose(Options).Linux!;
        foreach (string path in (string[])[
            "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug",
            "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware"])
            Assert.Contains(path, linux.MaskedPaths!);
        foreach (string path in (string[])["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"])
            Assert.Contains(path, linux.ReadonlyPaths!);
        const string Thermal = "/sys/devices/system/cpu/cpu3/thermal_throttle";
        Assert.Contains(Thermal, SpecComposer.Compose(Options, Id, Facts with { ThermalPaths = [Thermal] }, _ => 4242).Linux!.MaskedPaths!);
    }

    [Fact]
    public void PrivilegedTurnsConfinementOff()
    {
        ContainerSpec spec = Compose(Options with { Privileged = true });
        Assert.Equal(41, spec.Process!.Capabilities!.Bounding!.Count);
        Assert.False(spec.Process.NoNewPrivileges);
        Assert.Empty(spec.Linux!.MaskedPaths!);
        Assert.Empty(spec.Linux.ReadonlyPaths!);
        Assert.Null(spec.Linux.Seccomp);
        Assert.True(Assert.Single(spec.Linux.Resources!.Devices!).Allow);
        Assert.Contains(spec.Linux.Devices!, one => one.Path == "/dev/null");
    }

    [Fact]
    public void ModesChooseNamespaces()
    {
        ContainerSpec spec = Compose(Options with
        {
            PidMode = NamespaceMode.Host, IpcMode = NamespaceMode.OfContainer("web"), Network = NetworkMode.Host,
        });
        Assert.DoesNotContain(spec.Linux!.Namespaces!, one => one.Type is "pid" or "network");
        Assert.Equal("/proc/4242/ns/ipc", Assert.Single(spec.Linux.Namespaces!, one => one.Type == "ipc").Path);
        Assert.Throws<InvalidSpecException>(() => Compose(Options with { UtsMode = NamespaceMode.Host, Hostname = "a" }));
        Assert.Throws<InvalidSpecException>(() => Compose(Options with { PidMode = NamespaceMode.OfPath("/missing") }));
    }

    [Fact]
    public void IdMapsMakeAUserNamespace()
    {
        ContainerSpec spec = Compose(Options with { MapRootUser = true });
        Assert.Contains(spec.Linux!.Namespaces!, one => one.Type == "user");
        Assert.Equal(1u, Assert.Single(spec.Linux.UidMappings!).Size);
        Assert.DoesNotContain("gid=5", spec.Mounts!.Single(one => one.Destination == "/dev/pts").Options!);
        IdMapping map = new() { ContainerId = 0, HostId = 100000, Size = 65536 };
        Assert.Throws<InvalidSpecException>(() => Compose(Options with { UidMap = [map] }));
        Assert.Throws<InvalidSpecException>(() => Compose(Options with { UidMap = [map, map], GidMap = [map] }));
        Assert.Throws<InvalidSpecException>(
            () => Compose(Options with { UidMap = [map], GidMap = [map], UserMode = NamespaceMode.Host }));
    }

    [Fact]
    public void AUserGetsANamespaceWithTheIdsSetAsideForHim()
    {
        HostFacts facts =
            Facts with { UserId = 1000, GroupId = 100, SubUids = [new(100_000, 65_536)], SubGids = [new(200_000, 65_536)] };
        LinuxSpec linux = SpecComposer.Compose(Options, Id, facts, _ => 0).Linux!;
        Assert.Contains(linux.Namespaces!, one => one is { Type: "user", Path: null });
        Assert.Equal(
            [(0u, 1000u, 1u), (1u, 100_000u, 65_536u)],
            linux.UidMappings!.Select(one => (one.ContainerId, one.HostId, one.Size)));
        Assert.Equal(
            [(0u, 100u, 1u), (1u, 200_000u, 65_536u)], linux.GidMappings!.Select(one => (one.ContainerId, one.HostId, one.Size)));
    }

    [Fact]
    public void AUserGetsOnlyIdsThatAreHis()
    {
        HostFacts facts = Facts with { UserId = 1000, GroupId = 100, SubUids = [new(100_000, 10)], SubGids = [new(100_000, 10)] };
        IdMapping[] his = [new() { HostId = 100_002, Size = 8 }], beyond = [new() { HostId = 100_002, Size = 9 }];
        SpecComposer.Compose(Options with { UidMap = his, GidMap = his }, Id, facts, _ => 0);
        var error = Assert.Throws<SubIdRangeMissingException>(
            () => SpecComposer.Compose(Options with { UidMap = his, GidMap = beyond }, Id, facts, _ => 0));
        Assert.Contains("100 by itself, and 100000-100009", error.Recommendation);
    }

    [Fact]
    public void AUserIsNeverAdvisedToTakeIdsOfTheHost()
    {
        HostFacts facts = Facts with { UserId = 1000, GroupId = 100, SubUids = [new(100_000, 10)], SubGids = [new(100_000, 10)] };
        IdMapping[] his = [new() { HostId = 100_000, Size = 8 }], root = [new() { HostId = 0, Size = 10 }];
        foreach ((IdMapping[] uids, IdMapping[] gids, string kind) in ((IdMapping[], IdMapping[], string)[])[(root, his, "user"), (his, root, "group")])
        {
            var error = Assert.Throws<SubIdRangeMissingException>(
                () => SpecComposer.Compose(Options with { UidMap = uids, GidMap = gids }, Id, facts, _ => 0));
            Assert.Contains($"{kind} root (0)", error.Message);
            Assert.DoesNotContain("usermod", error.Recommendation);
        }
    }

    [Fact]
    public void WhoNeedsAnotherIdIsToldWhatHelpsHim()
    {
        HostFacts facts = Facts with { UserId = 1000, GroupId = 100, SubUids = [new(100_000, 65_536)], SubGids = [new(100_000, 65_536)] };
        Assert.Contains("(0 to 65536)", Of(Options with { User = "70000:0" }));
        Assert.Contains("Leave out -MapRootUser", Of(Options with { User = "33:33", MapRootUser = true }));
        Assert.DoesNotContain("usermod", Of(Options with { User = "70000" }) + Of(Options with { User = "33", MapRootUser = true }));
        IdMapping[] few = [new() { HostId = 100_000, Size = 8 }];
        Assert.Contains("-UidMap", Of(Options with { User = "9:0", UidMap = few, GidMap = few }));

        string? Of(ContainerOptions options) =>
            Assert.Throws<SubIdRangeMissingException>(() => SpecComposer.Compose(options, Id, facts, _ => 0)).Recommendation;
    }

    [Fact]
    public void TheHostsUserNamespaceIsForRoot()
    {
        ContainerOptions options = Options with { UserMode = NamespaceMode.Host };
        Assert.DoesNotContain(SpecComposer.Compose(options, Id, Facts, _ => 0).Linux!.Namespaces!, static one => one.Type == "user");
        Assert.Contains("-UserMode Host", Assert.Throws<InvalidSpecException>(
            () => SpecComposer.Compose(options, Id, Facts with { UserId = 1000, GroupId = 100 }, _ => 0)).Message);
    }

    [Theory]
    [InlineData(1u, false, "0 0")]
    [InlineData(5u, false, "0 4")]
    [InlineData(65_536u, true, "0 65535")]
    public void RootOfAUserNamespaceIsGivenWhatItHas(uint groups, bool hasTerminals, string pingers)
    {
        IdMapping[] map = groups == 1
            ? [new() { ContainerId = 0, HostId = 1000, Size = 1 }]
            : [new() { ContainerId = 0, HostId = 1000, Size = 1 }, new() { ContainerId = 1, HostId = 100_000, Size = groups - 1 }];
        HostFacts facts = Facts with { UserId = 0, CallerUidMap = map, CallerGidMap = map, CallerMaySetGroups = groups > 1 };
        ContainerSpec spec = SpecComposer.Compose(Options, Id, facts, _ => 0);
        Assert.Equal(hasTerminals, spec.Mounts!.Single(static one => one.Destination == "/dev/pts").Options!.Contains("gid=5"));
        Assert.Equal(pingers, spec.Linux!.Sysctl![SysctlName.PingGroups]);
        Assert.Throws<SubIdRangeMissingException>(() => SpecComposer.Compose(Options with { User = "70000" }, Id, facts, _ => 0));
        if (groups == 1)
            Assert.Throws<SubIdRangeMissingException>(() => SpecComposer.Compose(Options with { AdditionalGroups = ["0"] }, Id, facts, _ => 0));
    }

    [Fact]
    public void TheHostsRootIsNotUsedAsItIs() =>
        Assert.Contains("-Rootfs Host", Advice<InvalidSpecException>(Options with { Rootfs = RootfsSource.Directory("/") }));

    [Fact]
    public void SysctlsOfTheHostAreRefused()
    {
        var own = new Dictionary<string, string> { ["net.ipv4.ip_forward"] = "1", ["kernel.shmmax"] = "1" };
        Assert.Equal(own.Keys.Order(), Compose(Options with { Sysctls = own }).Linux!.Sysctl!.Keys.Except(SysctlName.OfNetwork).Order());
        Assert.Throws<InvalidSpecException>(() => Compose(Options with { Sysctls = own, Network = NetworkMode.Host }));
        foreach (string name in (string[])["kernel.core_pattern", "vm.swappiness", "net.a=b", "net..a", "net.ipv4.a\nb"])
        {
            Assert.Throws<InvalidSpecException>(() => Compose(
                Options with { Sysctls = new Dictionary<string, string> { [name] = "1" } }));
        }
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("..")]
    [InlineData("a b")]
    public void ANameThatIsNoneIsTold(string name) => Assert.NotNull(Advice<InvalidSpecException>(Options with { Name = name }));

    [Fact]
    public void DetailsAreChecked()
    {
        Assert.Throws<InvalidSpecException>(() => Compose(Options with { Hostname = "a_b!" }));
        Assert.Throws<InvalidSpecException>(() => Compose(Options with { Hostname = new string('a', 65) }));
        Assert.Throws<InvalidSpecException>(() => Compose(Options with { WorkingDirectory = "srv" }));
        Assert.Throws<InvalidSpecException>(() => Compose(Options with { WorkingDirectory = "/none" }));
        Assert.Throws<InvalidSpecException>(() => Compose(Options with { OomScoreAdjust = 1001 }));
        Assert.Throws<InvalidSpecException>(() => Compose(Options with { ShmSize = 0 }));
        Assert.Throws<InvalidSpecException>(() => Compose(Options with { Timeout = TimeSpan.Zero }));
        Assert.Throws<InvalidSpecException>(() => Compose(Options with { Devices = [new() { Source = "/etc" }] }));
        Assert.Throws<InvalidSpecException>(() => Compose(
            Options with { Ulimits = new Dictionary<string, Ulimit> { ["files"] = new(1, 1) } }));
        Assert.Throws<InvalidSpecException>(() => Compose(
            Options with { Annotations = new Dictionary<string, string> { [Annotation.Init] = "true" } }));
        Assert.Throws<InvalidSpecException>(() => Compose(
            Options with { Environment = new Dictionary<string, string?> { ["A=B"] = "c" } }));
    }

    [Fact]
    public void DetailsAreComposed()
    {
        ContainerSpec spec = Compose(Options with
        {
            Name = "web",
            Labels = new Dictionary<string, string> { ["role"] = "test" },
            StopSignal = Signal.Quit,
            StopTimeout = TimeSpan.FromMilliseconds(1500),
            Ulimits = new Dictionary<string, Ulimit> { ["nofile"] = new(10, 20) },
            Devices = [new() { Source = "/dev/zero", Destination = "/dev/nil", Access = "r" }],
            OomScoreAdjust = 500,
            Hostname = "box",
        });
        Assert.Equal("web", spec.Annotations![Annotation.Name]);
        Assert.Equal("test", spec.Annotations[Annotation.LabelPrefix + "role"]);
        Assert.Equal("SIGQUIT", spec.Annotations[Annotation.StopSignal]);
        Assert.Equal("1.5", spec.Annotations[Annotation.StopTimeout]);
        RlimitSpec limit = Assert.Single(spec.Process!.Rlimits!);
        Assert.Equal(("RLIMIT_NOFILE", 10ul, 20ul), (limit.Type, limit.Soft, limit.Hard));
        DeviceSpec device = Assert.Single(spec.Linux!.Devices!);
        Assert.Equal(("c", "/dev/nil", 1L, 5L), (device.Type, device.Path, device.Major, device.Minor));
        Assert.Equal("r", spec.Linux.Resources!.Devices![^1].Access);
        Assert.Equal(500, spec.Process.OomScoreAdj);
        Assert.Equal("box", spec.Hostname);
    }
}
