using System.Security.Cryptography;
using PSContainer.Kernel;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>B-01: a container gets hold of the runtime's executable through /proc and tries to write to it.</summary>
[Trait("Category", "Container")]
public sealed class RuntimeExecutableTests
{
    [RootTheory]
    [Trait("Attack", "B-01")]
    [Trait("CVE", "CVE-2019-5736")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_command_that_is_the_runtime_itself_runs_a_file_that_cannot_be_written(bool asScript)
    {
        using var bundle = new TestBundle(ownRoot: true);
        string before = Describe(TestRepository.Executable);
        string command = "/proc/self/exe";
        if (asScript)
        {
            command = "/script";
            ProgramFile.Write(bundle.Rootfs + command, "#!/proc/self/exe\n");
        }
        // Whatever it does as a command in there, the file is the same afterwards.
        bundle.RunCommand(command, "--version");
        bundle.Start("sleep", "1000");
        bundle.Exec(command, "--version");
        Assert.Equal(before, Describe(TestRepository.Executable));
    }

    [RootFact]
    [Trait("Attack", "B-01")]
    [Trait("CVE", "CVE-2019-5736")]
    public void A_container_that_waits_for_an_exec_cannot_open_its_executable_for_writing()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string before = Describe(TestRepository.Executable);
        bundle.Spec = bundle.Spec with { Root = bundle.Spec.Root! with { Readonly = true } };
        bundle.AddMount("/tmp", "tmpfs", "tmpfs", "rw");
        // Its first process is the runtime's own executable then, for as long as it lives.
        bundle.Annotate(Spec.Annotation.Init, "true");
        // As the exploit does: hold what somebody executes, then write to what is held.
        bundle.Start("/bin/sh", "-c", """
            while :; do
              for exe in /proc/[0-9]*/exe; do
                { echo tried >>/tmp/tried; { echo x >/proc/self/fd/9; } && echo "$exe" >>/tmp/written; } 9<"$exe"
              done
            done 2>/dev/null
            """);
        int executed = Race.Run(() => TestBundle.Succeed(bundle.Exec("true")), static count => count > 5);
        Assert.True(executed > 5, $"only {executed} processes were executed");
        TestBundle.Eventually(() => bundle.Exec("cat", "/tmp/tried").Output.Length > 0, "it was tried");
        Assert.Equal("", bundle.Exec("sh", "-c", "cat /tmp/written 2>/dev/null").Output);
        Assert.Equal(before, Describe(TestRepository.Executable));
    }

    private static string Describe(string file)
    {
        Files.statx_data data = TestDirectory.Status(file);
        return $"{data.stx_ino} {data.stx_mtime.tv_sec}.{data.stx_mtime.tv_nsec} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}";
    }
}
