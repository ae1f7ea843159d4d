using System.Text;
using PSContainer.Security;
using PSContainer.Security.Seccomp;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Security;

public sealed class SeccompCacheTests : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly string root;

    public SeccompCacheTests() => root = directory.MakeDirectory("state");

    public void Dispose() => directory.Dispose();

    private static SeccompSpec Spec(string denied = "keyctl", uint errno = 1) => new()
    {
        DefaultAction = "SCMP_ACT_ALLOW",
        Syscalls = [new SeccompRuleSpec { Names = [denied], Action = "SCMP_ACT_ERRNO", ErrnoRet = errno }],
    };

    [Fact]
    public void A_miss_compiles_and_the_next_is_a_hit_with_the_same_program()
    {
        SeccompProgram first = SeccompCache.Get(Spec(), root);
        Assert.Equal(SeccompCompiler.Compile(Spec()), first.Instructions);
        string file = Assert.Single(Files());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        DateTime written = File.GetLastWriteTimeUtc(file);

        SeccompProgram second = SeccompCache.Get(Spec(), root);
        Assert.Equal(first.Instructions, second.Instructions);
        Assert.Equal(first.Flags, second.Flags);
        Assert.Equal(written, File.GetLastWriteTimeUtc(file));
    }

    [Fact]
    public void A_hit_is_read_from_the_file()
    {
        SeccompCache.Get(Spec(), root);
        byte[] marked = Forge(program => program with { Flags = 2 });
        File.WriteAllBytes(Assert.Single(Files()), marked);
        Assert.Equal(2u, SeccompCache.Get(Spec(), root).Flags);
    }

    [Fact]
    public void Every_part_of_a_specification_makes_a_difference()
    {
        SeccompSpec[] all =
        [
            Spec(),
            Spec("bpf"),
            Spec(errno: 2),
            Spec() with { DefaultAction = "SCMP_ACT_LOG" },
            Spec() with { Flags = [] },
            Spec() with { Flags = ["SECCOMP_FILTER_FLAG_LOG"] },
            Spec() with { Architectures = ["SCMP_ARCH_X86"] },
            Spec() with { Syscalls = [] },
            Spec() with { Syscalls = [Spec().Syscalls![0] with { Names = ["keyctl", "bpf"] }] },
            Spec() with { Syscalls = [Spec().Syscalls![0] with { Args = [new() { Op = "SCMP_CMP_EQ" }] }] },
            Spec() with { Syscalls = [Spec().Syscalls![0] with { Args = [new() { Op = "SCMP_CMP_EQ", Index = 1 }] }] },
            Spec() with { Syscalls = [Spec().Syscalls![0] with { Args = [new() { Op = "SCMP_CMP_EQ", Value = 1 }] }] },
            Spec() with { Syscalls = [Spec().Syscalls![0] with { Args = [new() { Op = "SCMP_CMP_EQ", ValueTwo = 1 }] }] },
        ];
        foreach (SeccompSpec spec in all)
            SeccompCache.Get(spec, root);
        Assert.Equal(all.Length, Files().Length);
        foreach (SeccompSpec spec in all)
            Assert.Equal(SeccompCompiler.Compile(spec), SeccompCache.Get(spec, root).Instructions);
    }

    [Fact]
    public void The_default_needs_no_file()
    {
        SeccompSpec spec = SeccompProfile.Default.Resolve(CapabilitySets.Default);
        Assert.Equal(SeccompCompiler.Compile(spec), SeccompCache.Get(spec, root).Instructions);
        Assert.False(Directory.Exists(Path.Combine(root, ".cache")));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("longer")]
    [InlineData("changed")]
    [InlineData("zeros")]
    [InlineData("empty")]
    [InlineData("lengths")]
    public void A_damaged_file_is_a_miss_and_is_replaced(string damage)
    {
        SeccompProgram good = SeccompCache.Get(Spec(), root);
        string file = Assert.Single(Files());
        byte[] content = File.ReadAllBytes(file);
        byte[] original = [.. content];
        switch (damage)
        {
            case "cut": content = content[..^8]; break;
            case "longer": content = [.. content, .. new byte[8]]; break;
            case "changed": content[^1] ^= 1; break;
            case "zeros": content.AsSpan(content.Length / 2).Clear(); break;
            case "empty": content = []; break;
            default: content.AsSpan(8, 8).Fill(0xff); break;
        }
        File.WriteAllBytes(file, content);
        Assert.Equal(good.Instructions, SeccompCache.Get(Spec(), root).Instructions);
        Assert.Equal(original, File.ReadAllBytes(file));
    }

    [Fact]
    public void A_file_for_another_specification_under_this_ones_name_is_a_miss()
    {
        SeccompCache.Get(Spec("bpf"), root);
        string other = Assert.Single(Files());
        SeccompCache.Get(Spec(), root);
        string own = Files().Single(file => file != other);
        File.Copy(other, own, overwrite: true);
        Assert.Equal(SeccompCompiler.Compile(Spec()), SeccompCache.Get(Spec(), root).Instructions);
    }

    [RootTheory]
    [InlineData("file", "owner")]
    [InlineData("file", "mode")]
    [InlineData("directory", "owner")]
    [InlineData("directory", "mode")]
    [InlineData("cache", "mode")]
    [InlineData("root", "mode")]
    [InlineData("root", "owner")]
    public void What_others_own_or_can_write_is_not_read(string what, string how)
    {
        SeccompCache.Get(Spec(), root);
        string file = Assert.Single(Files());
        File.WriteAllBytes(file, Forge(program => program with { Flags = 2 }));
        Assert.Equal(2u, SeccompCache.Get(Spec(), root).Flags);
        string path = what switch
        {
            "file" => file,
            "directory" => Path.GetDirectoryName(file)!,
            "cache" => Path.Combine(root, ".cache"),
            _ => root,
        };
        if (how == "owner")
            Assert.Equal(0, PSContainer.Kernel.Files.fchownat(PSContainer.Kernel.Files.AT_FDCWD, Encoding.UTF8.GetBytes(path + "\0"), 12345, 12345, 0));
        else
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupWrite);
        Assert.Equal(SeccompProgram.Compile(Spec()).Flags, SeccompCache.Get(Spec(), root).Flags);
    }

    [Fact]
    public void A_link_instead_of_the_file_is_not_followed()
    {
        SeccompCache.Get(Spec(), root);
        string file = Assert.Single(Files());
        File.WriteAllBytes(directory["elsewhere"], Forge(program => program with { Flags = 2 }));
        File.Delete(file);
        File.CreateSymbolicLink(file, directory["elsewhere"]);
        Assert.NotEqual(2u, SeccompCache.Get(Spec(), root).Flags);
        Assert.Null(new FileInfo(file).LinkTarget);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_costs_nothing_but_time()
    {
        File.WriteAllText(Path.Combine(root, ".cache"), "");
        Assert.Equal(SeccompCompiler.Compile(Spec()), SeccompCache.Get(Spec(), root).Instructions);
        Assert.Equal(SeccompCompiler.Compile(Spec()), SeccompCache.Get(Spec(), "/proc/no-such-directory").Instructions);
    }

    [Fact]
    public void Words_that_could_be_mistaken_for_two_are_not_cached()
    {
        SeccompSpec spec = Spec("keyctl bpf");
        Assert.Equal(SeccompCompiler.Compile(spec), SeccompCache.Get(spec, root).Instructions);
        Assert.False(Directory.Exists(Path.Combine(root, ".cache")));
    }

    private string[] Files() => Directory.GetFiles(Path.Combine(root, ".cache", "seccomp"));

    /// <summary>A file as the cache itself would write it, of another program.</summary>
    private byte[] Forge(Func<SeccompProgram, SeccompProgram> change)
    {
        string other = directory.MakeDirectory($"forge-{Guid.NewGuid():n}");
        byte[] text = SeccompText.Write(Spec(), SeccompArchitectures.Native)!;
        SeccompCacheFile.TryWrite(other, text, change(SeccompProgram.Compile(Spec())));
        return File.ReadAllBytes(Assert.Single(Directory.GetFiles(Path.Combine(other, ".cache", "seccomp"))));
    }
}
