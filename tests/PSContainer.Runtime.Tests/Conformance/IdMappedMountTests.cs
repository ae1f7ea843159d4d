using PSContainer.Runtime.Tests.Containers;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Conformance;

/// <summary>config.md "Mounts": uidMappings, gidMappings, idmap, ridmap.</summary>
public sealed class IdMappedMountTests
{
    // As of a user namespace: what is owned by 0 on the disk shows as 1000.
    private static readonly IdMapping[] Shifted = [new() { ContainerId = 0, HostId = 1000, Size = 10 }];

    [RootFact]
    public void A_mount_with_maps_of_its_own_shows_the_mapped_owners()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = MakeSource(bundle);
        Add(bundle, source, Shifted, Shifted, "bind", "idmap");
        Assert.Equal(["1000:1000", "1005:1007"], bundle.RunShell("stat -c %u:%g /data /data/file").Lines);
    }

    [RootFact]
    public void What_is_made_inside_belongs_to_the_mapped_owner_outside()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = MakeSource(bundle);
        Add(bundle, source, Shifted, Shifted, "bind", "idmap");
        bundle.Process = bundle.Process with { User = new UserSpec { Uid = 1003, Gid = 1004 } };
        Assert.Equal(0, bundle.RunShell("touch /data/made").Code);
        Assert.Equal("3:4", HostCommand.Run("stat", "-c", "%u:%g", Path.Combine(source, "made")));
    }

    [RootFact]
    public void Without_maps_of_its_own_it_gets_those_of_the_user_namespace()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = MakeSource(bundle);
        bundle.AddUserNamespace();
        Add(bundle, source, null, null, "bind", "idmap");
        bundle.AddMount("/plain", "bind", source, "bind");
        // Its root must reach what is not mapped by its path.
        File.SetUnixFileMode(bundle.Bundle, (UnixFileMode)0b111_001_001);
        Outcome outcome = bundle.RunShell("stat -c %u:%g /data /data/file /plain");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(["0:0", "5:7", "65534:65534"], outcome.Lines);
        Assert.Equal("0:0", HostCommand.Run("stat", "-c", "%u:%g", source));
    }

    [RootFact]
    public void A_user_namespace_that_is_joined_gives_its_maps()
    {
        using var owner = new TestBundle(ownRoot: true);
        owner.AddUserNamespace();
        owner.Start("sleep", "1000");
        using var bundle = new TestBundle(ownRoot: true);
        HostCommand.Run("chown", "-hR", $"{TestBundle.MappedId}:{TestBundle.MappedId}", bundle.Rootfs);
        string source = MakeSource(bundle);
        bundle.SetNamespaces(new NamespaceSpec { Type = "user", Path = $"/proc/{owner.Pid}/ns/user" }, new NamespaceSpec { Type = "mount" }, new NamespaceSpec { Type = "pid" },
            new NamespaceSpec { Type = "network" }, new NamespaceSpec { Type = "ipc" }, new NamespaceSpec { Type = "cgroup" });
        Add(bundle, source, null, null, "bind", "idmap");
        Outcome outcome = bundle.RunShell("stat -c %u:%g /data /data/file");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(["0:0", "5:7"], outcome.Lines);
    }

    [RootTheory]
    [InlineData("idmap", "0:0")]
    [InlineData("ridmap", "1000:1000")]
    public void Only_ridmap_reaches_what_is_mounted_below(string option, string below)
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = MakeSource(bundle);
        using var inner = new HostMount(Directory.CreateDirectory(Path.Combine(source, "inner")).FullName);
        Add(bundle, source, Shifted, Shifted, "rbind", option);
        Assert.Equal(["1000:1000", below], bundle.RunShell("stat -c %u:%g /data /data/inner").Lines);
    }

    [RootFact]
    public void Other_options_hold_for_it_too()
    {
        using var bundle = new TestBundle(ownRoot: true);
        Add(bundle, MakeSource(bundle), Shifted, Shifted, "bind", "idmap", "ro", "noexec");
        bundle.Start("sleep", "1000");
        Assert.Equal(["idmapped", "noexec", "relatime", "ro"], bundle.Mount("/data").Options.Order());
        Assert.DoesNotContain(bundle.Mount("/data").Propagation, word => word.StartsWith("shared", StringComparison.Ordinal));
    }

    [RootFact]
    public void A_remount_in_between_leaves_each_at_its_place()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = MakeSource(bundle), other = bundle.MakeDirectory("other");
        Add(bundle, source, Shifted, Shifted, "bind", "idmap");
        Add(bundle, source, Shifted, Shifted, "bind", "remount", "ro");
        bundle.AddMount("/other", "bind", other, "bind");
        bundle.Spec = bundle.Spec with { Mounts = [.. bundle.Spec.Mounts!.SkipLast(1), bundle.Spec.Mounts![^1] with { UidMappings = Shifted, GidMappings = Shifted }] };
        bundle.Start("sleep", "1000");
        Assert.EndsWith("/source", bundle.Mount("/data").Root, StringComparison.Ordinal);
        Assert.Contains("ro", bundle.Mount("/data").Options);
        Assert.EndsWith("/other", bundle.Mount("/other").Root, StringComparison.Ordinal);
        Assert.Contains("idmapped", bundle.Mount("/other").Options);
    }

    [RootFact]
    public void A_source_below_a_closed_directory_is_mapped_for_a_user_namespace_too()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = MakeSource(bundle);
        bundle.AddUserNamespace();
        File.SetUnixFileMode(bundle.Bundle, (UnixFileMode)0b111_000_000);
        Add(bundle, source, null, null, "rbind", "ridmap", "nosuid");
        Outcome outcome = bundle.RunShell("stat -c %u:%g /data /data/file; grep -c ' /data .*nosuid.*idmapped' /proc/self/mountinfo");
        Assert.Equal(["0:0", "5:7", "1"], outcome.Lines);
    }

    [RootFact]
    public void A_filesystem_that_cannot_be_mapped_is_told_and_nothing_is_left()
    {
        using var bundle = new TestBundle(ownRoot: true);
        Add(bundle, "/proc/sys", Shifted, Shifted, "bind", "idmap");
        string error = bundle.Refuse().Error;
        Assert.Contains("MapMountIds: mount_setattr '/proc/sys': EINVAL", error, StringComparison.Ordinal);
        Assert.Contains("cannot be mapped by this kernel", error, StringComparison.Ordinal);
    }

    [RootFact]
    public void A_source_that_is_missing_is_named()
    {
        using var bundle = new TestBundle(ownRoot: true);
        Add(bundle, "/no/such/source", Shifted, Shifted, "bind", "idmap");
        Assert.Contains("MapMountIds: open_tree '/no/such/source': ENOENT", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Maps_without_sense_are_refused_before_anything_is_made()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string source = MakeSource(bundle);
        IReadOnlyList<MountSpec> mounts = bundle.Spec.Mounts!;
        (IdMapping[]? Uids, IdMapping[]? Gids, string[] Options)[] wrong =
        [
            (Shifted, null, ["bind", "idmap"]),
            (null, Shifted, ["bind", "idmap"]),
            (null, null, ["bind", "idmap"]),
            (null, null, ["rbind", "ridmap"]),
            ([new IdMapping { Size = 0 }], Shifted, ["bind", "idmap"]),
            (Shifted, Shifted, ["idmap"]),
        ];
        foreach ((IdMapping[]? uids, IdMapping[]? gids, string[] options) in wrong)
        {
            bundle.Spec = bundle.Spec with { Mounts = mounts };
            Add(bundle, source, uids, gids, options);
            Assert.Contains("'mounts.", bundle.Refuse().Error, StringComparison.Ordinal);
        }
    }

    private static string MakeSource(TestBundle bundle)
    {
        string source = bundle.MakeDirectory("source");
        string file = Path.Combine(source, "file");
        File.WriteAllText(file, "text");
        HostCommand.Run("chown", "5:7", file);
        // All may make files in it, whoever they are.
        File.SetUnixFileMode(source, (UnixFileMode)0b111_111_111);
        return source;
    }

    private static void Add(TestBundle bundle, string source, IdMapping[]? uids, IdMapping[]? gids, params string[] options)
    {
        bundle.AddMount("/data", options.Any(option => option.EndsWith("bind", StringComparison.Ordinal)) ? "none" : "tmpfs", source, options);
        bundle.Spec = bundle.Spec with { Mounts = [.. bundle.Spec.Mounts!.SkipLast(1), bundle.Spec.Mounts![^1] with { UidMappings = uids, GidMappings = gids }] };
    }
}
