using System.Diagnostics;
using PSContainer.Mounts;
using PSContainer.Namespaces;
using PSContainer.Proc;
using PSContainer.State;
using PSContainer.Steps.Host;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.State;

/// <summary>A state directory that was kept while the host was started anew: what it names is somebody else's by now.</summary>
public sealed class BootTests : IDisposable
{
    private const string Other = "00000000-1111-2222-3333-444444444444";
    private readonly TestDirectory _directory = new();
    private readonly Process _stranger = Process.Start("sleep", "1000");

    public void Dispose()
    {
        _stranger.Kill();
        _stranger.Dispose();
        _directory.Dispose();
    }

    private ulong StartTime => ProcessStat.StartTimeOf(_stranger.Id)!.Value;

    [Theory]
    [Trait("Attack", "C-22")]
    [InlineData(Other, false)]
    [InlineData("", true)] // as older versions wrote it
    [InlineData(null, true)]
    public void The_init_of_another_boot_has_ended_whoever_has_its_pid(string? boot, bool isAlive)
    {
        var store = new StateStore(_directory["state"]);
        store.Claim("one").Dispose();
        store.Write(new ContainerState
        {
            Id = "one", Bundle = "/", Pid = _stranger.Id, PidStartTime = StartTime, BootId = boot ?? Boot.Id,
            Cgroups = ["/sys/fs/cgroup/somebody"], SystemdUnit = "somebody.scope", Resctrl = ["/sys/fs/resctrl/somebody"],
        });
        Assert.Equal(isAlive ? ContainerStatus.Running : ContainerStatus.Exited, store.StatusOf("one"));
        ContainerState read = store.Read("one")!;
        Assert.Equal(isAlive, read.Cgroups.Count > 0);
        Assert.Equal(isAlive, read.SystemdUnit.Length > 0);
        Assert.Equal(isAlive, read.Resctrl.Count > 0);
        if (isAlive)
            return;
        ContainerCleanup.Remove(store, "one", () => "");
        Assert.False(store.Exists("one"));
        Assert.False(_stranger.HasExited);
    }

    [Theory]
    [Trait("Attack", "C-22")]
    [InlineData(Other, false)]
    [InlineData(null, true)]
    public void Who_waits_holds_or_owns_in_another_boot_is_nobody_in_this(string? boot, bool isAlive)
    {
        string text = $"{_stranger.Id} {StartTime} {boot ?? Boot.Id}\n";
        var store = new StateStore(_directory["state"]);
        store.Claim("one").Dispose();
        File.WriteAllText(store.FileOf("one", StateStore.WaitingFile), text);
        using (Kernel.FileHandle? waiting = store.OpenWaiting("one"))
            Assert.Equal(isAlive, waiting is not null);

        var set = new NamespaceSet(_directory.MakeDirectory("set"));
        File.WriteAllText(Path.Combine(set.Directory, "holder"), text);
        File.WriteAllText(set.FileOf(NamespaceType.Network), "4026531840");
        Assert.Equal(isAlive ? _stranger.Id : null, set.HolderPid);
        Assert.Equal(isAlive ? 4026531840UL : 0UL, set.InodeOf(NamespaceType.Network));

        OverlayPlace place = OverlayPlace.New(store);
        Directory.CreateDirectory(place.Directory);
        File.WriteAllText(Path.Combine(place.Directory, "owner"), text);
        Assert.Equal(!isAlive, place.IsAbandoned);
    }

    [Fact]
    public void A_file_that_names_a_process_says_in_which_boot()
    {
        string text = System.Text.Encoding.ASCII.GetString(ProcessStat.WriteIdentity(_stranger.Id, StartTime));
        Assert.Equal($"{_stranger.Id} {StartTime} {File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}\n", text);
        Assert.Equal((_stranger.Id, StartTime), ProcessStat.ParseIdentity(System.Text.Encoding.ASCII.GetBytes(text)));
    }
}
