using System.Diagnostics;
using PSContainer.Cgroups;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Cgroups;

/// <summary>A cgroup of one test, under a name of its own, and processes in it; all gone afterwards.</summary>
internal sealed class TestCgroup : IDisposable
{
    private readonly List<Process> _processes = [];

    internal TestCgroup(CgroupHost host, ResourcesSpec? resources = null)
    {
        Host = host;
        Name = NewName();
        Entry = ContainerCgroup.Create(host, Name, resources);
    }

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
            $"echo 0 > {directory}/{(Host.HierarchyOf(directory)!.IsUnified ? "cgroup.procs" : "tasks")} && "));
        var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"{enter}{command}"])
        {
            RedirectStandardOutput = captureOutput,
            RedirectStandardError = captureOutput,
        })!;
        _processes.Add(process);
        return process;
    }

    public void Dispose()
    {
        Entry.Dispose();
        foreach (string directory in Entry.Directories)
            EndAll(directory);
        _processes.ForEach(process => process.WaitForExit(10_000));
        _processes.ForEach(process => process.Dispose());
        foreach (string directory in Entry.Directories)
            Assert.Equal(0, CgroupDirectory.Remove(directory));
    }

    // By the kernel's own switch where there is one; the processes of these tests are in the v2 cgroup too on such a host.
    private static void EndAll(string directory)
    {
        if (File.Exists($"{directory}/cgroup.kill"))
            File.WriteAllText($"{directory}/cgroup.kill", "1");
    }
}
