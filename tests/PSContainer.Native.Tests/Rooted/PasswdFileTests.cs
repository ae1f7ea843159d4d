using System.Diagnostics;
using PSContainer.Kernel;
using PSContainer.Rooted;
using PSContainer.Tests;
using PSContainer.Users;

namespace PSContainer.Native.Tests.Rooted;

public sealed class PasswdFileTests : IDisposable
{
    private const string Passwd = """
        root:x:0:0:root:/root:/bin/sh
        daemon:x:1:2:daemon:/usr/sbin:/usr/sbin/nologin
        broken
        bad:x:4294967296:0::/:/bin/sh
        worse:x:-1:0::/:/bin/sh
        octal:x:01:01::/:/bin/sh
        wrap:x:2147483648:1::/:/bin/sh
        alice:x:1000:1000:Alice:/home/alice:/bin/sh
        alice:x:0:0:second:/root:/bin/sh
        nohome:x:1001:1001
        relative:x:1002:1002::home:/bin/sh
        nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
        """;

    private const string Group = """
        root:x:0:
        video:x:44:bob,alice
        audio:x:29:alice
        alice:x:1000:alice
        alices:x:50:alicex,xalice
        wheel:x:10:root
        big:x:4294967295:alice
        """;

    private readonly TestDirectory directory = new();
    private readonly string etc;

    public PasswdFileTests()
    {
        etc = directory.MakeDirectory("root/etc");
        File.WriteAllText(Path.Combine(etc, "passwd"), Passwd + "\n");
        File.WriteAllText(Path.Combine(etc, "group"), Group);
    }

    public void Dispose()
    {
        directory.AssertCanaryUntouched();
        directory.Dispose();
    }

    private string Resolve(string user)
    {
        using RootedDirectory root = RootedDirectory.OpenHost(directory["root"]);
        ContainerUser found = PasswdFile.Resolve(root, user);
        return $"{found.Uid}:{found.Gid} [{string.Join(' ', found.AdditionalGids)}] {found.Home} {found.Name}".TrimEnd();
    }

    [Theory]
    [Trait("Attack", "B-25")]
    [Trait("CVE", "CVE-2026-30892")]
    [InlineData("0", "0:0 [10] /root root")]
    [InlineData("1", "1:2 [] /usr/sbin daemon")]
    [InlineData(":1", "0:1 [] /root root")]
    [InlineData("1:1", "1:1 [] /usr/sbin daemon")]
    [InlineData("root", "0:0 [10] /root root")]
    [InlineData("2147483647", "2147483647:0 [] /")]
    [InlineData("777", "777:0 [] /")]
    [InlineData("777:888", "777:888 [] /")]
    [InlineData("alice", "1000:1000 [29 44] /home/alice alice")]
    [InlineData("1000", "1000:1000 [29 44] /home/alice alice")]
    [InlineData("alice:video", "1000:44 [] /home/alice alice")]
    [InlineData("1000:video", "1000:44 [] /home/alice alice")]
    [InlineData("alice:7", "1000:7 [] /home/alice alice")]
    [InlineData(":video", "0:44 [] /root root")]
    [InlineData("nohome", "1001:1001 [] / nohome")]
    [InlineData("relative", "1002:1002 [] / relative")]
    [InlineData("nobody", "65534:65534 [] /nonexistent nobody")]
    public void AUserIs(string user, string expected) => Assert.Equal(expected, Resolve(user));

    [Theory]
    [Trait("Attack", "B-25")]
    [Trait("Attack", "B-26")]
    [Trait("CVE", "CVE-2026-30892")]
    [Trait("CVE", "CVE-2024-40635")]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("1:")]
    [InlineData("nobody:")]
    [InlineData("01")]
    [InlineData("00")]
    [InlineData("1:01")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1:1:1")]
    [InlineData("4294967295")]
    [InlineData("4294967296")]
    [InlineData("2147483648")]
    [InlineData("18446744073709551616")]
    [InlineData("1:4294967295")]
    [InlineData("alice\nroot")]
    [InlineData("alice\0")]
    [InlineData("../etc")]
    [InlineData("broken")]
    [InlineData("bad")]
    [InlineData("worse")]
    [InlineData("octal")]
    [InlineData("wrap")]
    [InlineData("alice:big")]
    [InlineData("nosuchuser")]
    [InlineData("alice:nosuchgroup")]
    [InlineData("\u0661")]
    public void AUserIsRefused(string user)
    {
        var error = Assert.Throws<InvalidSpecException>(() => Resolve(user));
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.NotNull(error.Recommendation);
    }

    [Fact]
    public void WithoutFilesThereAreIdsAndRoot()
    {
        Directory.Delete(etc, recursive: true);
        Assert.Equal("0:0 [] /root", Resolve("root"));
        Assert.Equal("5:0 [] /", Resolve("5"));
        Assert.Equal("0:0 [] /root", Resolve("root:root"));
        Assert.Throws<InvalidSpecException>(() => Resolve("alice"));
    }

    public static TheoryData<string> Hostile => ["fifo", "device", "directory", "sparse", "zero link", "loop"];

    [RootTheory]
    [Trait("Attack", "B-19")]
    [Trait("CVE", "CVE-2024-9676")]
    [MemberData(nameof(Hostile))]
    public void AHostileFileIsAnErrorAtOnce(string kind)
    {
        foreach (string name in new[] { "passwd", "group" })
        {
            string path = Path.Combine(etc, name);
            File.Delete(path);
            Plant(kind, path);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.ThrowsAny<ContainerException>(() => Resolve("alice"));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16 << 20);
    }

    private void Plant(string kind, string path)
    {
        switch (kind)
        {
            case "fifo":
                Assert.Equal(0, Files.mknodat(Files.AT_FDCWD, path, Files.S_IFIFO | 0x1b6, 0));
                break;
            case "device":
                Assert.Equal(0, Files.mknodat(Files.AT_FDCWD, path, Files.S_IFCHR | 0x1b6, Files.makedev(1, 5)));
                break;
            case "directory":
                Directory.CreateDirectory(path);
                break;
            case "sparse":
                using (FileStream file = File.Create(path))
                    file.SetLength(2L << 30);
                break;
            case "zero link":
                string zero = directory["root/zero"];
                Files.mknodat(Files.AT_FDCWD, zero, Files.S_IFCHR | 0x1b6, Files.makedev(1, 5));
                File.CreateSymbolicLink(path, "/zero");
                break;
            default:
                File.CreateSymbolicLink(path, path[directory["root"].Length..]);
                break;
        }
    }

    [Fact]
    public void ALinkOutDoesNotShowTheHostsUsers()
    {
        File.WriteAllText(directory["canary-passwd"], "secret:x:7:7::/:/bin/sh\n");
        File.Delete(Path.Combine(etc, "passwd"));
        File.CreateSymbolicLink(Path.Combine(etc, "passwd"), directory["canary-passwd"]);
        Assert.Throws<InvalidSpecException>(() => Resolve("secret"));
    }
}
