using PSContainer.Containers.Audit;
using PSContainer.Containers.Host;
using PSContainer.Containers.Insight;
using PSContainer.Containers.Start;
using PSContainer.Kernel;
using PSContainer.Machine;
using PSContainer.Mounts;
using PSContainer.Proc;

namespace PSContainer.Native.Tests.Containers;

/// <summary>Texts of procfs and /etc, read.</summary>
public class ProcTests
{
    [Fact]
    public void MountsAreReadWithTheirEscapes()
    {
        const string Text =
            "36 35 98:0 /sub /a\\040b rw,noatime shared:1 master:2 - ext3 /dev/root rw,errors=continue\n"
            + "37 36 0:5 / /a\\134b ro - proc proc rw\nnonsense\n38 36 0:6 / /c rw - tmpfs none ro\n";
        IReadOnlyList<MountInfo> mounts = MountInfo.Parse(Text);
        Assert.Equal(["/a b", "/a\\b", "/c"], mounts.Select(one => one.MountPoint));
        Assert.Equal(("/sub", "ext3", "/dev/root"), (mounts[0].Root, mounts[0].FileSystem, mounts[0].Source));
        Assert.Equal([false, true, true], mounts.Select(one => one.IsReadOnly));
    }

    [Fact]
    public void AStatusIsRead()
    {
        ProcStatus status = ProcStatus.Parse(
            "Name:\tsh\nUmask:\t0027\nState:\tS (sleeping)\nPPid:\t7\nUid:\t1\t2\t3\t4\nGroups:\t9 5 \n"
            + "NSpid:\t100\t1\nVmRSS:\t    12 kB\nThreads:\t3\n"
            + "CapEff:\t0000000000000021\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n");
        Assert.Equal(("sh", 7, 1, 3), (status.Name, status.ParentPid, status.NamespacePid, status.Threads));
        Assert.Equal([1u, 2u, 3u, 4u], status.UserIds);
        Assert.Equal([5u, 9u], status.Groups);
        Assert.Equal(
            (12L * 1024, 0x21ul, true, 2, 1),
            (status.ResidentBytes, status.Capabilities("CapEff"), status.NoNewPrivileges, status.SeccompMode,
            status.SeccompFilters));
        Assert.Equal((0x17, 'S'), (status.Umask, status.State));
        Assert.Equal(0ul, status.Capabilities("CapAmb"));
    }

    [Theory]
    [InlineData(80, "socket:[777]")]
    [InlineData(8080)]
    [InlineData(9)]
    public void OnlyListeningPortsCount(int port, params string[] sockets) => Assert.Equal(sockets, ListeningPorts.Find(
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        + "   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 777 1\n"
        + "   1: 0100007F:1F90 0100007F:0050 01 00000000:00000000 00:00000000 00000000     0        0 888 1\n", port));

    [Fact]
    public void IdsInsideAreFoundByTheMap()
    {
        var map = IdMapFile.Parse("         0     100000      65536\n     70000       5          1\n");
        Assert.Equal(0u, IdMapFile.Inside(map, 100_000));
        Assert.Equal(65_535u, IdMapFile.Inside(map, 165_535));
        Assert.Equal(70_000u, IdMapFile.Inside(map, 5));
        Assert.Null(IdMapFile.Inside(map, 0));
    }

    [Fact]
    public void LimitsAreFoundByTheirLabel()
    {
        const string Text = "Limit                     Soft Limit           Hard Limit           Units\n"
            + "Max cpu time              unlimited            unlimited            seconds\n"
            + "Max open files            64                   128                  files\n";
        Assert.Equal("64:128", IdentityAudit.FindLimit(Text, "RLIMIT_NOFILE"));
        Assert.Equal("unlimited:unlimited", IdentityAudit.FindLimit(Text, "RLIMIT_CPU"));
        Assert.Equal("?", IdentityAudit.FindLimit(Text, "RLIMIT_NPROC"));
    }

    [Fact]
    public void SubordinateIdsAreFoundByNameAndNumber()
    {
        const string Text = "root:1:1\nann:100000:65536\n1000:300000:10\nann:bad:1\nann:5:0\n";
        Assert.Equal([new SubIdRange(100_000, 65_536), new(300_000, 10)], SubIdFile.Parse(Text, "ann", 1000));
        Assert.Equal("100000-165535", new SubIdRange(100_000, 65_536).ToString());
    }

    [Fact]
    public void TheDistributionsNameIsFound()
    {
        Assert.Equal("Debian GNU/Linux 12", HostReader.OperatingSystemOf("ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n"));
        Assert.Equal("Linux", HostReader.OperatingSystemOf(""));
    }

    [Fact]
    public void CgroupPathsAreFound() =>
        Assert.Equal(["/a", "/b:c"], ContainerOfProcess.PathsOf("4:memory:/a\n3:cpu:/\n0::/b:c\n"));

    [Fact]
    public void MadeUpNamesAreValid()
    {
        for (int i = 0; i < 200; i++)
            Assert.True(PSContainer.State.ContainerId.IsValid(ContainerName.NewName()));
        Assert.Matches("^[0-9a-f]{64}$", ContainerName.NewId());
    }
}
