using System.Diagnostics;
using System.Text;
using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Tests;
using PSContainer.Users;

namespace PSContainer.Native.Tests.Containers;

/// <summary>Who lists processes reads what a container wrote: no more of it than a person can use.</summary>
public sealed class HostileListingTests
{
    [Fact]
    [Trait("Attack", "C-21")]
    public void Of_a_command_line_of_a_megabyte_only_the_beginning_is_read()
    {
        string[] words = [.. Enumerable.Repeat(new string('x', 100_000), 10)];
        using Process process = Process.Start("/bin/sh", ["-c", "sleep 1000; :", .. words]);
        try
        {
            string? line = null;
            // In execve(2) it has none for a moment.
            while (line?.StartsWith("/bin/sh -c sleep", StringComparison.Ordinal) != true)
                line = ProcFile.ReadCommandLine(process.Id);
            Assert.InRange(line.Length, 4096, 20_000);
            Assert.EndsWith("x…", line, StringComparison.Ordinal);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
        Assert.Equal(Environment.ProcessPath!.Split('/')[^1], ProcFile.ReadCommandLine(Environment.ProcessId)!.Split(' ')[0].Split('/')[^1]);
    }

    [Fact]
    [Trait("Attack", "C-21")]
    public void A_user_table_is_read_once_and_not_without_end()
    {
        using var directory = new TestDirectory();
        directory.MakeDirectory("etc");
        var table = new StringBuilder("root:x:0:0::/root:/bin/sh\nalso:x:0:0::/:\n");
        for (int uid = 1; table.Length < PasswdFile.MaxFileSize - 100; uid++)
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"u{uid}:x:{uid}:0::/:\n");
        File.WriteAllText(directory["etc/passwd"], table.ToString());
        using RootedDirectory root = RootedDirectory.OpenHost(directory.Root);
        IReadOnlyDictionary<uint, string> names = PasswdFile.NamesIn(root);
        Assert.Equal("root", names[0]);
        Assert.Equal("u7", names[7]);
        Assert.Equal(65536, names.Count);
    }
}
