using System.Diagnostics;
using PSContainer.Kernel;
using PSContainer.Runtime.Tests.Containers;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests;

/// <summary>CVE-2019-5736: a container that gets hold of the runtime's own executable must not be able to change it.</summary>
public sealed class SelfProtectionTests
{
    [RootFact]
    [Trait("Attack", "B-01")]
    [Trait("CVE", "CVE-2019-5736")]
    public void The_executable_cannot_be_written_through_a_process_that_ran_it()
    {
        using TestBundle bundle = new();
        bundle.Process = bundle.Process with { Args = ["/bin/sh", "-c", "echo ready; read end"] };
        bundle.Write();
        string executable = CopyExecutable(bundle);
        using Process run = Process.Start(new ProcessStartInfo(executable, ["--root", bundle.StateRoot, "run", "-b", bundle.Bundle, bundle.Id])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("ready", run.StandardOutput.ReadLine());
        using FileHandle held = Hold(run);
        run.StandardInput.Close();
        Assert.True(run.WaitForExit(60_000));

        Assert.Equal(-Errno.EROFS, OpenForWriting(held));

        Assert.Equal(File.ReadAllBytes(TestRepository.Executable), File.ReadAllBytes(executable));
    }

    [RootFact]
    [Trait("Attack", "B-01")]
    [Trait("CVE", "CVE-2019-5736")]
    public void Who_may_not_mount_runs_from_a_sealed_copy()
    {
        using TestBundle bundle = new();
        string executable = CopyExecutable(bundle), log = Path.Combine(bundle.Bundle, "log");
        Syscall.Check(Files.mknodat(Files.AT_FDCWD, log, Files.S_IFIFO | 0x180, 0), "mknodat");
        // A log that nobody reads yet keeps the process at its complaint.
        using Process run = Process.Start("setpriv",
            ["--bounding-set", "-sys_admin", executable, "--root", bundle.StateRoot, "--log", log, "run", "-b", "/nonexistent", bundle.Id]);
        TestBundle.Eventually(() => new FileInfo($"/proc/{run.Id}/exe").LinkTarget == "/memfd:pscontainer (deleted)", "the copy runs");
        using FileHandle held = Hold(run);

        Assert.Contains("/nonexistent", File.ReadAllText(log), StringComparison.Ordinal);
        Assert.True(run.WaitForExit(60_000));

        Assert.Equal(-Errno.EPERM, Write(held));
    }

    private static string CopyExecutable(TestBundle bundle)
    {
        // Its own file: as long as another test executes the shared one the kernel refuses to write to it anyway.
        string copy = Path.Combine(bundle.Bundle, "pscontainer");
        ProgramFile.Copy(TestRepository.Executable, copy);
        return copy;
    }

    // As the exploit does: hold the file now, open it for writing when nothing executes it any longer.
    private static FileHandle Hold(Process process) => new((int)Syscall.Check(
        Files.openat(Files.AT_FDCWD, $"/proc/{process.Id}/exe", Files.O_PATH | Files.O_CLOEXEC), "openat"));

    private static nint OpenForWriting(FileHandle held) =>
        Files.openat(Files.AT_FDCWD, $"/proc/self/fd/{held.Fd}", Files.O_WRONLY | Files.O_CLOEXEC);

    private static nint Write(FileHandle held)
    {
        using FileHandle file = new((int)Syscall.Check(OpenForWriting(held), "openat"));
        return Files.write(file.Fd, "x"u8);
    }

    [Fact]
    public void The_callers_settings_for_NET_do_not_reach_the_executable()
    {
        using Process run = Process.Start(new ProcessStartInfo(TestRepository.Executable, ["--version"])
        {
            RedirectStandardOutput = true,
            // With a heap of 4 KB the .NET runtime does not start.
            Environment = { ["DOTNET_GCHeapHardLimit"] = "1000" },
        })!;

        string output = run.StandardOutput.ReadToEnd();
        Assert.True(run.WaitForExit(60_000));
        Assert.Equal(0, run.ExitCode);
        Assert.NotEmpty(output);
    }
}
