using PSContainer.Containers.Options;
using PSContainer.Rooted;
using PSContainer.Tests;
using PSContainer.Users;

namespace PSContainer.Security.Tests;

/// <summary>B-20 and B-21: the image's user files, and what a user or variable could write into them.</summary>
[Trait("Category", "Container")]
public sealed class UserFileTests
{
    [Fact]
    [Trait("Attack", "B-20")]
    [Trait("CVE", "CVE-2026-47262")]
    public void A_group_file_of_500_megabytes_is_an_error_and_is_not_read()
    {
        using var area = new TestDirectory();
        Directory.CreateDirectory(area["root/etc"]);
        File.WriteAllText(area["root/etc/passwd"], "alice:x:1000:1000::/home:/bin/sh\n");
        using (FileStream group = File.Create(area["root/etc/group"]))
            group.SetLength(500L << 20);
        using RootedDirectory root = RootedDirectory.OpenHost(area["root"]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.ThrowsAny<ContainerException>(() => PasswdFile.Resolve(root, "alice"));
        Assert.Contains("group", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
    }

    [RootTheory]
    [Trait("Attack", "B-21")]
    [Trait("CVE", "CVE-2022-4318")]
    [InlineData("user", "alice\nevil:x:0:0::/:/bin/sh")]
    [InlineData("user", "1000\n0")]
    [InlineData("group", "1000\n0")]
    [InlineData("directory", "/\nevil:x:0:0")]
    [InlineData("hostname", "host\nevil")]
    public void A_line_feed_where_a_word_belongs_is_refused(string where, string text)
    {
        using var fixture = new EngineFixture();
        ContainerOptions options = fixture.Options("true");
        options = where switch
        {
            "user" => options with { User = text },
            "group" => options with { Group = text },
            "directory" => options with { WorkingDirectory = text },
            _ => options with { Hostname = text },
        };
        Assert.Throws<InvalidSpecException>(() => fixture.Engine.Start(options));
    }

    [RootFact]
    [Trait("Attack", "B-21")]
    [Trait("CVE", "CVE-2022-4318")]
    public void A_home_with_a_line_feed_changes_no_file_of_the_root()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string before = File.ReadAllText(bundle.Rootfs + "/etc/passwd");
        bundle.Process = bundle.Process with { Env = ["HOME=/x\nevil:x:0:0::/:/bin/sh", "PATH=/bin"] };
        TestBundle.Succeed(bundle.RunShell("true"));
        Assert.Equal(before, File.ReadAllText(bundle.Rootfs + "/etc/passwd"));
    }
}
