using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PSContainer.Rooted;
using PSContainer.Tests;
using PSContainer.Users;

namespace PSContainer.Native.Tests.Fuzz;

/// <summary>Users out of tables that somebody else wrote: found as a reading line by line finds them, or refused.</summary>
public sealed class UserTableFuzzTests : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly string etc;

    public UserTableFuzzTests() => etc = directory.MakeDirectory("root/etc");

    public void Dispose()
    {
        directory.AssertCanaryUntouched();
        directory.Dispose();
    }

    [Fact]
    public void AUserIsTheFirstWholeLineOfTheName()
    {
        Gen<string> word = Gen.Elements("root", "alice", "bob", "alice2", "", "é", "a b"),
            id = Gen.Elements("0", "1", "1000", "2147483647", "2147483648", "4294967295", "4294967296", "-1", "+1", "01", " 1", "x", "");
        Gen<string> line =
            from name in word from uid in id from gid in id from home in Gen.Elements("/", "/home/a", "relative", "", "/a\u0001b")
            from fields in Gen.Choose(1, 8)
            select string.Join(':', new[] { name, "x", uid, gid, "", home, "/bin/sh", "more" }.Take(fields));
        Gen<(string[] Lines, string Asked)> tables =
            from lines in line.ArrayOf() from asked in Gen.Elements("root", "alice", "bob") select (lines, asked);
        FuzzRun.Holds(tables.ToArbitrary(), table =>
        {
            File.WriteAllText(Path.Combine(etc, "passwd"), string.Join('\n', table.Lines));
            (uint Uid, uint Gid)? expected = table.Lines.Select(text => text.Split(':'))
                .Where(fields => fields.Length >= 4 && fields[0] == table.Asked && Id(fields[2]) is not null && Id(fields[3]) is not null)
                .Select(fields => ((uint, uint)?)(Id(fields[2])!.Value, Id(fields[3])!.Value))
                .FirstOrDefault() ?? (table.Asked == "root" ? (0, 0) : null);
            Assert.Equal(expected, Find(table.Asked));
        });
    }

    [Fact]
    public void ADamagedTableIsReadOrRefused()
    {
        const string Passwd = "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000:Alice:/home/alice:/bin/sh\n";
        const string Group = "root:x:0:\nvideo:x:44:bob,alice\naudio:x:29:alice\n";
        FuzzRun.ReadsOrRefuses(Damage.Of([Passwd], ":", "::", "alice:x:0:0::/:"), passwd =>
        {
            File.WriteAllBytes(Path.Combine(etc, "passwd"), passwd);
            File.WriteAllText(Path.Combine(etc, "group"), Group);
            using RootedDirectory root = RootedDirectory.OpenHost(directory["root"]);
            ContainerUser user = PasswdFile.Resolve(root, "alice");
            Assert.True(user.Uid <= int.MaxValue && user.Gid <= int.MaxValue);
            Assert.StartsWith("/", user.Home, StringComparison.Ordinal);
            Assert.DoesNotContain(user.Home, char.IsControl);
        });
    }

    [Fact]
    public void AnyTextIsAUserOrRefused() =>
        FuzzRun.ReadsOrRefuses(Damage.Of(["alice", "0", "1000:1000", "alice:video", ":7"], ":", "root"), text =>
        {
            File.WriteAllText(Path.Combine(etc, "passwd"), "alice:x:1000:1000::/:\nroot:x:0:0::/root:\n");
            File.WriteAllText(Path.Combine(etc, "group"), "video:x:44:\n");
            string asked = Encoding.UTF8.GetString(text);
            using RootedDirectory root = RootedDirectory.OpenHost(directory["root"]);
            ContainerUser user = PasswdFile.Resolve(root, asked);
            // Nobody becomes root by an odd spelling.
            if (user.Uid == 0)
                Assert.Contains(asked.Split(':')[0], (string[])["0", "root", ""]);
        });

    private (uint Uid, uint Gid)? Find(string user)
    {
        using RootedDirectory root = RootedDirectory.OpenHost(directory["root"]);
        try
        {
            ContainerUser found = PasswdFile.Resolve(root, user);
            return (found.Uid, found.Gid);
        }
        catch (InvalidSpecException)
        {
            return null;
        }
    }

    private static uint? Id(string text) =>
        text.All(char.IsAsciiDigit) && (text == "0" || text is [not '0', ..])
            && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id <= int.MaxValue
            ? id
            : null;
}
