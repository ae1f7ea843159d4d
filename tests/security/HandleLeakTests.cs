using PSContainer.Kernel;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>B-02 and B-03: nothing of the host that the runtime or its caller has open reaches a container.</summary>
[Trait("Category", "Container")]
public sealed class HandleLeakTests
{
    [RootTheory]
    [Trait("Attack", "B-02")]
    [InlineData("/proc/self/fd/{0}")]
    [InlineData("/proc/self/fd/{0}/../../../..")]
    [InlineData("/proc/thread-self/fd/{0}")]
    [InlineData("/proc/1/fd/{0}")]
    public void CVE_2024_21626_a_working_directory_that_is_a_descriptor_leads_nowhere(string directory)
    {
        using var bundle = new TestBundle();
        for (int fd = 3; fd < 32; fd++)
        {
            bundle.Process = bundle.Process with { Cwd = string.Format(null, directory, fd), Args = ["pwd"] };
            bundle.Refuse();
        }
    }

    [RootFact]
    [Trait("Attack", "B-02")]
    public void CVE_2024_21626_neither_does_one_of_exec_nor_one_behind_a_link_of_the_image()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Start("sleep", "1000");
        for (int fd = 3; fd < 64; fd++)
        {
            string link = $"/work{fd}";
            File.CreateSymbolicLink(bundle.Rootfs + link, $"/proc/self/fd/{fd}");
            foreach (string directory in new[] { $"/proc/self/fd/{fd}", $"/proc/self/fd/{fd}/../..", link })
            {
                Outcome outcome = bundle.Invoke("exec", "--cwd", directory, bundle.Id, "cat", "etc/passwd");
                Assert.True(outcome.IsRefused, $"{directory}: {outcome.Code}: {outcome.Output}{outcome.Error}");
                Assert.Equal("", outcome.Output);
            }
        }
    }

    [RootFact]
    [Trait("Attack", "B-03")]
    public void Descriptors_of_the_caller_are_not_handed_on()
    {
        using var bundle = new TestBundle();
        using var held = new InheritedDescriptors(40);
        string[] list = ["/bin/sh", "-c", "ls /proc/self/fd | tr '\\n' ' '"];
        bundle.Start("sleep", "1000");
        // 3 is the directory that ls reads.
        Assert.Equal("0 1 2 3 ", bundle.Exec(list).Output);
        Assert.Equal(["0", "1", "2"], Directory.GetFileSystemEntries($"/proc/{bundle.Pid}/fd").Select(Path.GetFileName).Order());
        using var foreground = new TestBundle();
        Assert.Equal("0 1 2 3 ", foreground.RunCommand(list).Output);
    }

    [RootTheory]
    [Trait("Attack", "B-02")]
    [InlineData("60", "60")]
    [InlineData("60", null)]
    [InlineData("0", "60")]
    [InlineData("2147483647", null)]
    public void What_the_runtime_opened_is_not_taken_for_what_its_caller_passed(string preserved, string? listening)
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        string[] environment = listening is null ? [] : ["env", $"LISTEN_FDS={listening}"];
        // One that is passed, and many more that are said to be.
        string script = $"exec 3</etc/hostname; \"$@\" </dev/null >'{bundle.Bundle}/output' 2>'{bundle.Bundle}/error'";
        TestBundle.Succeed(HostCommand.Try([
            .. environment, "/bin/sh", "-c", script, "sh", TestRepository.Executable, "--root", bundle.StateRoot, "create", "--preserve-fds", preserved,
            "-b", bundle.Bundle, bundle.Id]));
        string[] seen = [.. Directory.GetFileSystemEntries($"/proc/{bundle.Pid}/fd").Select(static path => new FileInfo(path).LinkTarget!)];
        Assert.Equal(["/etc/hostname"], seen.Where(path => path == "/etc/hostname" || path.StartsWith(bundle.StateRoot, StringComparison.Ordinal)));
        // And the socket at which it waits to be started.
        Assert.Single(seen, static path => path.StartsWith("socket:", StringComparison.Ordinal));
        Assert.Equal(5, seen.Length);
    }

    /// <summary>Descriptors of the host's root directory that every child of this process inherits.</summary>
    private sealed class InheritedDescriptors : IDisposable
    {
        private readonly List<FileHandle> _handles = [];

        public InheritedDescriptors(int count)
        {
            for (int i = 0; i < count; i++)
                _handles.Add(new FileHandle((int)Syscall.Check(Files.openat(Files.AT_FDCWD, "/", Files.O_RDONLY | Files.O_DIRECTORY), "openat")));
        }

        public void Dispose() => _handles.ForEach(static handle => handle.Dispose());
    }
}
