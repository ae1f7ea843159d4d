using System.Diagnostics;
using PSContainer.Namespaces;
using PSContainer.Proc;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Namespaces;

/// <summary>Finding namespaces on the real kernel.</summary>
public sealed class NamespaceScanTests
{
    private static readonly NamespaceStore Store = new("/run/psc-no-such-root");

    [Fact]
    public void This_process_is_in_what_its_links_say()
    {
        IReadOnlyDictionary<ulong, NamespaceScan.Group> groups = NamespaceScan.Read().Groups;
        foreach (NamespaceType type in NamespaceWord.All)
        {
            ulong inode = ContainerNamespace.InodeOf($"/proc/self/ns/{NamespaceWord.FileOf(type)}")!.Value;
            Assert.Equal(type, groups[inode].Type);
            Assert.Contains(Environment.ProcessId, groups[inode].Pids);
            Assert.Equal(groups[inode].Pids.Order(), groups[inode].Pids);
        }
    }

    [Fact]
    public void A_namespace_says_what_the_kernel_says()
    {
        IReadOnlyList<Namespace> own = Store.OfProcess(Environment.ProcessId);
        Assert.Equal(NamespaceWord.All, own.Select(one => one.Type));
        Assert.All(own, one =>
        {
            Assert.True(one.IsHost);
            Assert.True(one.Exists);
            Assert.Equal(one, Store.OfPath($"/proc/self/ns/{NamespaceWord.FileOf(one.Type)}"));
            Assert.Equal(new FileInfo($"/proc/self/ns/{NamespaceWord.FileOf(one.Type)}").LinkTarget, one.ToString());
        });
        ulong user = own.Single(one => one.Type == NamespaceType.User).Inode;
        Assert.Equal(user, own.Single(one => one.Type == NamespaceType.Uts).OwnerInode ?? user);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/dev/null")]
    [InlineData("/no/such/file")]
    [InlineData("/proc/self/status")]
    public void A_file_of_another_kind_is_no_namespace(string path) =>
        Assert.Throws<NamespaceNotFoundException>(() => Store.OfPath(path));

    [RootCommandFact("unshare")]
    public void A_process_comes_and_goes()
    {
        using Process process = Process.Start(new ProcessStartInfo("unshare", ["--uts", "--ipc", "sleep", "1000"]))!;
        try
        {
            Namespace? uts = null;
            Assert.True(SpinWait.SpinUntil(() =>
                (uts = Store.OfProcess(process.Id).FirstOrDefault(one => one.Type == NamespaceType.Uts)) is { IsHost: false, Command: "sleep 1000" }, 60_000));
            Assert.Equal(process.Id, uts!.ProcessId);
            Assert.Equal(1, uts.ProcessCount);
            Assert.False(uts.IsPinned);
            Assert.Equal($"/proc/{process.Id}/ns/uts", uts.RequirePath());
            process.Kill();
            process.WaitForExit();
            Assert.True(SpinWait.SpinUntil(() => !uts.Exists, 60_000));
            Assert.Null(uts.Path);
            Assert.Null(uts.OwnerInode);
            Assert.Equal(0, uts.ProcessCount);
            Assert.Throws<NamespaceNotFoundException>(() => uts.RequirePath());
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    [RootCommandFact("unshare")]
    public void What_a_user_namespace_owns_is_joined_after_it()
    {
        using Process process = Process.Start(new ProcessStartInfo("unshare", ["--user", "--map-root-user", "--net", "sleep", "1000"]))!;
        try
        {
            NamespaceTarget Of(NamespaceType type) => new(type, $"/proc/{process.Id}/ns/{NamespaceWord.FileOf(type)}", 0);
            Assert.True(SpinWait.SpinUntil(() => Store.OfProcess(process.Id).Count(one => !one.IsHost) == 2, 60_000));
            NamespaceTarget[] targets = [Of(NamespaceType.Network), Of(NamespaceType.User), Of(NamespaceType.Uts)];
            // The uts namespace is this process's own: there is nothing to join.
            Assert.Equal([NamespaceType.User, NamespaceType.Network], NamespaceEntry.Sort(targets).Select(target => target.Type));
            Assert.Throws<InvalidSpecException>(() => NamespaceEntry.Sort([targets[0], targets[0]]));
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }
}
