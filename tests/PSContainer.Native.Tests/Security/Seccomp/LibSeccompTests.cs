using PSContainer.Kernel;
using PSContainer.Security;
using PSContainer.Security.Seccomp;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Security;

/// <summary>Both compilers' programs, run on the same calls.</summary>
/// <remarks>
/// The random rules keep out of what libseccomp 2.5.4 gets wrong: calls that one of several architectures lacks (it forgets to
/// load the number), several LT or LE of one argument beyond 32 bits and several rules with different arguments on one call (it
/// shares nodes between them, and can loop for ever). <see cref="SeccompCompilerTests"/> covers these against the rules themselves.
/// </remarks>
public sealed class LibSeccompTests
{
    private const int Rounds = 40;

    [LibSeccompTheory]
    [InlineData("one action, equality", true, 3, "EQ")]
    [InlineData("one action, mask", true, 3, "MASKED_EQ")]
    [InlineData("one action, inequality", true, 1, "EQ NE")]
    [InlineData("one action, greater", true, 1, "GE GT")]
    [InlineData("equality", false, 1, "EQ")]
    [InlineData("greater", false, 1, "GE GT")]
    [InlineData("less", false, 1, "LT LE", true)]
    [InlineData("mask", false, 1, "MASKED_EQ", true)]
    [InlineData("one action, all", true, 1, "EQ NE LT LE GE GT MASKED_EQ", true)]
    [InlineData("each call once", false, 3, "EQ NE LT LE GE GT MASKED_EQ", false, true)]
    public void Random_filters_decide_every_call_alike(
        string what, bool oneAction, int mostArguments, string comparisons, bool narrow = false, bool once = false)
    {
        var random = new Random(5);
        var options = new RandomSeccompOptions(oneAction, mostArguments, comparisons.Split(' '), true, once, narrow);
        var generator = new RandomSeccompSpec(random, options);
        int compared = 0;
        for (int round = 0; round < Rounds; round++)
        {
            SeccompSpec spec = generator.Make();
            if (!SeccompCompilerTests.TryCompile(spec, out BpfInterpreter? ours))
            {
                Assert.Null(LibSeccomp.Compile(spec));
                continue;
            }
            // It also refuses a rule that an earlier, longer one with another action is part of; ours takes the broader.
            if (LibSeccomp.Compile(spec) is not { } program)
                continue;
            AssertAlike(spec, ours!, new BpfInterpreter(program), random, what);
            compared++;
        }
        Assert.InRange(compared, Rounds / 2, Rounds);
    }

    [LibSeccompFact]
    public void Numbers_are_those_of_the_library()
    {
        int compared = 0;
        foreach (SeccompArchitecture architecture in Enum.GetValues<SeccompArchitecture>())
        {
            for (uint number = 0; number < 600; number++)
            {
                uint seen = architecture == SeccompArchitecture.X32 ? number | SeccompOracle.X32Bit : number;
                if (SyscallTable.Name(architecture, seen) is not { } name)
                    continue;
                int theirs = LibSeccomp.Resolve(architecture, name);
                if (theirs < 0)
                    continue;
                Assert.Equal(seen, (uint)theirs);
                compared++;
            }
        }
        Assert.InRange(compared, 1800, 3000);
    }

    [LibSeccompTheory]
    [InlineData("", "")]
    [InlineData("", "SCMP_ARCH_X86_64 SCMP_ARCH_X86 SCMP_ARCH_X32")]
    [InlineData("SYS_ADMIN SYS_PTRACE SYS_TIME", "SCMP_ARCH_X86_64 SCMP_ARCH_X86 SCMP_ARCH_X32")]
    public void The_default_profile_decides_every_call_alike(string capabilities, string architectures)
    {
        Capability[] added = capabilities.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(CapabilityName.Parse).ToArray();
        SeccompSpec spec = SeccompProfile.Default.Resolve([.. CapabilitySets.Default, .. added]);
        spec = spec with
        {
            Architectures = architectures.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Syscalls = spec.Syscalls!.Select(rule => rule with { Names = rule.Names.Where(LibSeccomp.Knows).ToArray() }).Where(rule => rule.Names.Count > 0).ToArray(),
        };
        Assert.InRange(spec.Syscalls!.Sum(rule => rule.Names.Count), 300, 450);
        var ours = new BpfInterpreter(SeccompCompiler.Compile(spec, SeccompArchitecture.X64));
        byte[]? theirs = LibSeccomp.Compile(spec);
        Assert.NotNull(theirs);
        AssertAlike(spec, ours, new BpfInterpreter(theirs), new Random(1), "default");
    }

    private static void AssertAlike(SeccompSpec spec, BpfInterpreter ours, BpfInterpreter theirs, Random random, string what)
    {
        var oracle = new SeccompOracle(spec);
        foreach (SeccompData data in CallSpace.Plain().Concat(CallSpace.AtEdges(spec, random, 20)))
        {
            (uint mine, uint other) = (ours.Run(data), theirs.Run(data));
            // What runc adds to what the library makes, and so do we.
            if (oracle.IsNewer(data))
                other = Kernel.SeccompCalls.SECCOMP_RET_ERRNO | (uint)Kernel.Errno.ENOSYS;
            if (mine != other)
                Assert.Fail($"{what}: ours {mine:x}, libseccomp {other:x}: {SeccompCompilerTests.Describe(spec, data)}");
        }
    }
}
