using System.Diagnostics;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Cgroups;

/// <summary>A cgroup of one test, under a name of its own, and processes in it; all gone afterwards.</summary>
internal sealed class TestCgroup : IDisposable
{
    private readonly List<Process> _processes = [];

    private readonly string _outer = NewName();

    internal TestCgroup(CgroupHost host, ResourcesSpec? resources = null, string below = "")
    {
        Host = host;
        Name = _outer + below;
        Entry = ContainerCgroup.Create(host, Name, resources);
        Live = Cgroup.Open(Entry.Directories, host);
    }

    internal Cgroup Live { get; }

    internal CgroupHost Host { get; }

    internal string Name { get; }

    internal ContainerCgroup Entry { get; }

    internal static string NewName() => $"/psc-test-{Guid.NewGuid():N}";

    /// <summary>What a file of a controller says.</summary>
    internal string Read(string controller, string file) => File.ReadAllText($"{DirectoryOf(controller)}/{file}").Trim();

    internal string DirectoryOf(string controller)
    {
        CgroupHierarchy hierarchy = controller == "cgroup" ? Host.Unified! : Host.Find(controller)!;
        return Entry.Directories.Single(directory => Host.HierarchyOf(directory) == hierarchy);
    }

    /// <summary>Runs a shell command in the cgroup: it enters, then does what is asked.</summary>
    internal Process Run(string command, bool captureOutput = false)
    {
        string enter = string.Concat(Entry.Directories.Select(directory =>
            $"echo 0 > {directory}/{(Host.HierarchyOf(directory)!.IsUnified ? "cgroup.procs" : "tasks")} || exit 99\n"));
        var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"{enter}{command}"])
        {
            RedirectStandardOutput = captureOutput,
            RedirectStandardError = captureOutput,
        })!;
        _processes.Add(process);
        return process;
    }

    /// <summary>Waits until the shell has become what it was asked to run, inside.</summary>
    internal void WaitFor(Process process, string name = "sleep")
    {
        var clock = Stopwatch.StartNew();
        while (File.ReadAllText($"/proc/{process.Id}/comm").Trim() != name)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), $"no {name} in {Name}");
            Thread.Sleep(5);
        }
    }

    public void Dispose()
    {
        Entry.Dispose();
        if (Live.IsPopulated)
        {
            Live.Kill();
            Live.WaitUntilEmpty(TimeSpan.FromMinutes(1));
        }
        _processes.ForEach(process => process.WaitForExit(60_000));
        _processes.ForEach(process => process.Dispose());
        Live.Remove();
        foreach (CgroupHierarchy hierarchy in Host.Hierarchies)
            Assert.Equal(0, CgroupDirectory.Remove(hierarchy.Directory(_outer)));
    }
}
