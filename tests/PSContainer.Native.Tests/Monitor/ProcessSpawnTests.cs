using PSContainer.Kernel;
using PSContainer.Programs;

namespace PSContainer.Native.Tests.Monitor;

public sealed class ProcessSpawnTests
{
    [Fact]
    public void A_program_starts_with_default_signals_and_only_its_descriptors()
    {
        using Pipe first = new(), second = new();
        string name = new FileInfo($"/proc/self/fd/{first.Writer.Fd}").LinkTarget!;

        // 3 and 4 cross over whatever numbers the pipes have here.
        using SpawnedProcess process = ProcessSpawn.Start(new SpawnRequest
        {
            Path = "sh",
            Arguments = ["-c", "exec 5>&1; { grep -E '^Sig(Blk|Ign)' /proc/self/status; ls -l /proc/self/fd; } >&4; echo three >&3; exit 7"],
            Descriptors = [(first.Writer.Fd, 3), (second.Writer.Fd, 4)],
        });
        first.Writer.Dispose();
        second.Writer.Dispose();

        Assert.Equal("three\n", ReadAll(first));
        string[] lines = ReadAll(second).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000"], lines[..2]);
        // Its copies, which keep sources and targets apart, stay behind.
        Assert.EndsWith($" 3 -> {name}", Assert.Single(lines, line => line.EndsWith(name, StringComparison.Ordinal)));
        Assert.Equal(7, process.Wait()?.ShellCode);
        Assert.Null(process.Wait());
    }

    [Fact]
    public void A_session_of_its_own_is_made_when_asked()
    {
        using Pipe output = new();
        using SpawnedProcess process = ProcessSpawn.Start(new SpawnRequest
        {
            Path = "/bin/sh",
            Arguments = ["-c", "read -r line < /proc/self/stat; set -- $line; [ \"$6\" = \"$1\" ] && echo \"$ONLY\""],
            Environment = ["ONLY=this", "PATH=/usr/bin:/bin"],
            Descriptors = [(output.Writer.Fd, 1)],
            NewSession = true,
        });
        output.Writer.Dispose();

        Assert.Equal("this\n", ReadAll(output));
        Assert.Equal(0, process.Wait()?.ShellCode);
    }

    internal static string ReadAll(Pipe pipe)
    {
        using MemoryStream text = new();
        byte[] buffer = new byte[4096];
        for (nint count = Files.read(pipe.Reader.Fd, buffer); count > 0; count = Files.read(pipe.Reader.Fd, buffer))
            text.Write(buffer, 0, (int)count);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }
}
