using System.Text;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Cgroups;

/// <summary>What a user may do, tried on a thread that is one: the kernel has identities by thread.</summary>
[Trait("Kernel", "cgroup2")]
public class DelegationTests
{
    private const int Nobody = 65534;
    private static readonly ResourcesSpec s_limit = new() { HugepageLimits = [new() { PageSize = "2MB", Limit = 2 << 20 }] };

    [UnifiedFact]
    public void InADelegatedSubtree_ACgroupIsMadeBesideTheOwn()
    {
        using var tree = new DelegatedTree();

        tree.AsNobody(() =>
        {
            using ContainerCgroup cgroup = ContainerCgroup.Create(tree.Host, "/web", null);
            Assert.Equal([$"{tree.Directory}/web"], cgroup.Directories);
            Assert.True(cgroup.UnifiedFd >= 0);
            cgroup.Undo();
            Assert.False(Directory.Exists($"{tree.Directory}/web"));
        });
    }

    [UnifiedFact]
    public void ALimitWhoseControllerIsNotDelegated_IsRefusedAndNothingIsLeft()
    {
        using var tree = new DelegatedTree();

        tree.AsNobody(() =>
        {
            var failure = Assert.Throws<ControllerUnavailableException>(() => ContainerCgroup.Create(tree.Host, "/web", s_limit));
            Assert.Contains("'hugetlb'", failure.Message, StringComparison.Ordinal);
            Assert.Contains("elegate", failure.Recommendation, StringComparison.Ordinal);
            Assert.False(Directory.Exists($"{tree.Directory}/web"));
        });
    }

    [PureUnifiedFact]
    public void ALimitWhoseControllerIsDelegated_IsSet()
    {
        using var tree = new DelegatedTree("memory", "pids");

        tree.AsNobody(() =>
        {
            var limits = new ResourcesSpec { Memory = new() { Limit = 64 << 20 }, Pids = new() { Limit = 7 } };
            using ContainerCgroup cgroup = ContainerCgroup.Create(tree.Host, "/web", limits);
            Assert.Equal("67108864\n", File.ReadAllText($"{tree.Directory}/web/memory.max"));
            Assert.Equal("7\n", File.ReadAllText($"{tree.Directory}/web/pids.max"));
            cgroup.Undo();
            Assert.False(Directory.Exists($"{tree.Directory}/web"));
        });
    }

    [UnifiedFact]
    public void WithoutDelegation_OnlyALimitIsAFailure()
    {
        using var tree = new DelegatedTree();
        tree.Own(0);

        tree.AsNobody(() =>
        {
            using ContainerCgroup cgroup = ContainerCgroup.Create(tree.Host, "/web", null);
            Assert.Empty(cgroup.Directories);
            Assert.Equal(-1, cgroup.UnifiedFd);
            var failure = Assert.Throws<ControllerUnavailableException>(() => CgroupPlan.Make(tree.Host, "/web", s_limit));
            Assert.Contains($"user {Nobody}", failure.Message, StringComparison.Ordinal);
        });
    }

    [LegacyFact]
    public void OnV1_OnlyALimitIsAFailure()
    {
        using var tree = new DelegatedTree();

        tree.AsNobody(() =>
        {
            Assert.Empty(CgroupPlan.Make(Hosts.CurrentWithoutUnified, "/web", null).Directories);
            Assert.Throws<ControllerUnavailableException>(
                () => CgroupPlan.Make(Hosts.CurrentWithoutUnified, "/web", new() { Memory = new() { Limit = 1 << 30 } }));
        });
    }

    /// <summary>
    /// A v2 subtree that belongs to nobody and has just the controllers named, whatever the host's root hands down; and the host as
    /// a process in its cgroup <c>own</c> sees it.
    /// </summary>
    private sealed class DelegatedTree : IDisposable
    {
        private readonly string _outer;

        internal DelegatedTree(params string[] controllers)
        {
            CgroupHierarchy unified = CgroupHost.Current.Unified!;
            string outer = TestCgroup.NewName();
            _outer = unified.Directory(outer);
            Directory = $"{_outer}/tree";
            System.IO.Directory.CreateDirectory(_outer);
            if (controllers.Length > 0)
                File.WriteAllText($"{_outer}/cgroup.subtree_control", string.Join(' ', controllers.Select(name => "+" + name)));
            Assert.True(System.IO.Directory.CreateDirectory($"{Directory}/own").Exists);
            Own(Nobody);
            Host = new CgroupHost([unified with { OwnPath = $"{outer}/tree/own" }]);
        }

        internal string Directory { get; }

        internal CgroupHost Host { get; }

        internal void Own(int user)
        {
            foreach (string path in new[] { Directory, $"{Directory}/own" })
            {
                foreach (string file in new[] { "", "/cgroup.procs", "/cgroup.subtree_control", "/cgroup.threads" })
                {
                    byte[] name = Encoding.UTF8.GetBytes($"{path}{file}\0");
                    Assert.Equal(0, (int)Files.fchownat(Files.AT_FDCWD, name, (uint)user, (uint)user, 0));
                }
            }
        }

        internal void AsNobody(Action action)
        {
            Exception? failure = null;
            var thread = new Thread(() =>
            {
                try
                {
                    Assert.Equal(0, (int)Syscall.Call(SyscallNumber.setresuid, -1, Nobody, -1));
                    action();
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            });
            thread.Start();
            thread.Join();
            if (failure is not null)
                throw new InvalidOperationException(failure.ToString(), failure);
        }

        public void Dispose() => Assert.Equal(0, CgroupDirectory.Remove(_outer));
    }
}
