using System.Diagnostics;
using PSContainer.Security;
using PSContainer.Security.Seccomp;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Security;

/// <summary>The kernel itself loads the filter: bwrap(1) hands it over as it is.</summary>
public sealed class SeccompOnKernelTests
{
    [BubblewrapTheory]
    [InlineData("echo fine", 0, "fine")]
    [InlineData("grep -E ^Seccomp: /proc/self/status", 0, "Seccomp:\t2")]
    [InlineData("sh -c 'true & wait; ls /proc/self/fd | wc -l; date +%Y'", 0, "")]
    [InlineData("unshare -n true", 1, "Operation not permitted")]
    [InlineData("unshare -U true", 1, "Operation not permitted")]
    [InlineData("mount -t tmpfs none /tmp", 1, "")]
    [InlineData("hostname elsewhere", 1, "")]
    public void The_default_filter_admits_work_and_denies_ways_out(string command, int exitCode, string output)
    {
        SeccompSpec spec = SeccompProfile.Default.Resolve(CapabilitySets.Default);
        (int code, string text) = Run(command, SeccompCompiler.Compile(spec));
        Assert.True(code == exitCode, $"{code}: {text}");
        Assert.Contains(output, text);
    }

    [BubblewrapTheory]
    [InlineData("unshare -n true")]
    [InlineData("mount -t tmpfs none /tmp")]
    [InlineData("hostname elsewhere")]
    public void It_is_the_filter_that_denies(string command)
    {
        SeccompSpec all = new() { DefaultAction = "SCMP_ACT_ALLOW", Architectures = ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] };
        (int code, string text) = Run(command, SeccompCompiler.Compile(all));
        Assert.True(code == 0, $"{code}: {text}");
    }

    [BubblewrapTheory]
    [InlineData("SCMP_ACT_KILL_PROCESS", 128 + 31)]
    [InlineData("SCMP_ACT_TRAP", 128 + 31)]
    public void Actions_that_end_the_process_do(string action, int exitCode)
    {
        SeccompSpec spec = new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new() { Names = ["uname"], Action = action }] };
        (int code, string text) = Run("sh -c 'busybox uname; exit $?'", SeccompCompiler.Compile(spec));
        Assert.True(code == exitCode, $"{code}: {text}");
    }

    [BubblewrapFact]
    public void Arguments_are_compared()
    {
        // Signalling process 1 is denied with an errno of its own, signalling oneself is not.
        SeccompSpec spec = new()
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            Syscalls =
            [
                new() { Names = ["kill"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 16, Args = [new() { Index = 0, Op = "SCMP_CMP_EQ", Value = 1 }] },
            ],
        };
        (_, string text) = Run("sh -c 'kill -0 1; kill -0 $$ && echo own'", SeccompCompiler.Compile(spec));
        Assert.Contains("resource busy", text);
        Assert.Contains("own", text);
    }

    private static (int ExitCode, string Output) Run(string command, byte[] program)
    {
        using var directory = new TestDirectory();
        File.WriteAllBytes(directory["program"], program);
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(
            "exec bwrap --unshare-uts --unshare-pid --ro-bind / / --tmpfs /tmp --proc /proc --dev /dev --cap-add ALL --die-with-parent "
            + $"--seccomp 3 -- busybox {command} 3<'{directory["program"]}'");
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}

/// <summary>A test that needs bubblewrap, busybox and root; elsewhere it is shown as skipped, with the reason.</summary>
public sealed class BubblewrapFactAttribute : FactAttribute
{
    public BubblewrapFactAttribute() => Skip = Needs.Root ?? Needs.Command("bwrap") ?? Needs.Command("busybox");
}

/// <summary>As <see cref="BubblewrapFactAttribute"/>, with data.</summary>
public sealed class BubblewrapTheoryAttribute : TheoryAttribute
{
    public BubblewrapTheoryAttribute() => Skip = Needs.Root ?? Needs.Command("bwrap") ?? Needs.Command("busybox");
}
