using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Cgroups.Usage;
using PSContainer.Containers.Exec;
using PSContainer.Containers.Insight;
using PSContainer.Kernel;
using PSContainer.Machine;
using PSContainer.Mounts;
using PSContainer.Proc;

namespace PSContainer.Native.Tests.Fuzz;

/// <summary>Files of procfs and cgroupfs: what the kernel writes is read back as it was meant, and nothing else does harm.</summary>
public sealed class KernelFileFuzzTests
{
    private const string MountInfoText = """
        21 28 0:19 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
        30 21 0:26 / /sys/fs/cgroup/unified rw,nosuid shared:10 - cgroup2 cgroup2 rw,nsdelegate
        31 21 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
        90 28 8:1 /srv/with\040blank /mnt/a\134b rw,relatime master:3 - ext4 /dev/sda1 rw,errors=remount-ro
        """;

    private const string Status = """
        Name:	sleep
        Umask:	0022
        State:	S (sleeping)
        PPid:	1
        Uid:	1000	1000	1000	1000
        Gid:	5	5	5	5
        Groups:	4 24 27
        NSpid:	400	7	1
        VmRSS:	   12340 kB
        Threads:	3
        CapEff:	000001ffffffffff
        NoNewPrivs:	1
        Seccomp:	2
        Seccomp_filters:	1
        """;

    private static readonly Gen<string> Name =
        Gen.Elements("a", "Z9", "with blank", "tab\there", "line\nfeed", "back\\slash", "\\040", "é中", "-", "a,b", "a:b", "...")
            .NonEmptyListOf().Select(parts => string.Join('/', parts.Take(5)));

    [Fact]
    public void AMountIsReadAsTheKernelMeantIt()
    {
        Gen<(string Root, string Point, string Type, string Source)> mounts =
            from root in Name from point in Name from type in Gen.Elements("ext4", "overlay", "fuse.x", "cgroup2") from source in Name
            select ("/" + root, "/" + point, type, source);
        FuzzRun.Holds(mounts.ToArbitrary(), static mount =>
        {
            string line = $"36 35 98:0 {Escape(mount.Root)} {Escape(mount.Point)} rw,noatime master:1 - {mount.Type} {Escape(mount.Source)} rw,ro\n";
            MountInfo read = Assert.Single(MountInfo.Parse(line + "broken\n" + line[..10]));
            Assert.Equal(mount, (read.Root, read.MountPoint, read.FileSystem, read.Source));
            Assert.Equal((36, 35, "98:0", "master:1"), (read.Id, read.ParentId, read.Device, read.Propagation));
            Assert.True(read.IsReadOnly);
        });
    }

    [Fact]
    public void ADamagedTableOfMountsDoesNoHarm() => FuzzRun.Holds(Damage.Of([MountInfoText], " - ", " / ", "cgroup2"), static damage =>
    {
        string text = Encoding.UTF8.GetString(damage.Bytes);
        foreach (MountInfo mount in MountInfo.Parse(text))
            Assert.NotNull(mount.MountPoint + mount.Source + mount.Propagation);
        CgroupHost host = CgroupHostParser.Parse(CgroupHostParser.ParseOwn("0::/a\n1:memory:/b\n"), text);
        Assert.True(host.Hierarchies.Count <= 3, "one hierarchy was found twice");
    });

    [Fact]
    public void ADamagedStatusOfAProcessDoesNoHarm() => FuzzRun.Holds(Damage.Of([Status]), static damage =>
    {
        ProcStatus status = ProcStatus.Parse(Encoding.UTF8.GetString(damage.Bytes));
        _ = (status.Name, status.NamespacePid, status.ParentPid, status.Threads, status.ResidentBytes, status.UserIds, status.GroupIds,
            status.Groups, status.State, status.SeccompMode, status.SeccompFilters, status.NoNewPrivileges, status.Umask,
            status.Capabilities("CapEff"));
    });

    [Fact]
    public void AnIdThatIsMappedIsInsideItsRange()
    {
        Gen<uint> id = Gen.Elements(0u, 1u, 999u, 1000u, 65535u, 100_000u, (uint)int.MaxValue, uint.MaxValue - 1, uint.MaxValue);
        Gen<(uint Inside, uint Outside, uint Count, uint Asked)> maps =
            from inside in id from outside in id from count in id from asked in id select (inside, outside, count, asked);
        FuzzRun.Holds(maps.ToArbitrary(), static map =>
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"{map.Inside,10} {map.Outside,10} {map.Count,10}\n");
            uint? found = IdMapFile.Inside(IdMapFile.Parse(text), map.Asked);
            long distance = (long)map.Asked - map.Outside;
            // Ids end at 2^32 - 2: the kernel takes no range that goes on beyond.
            bool isMapped = distance >= 0 && distance < map.Count && map.Inside + distance < uint.MaxValue;
            Assert.Equal(isMapped ? (uint?)(map.Inside + distance) : null, found);
        });
    }

    [Fact]
    public void AKeyIsFoundWhereItsLineIs()
    {
        string[] words = ["some", "anon", "anon_thp", "file", "full", "", "a b"];
        Gen<(string Key, long Value)> line = from key in Gen.Elements(words) from value in Gen.Choose(-5, int.MaxValue) select (key, (long)value);
        Gen<((string Key, long Value)[] Lines, string Asked)> files =
            from lines in line.ArrayOf() from asked in Gen.Elements("anon", "anon_thp", "file", "full") select (lines, asked);
        FuzzRun.Holds(files.ToArbitrary(), static file =>
        {
            string text = string.Concat(file.Lines.Select(entry => $"{entry.Key} {entry.Value}\n"));
            long? expected = file.Lines.Where(entry => entry.Key == file.Asked).Select(entry => (long?)entry.Value).FirstOrDefault();
            Assert.Equal(expected, SmallFile.FindKey(text, file.Asked));
        });
    }

    [Fact]
    public void DamagedFilesOfACgroupDoNoHarm()
    {
        string[] files =
        [
            "some avg10=0.12 avg60=1.00 avg300=100.00 total=123456\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
            "8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n253:16 rbytes=1 wbytes=2 rios=3 wios=4\n",
            "8:0 Read 4096\n8:0 Write 0\nTotal 4096\n",
            "anon 4096\nfile 8192\nanon_thp 0\n",
            "max 100000\n",
        ];
        FuzzRun.Holds(Damage.Of(files), static damage =>
        {
            string text = Encoding.UTF8.GetString(damage.Bytes);
            _ = CgroupPressure.TryParse(text);
            _ = CgroupIoUsage.Parse(text, null);
            _ = CgroupIoUsage.Parse(text, text);
            _ = CgroupIoUsage.Sum(text, "rbytes", legacy: false);
            _ = SmallFile.FindKey(text, "file");
            _ = SmallFile.ParseNumber(text);
            _ = ContainerOfProcess.PathsOf(text);
            _ = ListeningPorts.Find(text, 80);
        });
    }

    [Fact]
    public void DamagedTablesOfIdsDoNoHarm() =>
        FuzzRun.Holds(Damage.Of(["alice:100000:65536\n1000:200000:65536\n", "0 1000 1\n1 100000 65536\n"], ":", "alice", "4294967295"), static damage =>
        {
            string text = Encoding.UTF8.GetString(damage.Bytes);
            Assert.DoesNotContain(SubIdFile.Parse(text, "alice", 1000), static range => range.Count == 0);
            var ids = new EnteredIds(text, text, "allow");
            foreach (var (inside, _, count) in IdMapFile.Parse(text).Where(static range => range.Count > 0))
                Assert.True(ids.CanBeAdditional(inside) && ids.CanBeAdditional(inside + Math.Min(count - 1, uint.MaxValue - inside)));
        });

    // As the kernel's mangle() does for show_mountinfo.
    private static string Escape(string text) =>
        text.Replace("\\", "\\134", StringComparison.Ordinal).Replace(" ", "\\040", StringComparison.Ordinal)
            .Replace("\t", "\\011", StringComparison.Ordinal).Replace("\n", "\\012", StringComparison.Ordinal);
}
