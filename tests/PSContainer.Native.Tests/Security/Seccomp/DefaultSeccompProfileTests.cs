using PSContainer.Kernel;
using PSContainer.Security;
using PSContainer.Security.Seccomp;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Security;

public sealed class DefaultSeccompProfileTests
{
    private const uint Allow = 0x7fff0000, Eperm = 0x00050001, Enosys = 0x00050026;

    public static TheoryData<string> CapabilitySetsToTry
    {
        get
        {
            var data = new TheoryData<string> { "", "default", "all" };
            foreach (Capability capability in CapabilitySets.All)
                data.Add($"default {capability}");
            return data;
        }
    }

    [ReferenceProfileTheory]
    [MemberData(nameof(CapabilitySetsToTry))]
    public void Decides_every_call_as_Dockers_profile_does(string capabilities)
    {
        Capability[] granted = Parse(capabilities);
        foreach (Version kernel in new[] { new Version(3, 10), new Version(4, 8, 0), new Version(6, 18, 44) })
        {
            SeccompSpec reference = ReferenceProfile.Read().Resolve(granted, kernel: kernel);
            SeccompSpec own = SeccompProfile.Default.Resolve(granted, kernel: kernel);
            Assert.Equal(reference.Architectures, own.Architectures);
            var ours = new BpfInterpreter(SeccompCompiler.Compile(own, SeccompArchitecture.X64));
            var theirs = new BpfInterpreter(SeccompCompiler.Compile(reference, SeccompArchitecture.X64));
            foreach (SeccompData data in CallSpace.Plain().Concat(CallSpace.AtEdges(reference, new Random(1), 20)))
            {
                if (ours.Run(data) != (StricterThanDockers(data) ?? theirs.Run(data)))
                    Assert.Fail($"{SyscallNames(data)}: {SeccompCompilerTests.Describe(own, data)}");
            }
        }
    }

    [ReferenceProfileTheory]
    [InlineData(System.Runtime.InteropServices.Architecture.X64)]
    [InlineData(System.Runtime.InteropServices.Architecture.Arm64)]
    public void Names_every_call_of_Dockers_profile(System.Runtime.InteropServices.Architecture processor)
    {
        Assert.Equal(
            Names(ReferenceProfile.Read().Resolve(CapabilitySets.All, processor)),
            Names(SeccompProfile.Default.Resolve(CapabilitySets.All, processor)));
    }

    [Theory]
    [Trait("Attack", "C-19")]
    [InlineData("read", Allow)]
    [InlineData("execve", Allow)]
    [InlineData("ptrace", Allow)]
    [InlineData("chroot", Allow)]
    [InlineData("keyctl", Eperm)]
    [InlineData("mount", Eperm)]
    [InlineData("unshare", Eperm)]
    [InlineData("bpf", Eperm)]
    [InlineData("io_uring_setup", Eperm)]
    [InlineData("userfaultfd", Eperm)]
    [InlineData("clone3", Enosys)]
    [InlineData("clone", Allow)]
    [InlineData("clone", Eperm, 0x10000000UL)]
    [InlineData("clone", Eperm, 0x40000000UL)]
    [InlineData("clone", Allow, 0x00000011UL)]
    [InlineData("socket", Allow, 2UL)]
    [InlineData("socket", Eperm, 38UL)]
    [InlineData("socket", Allow, 39UL)]
    [InlineData("socket", Eperm, 40UL)]
    [InlineData("socket", Allow, 41UL)]
    [InlineData("socket", Allow, 63UL)]
    [InlineData("socket", Eperm, 64UL)]
    [InlineData("socket", Eperm, 0x1_0000_0026UL)]
    [InlineData("socket", Eperm, 0xffff_ffff_0000_0028UL)]
    [InlineData("socket", Allow, 0x1_0000_0002UL)]
    [InlineData("socketpair", Allow, 1UL)]
    [InlineData("socketpair", Eperm, 0x1_0000_0028UL)]
    [InlineData("personality", Allow, 0xffffffffUL)]
    [InlineData("personality", Eperm, 0x40000UL)]
    [InlineData("personality", Allow, 0x20008UL)]
    public void Admits_what_images_need_and_nothing_that_leads_out(string name, uint expected, ulong argument = 0)
    {
        SeccompSpec spec = SeccompProfile.Default.Resolve(CapabilitySets.Default);
        var filter = new BpfInterpreter(SeccompCompiler.Compile(spec, SeccompArchitecture.X64));
        Assert.True(SyscallTable.TryFind(name, out SyscallNumbers numbers));
        Assert.True(numbers.TryGet(SeccompArchitecture.X64, out uint number));
        Assert.Equal(expected, filter.Run(new SeccompData(SeccompOracle.AuditX64, number, [argument, 0, 0, 0, 0, 0])));
    }

    [Fact]
    public void A_capability_brings_the_calls_that_need_it()
    {
        string[] without = Names(SeccompProfile.Default.Resolve([]));
        Assert.DoesNotContain("mount", without);
        Assert.Contains("mount", Names(SeccompProfile.Default.Resolve([Capability.SysAdmin])));
        Assert.Contains("reboot", Names(SeccompProfile.Default.Resolve([Capability.SysBoot])));
    }

    [Fact]
    public void Knows_every_call_it_names() =>
        Assert.All(Names(SeccompProfile.Default.Resolve(CapabilitySets.All)), name => Assert.True(SyscallTable.TryFind(name, out _), name));

    [Fact]
    public void Is_short_and_flat()
    {
        SeccompSpec spec = SeccompProfile.Default.Resolve(CapabilitySets.Default);
        var filter = new BpfInterpreter(SeccompCompiler.Compile(spec, SeccompArchitecture.X64));
        Assert.InRange(filter.Length, 100, 320);
        foreach (SeccompData data in CallSpace.Plain())
        {
            filter.Run(data);
            Assert.InRange(filter.Steps, 1, 40);
        }
    }

    // Docker's lets AF_ALG and AF_VSOCK through socketpair, socketcall, and with a bit in the half that the kernel does not read.
    private static uint? StricterThanDockers(SeccompData data)
    {
        SeccompArchitecture? architecture = data.Architecture switch
        {
            SeccompOracle.AuditX86 => SeccompArchitecture.X86,
            SeccompOracle.AuditX64 => data.Number >= SeccompOracle.X32Bit ? SeccompArchitecture.X32 : SeccompArchitecture.X64,
            _ => null,
        };
        return architecture is not { } known ? null : SyscallTable.Name(known, data.Number) switch
        {
            "socketcall" => Enosys,
            "socket" or "socketpair" => (uint)data.Arguments[0] is 38 or 40 or > 63 ? Eperm : Allow,
            _ => null,
        };
    }

    private static string[] Names(SeccompSpec spec) =>
        spec.Syscalls!.SelectMany(rule => rule.Names).Where(name => SyscallTable.TryFind(name, out _)).Distinct().Order().ToArray();

    private static string SyscallNames(SeccompData data) =>
        $"{SyscallTable.Name(SeccompArchitecture.X64, data.Number)}/{SyscallTable.Name(SeccompArchitecture.X86, data.Number)}"
        + $"/{SyscallTable.Name(SeccompArchitecture.X32, data.Number)}";

    private static Capability[] Parse(string set) => set switch
    {
        "" => [],
        "all" => [.. CapabilitySets.All],
        _ => [.. CapabilitySets.Default, .. set.Split(' ')[1..].Select(CapabilityName.Parse)],
    };
}
