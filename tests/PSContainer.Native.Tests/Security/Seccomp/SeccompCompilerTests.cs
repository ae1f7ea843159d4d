using PSContainer.Security.Seccomp;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Security;

public sealed class SeccompCompilerTests
{
    [Theory]
    [InlineData(1, true, 3)]
    [InlineData(2, false, 3)]
    [InlineData(3, false, 1)]
    public void Random_filters_decide_every_call_as_their_rules_say(int seed, bool oneAction, int mostArguments)
    {
        var random = new Random(seed);
        var generator = new RandomSeccompSpec(random, new(oneAction, mostArguments, RandomSeccompSpec.AllComparisons));
        int compared = 0;
        for (int round = 0; round < 50; round++)
        {
            SeccompSpec spec = generator.Make();
            if (round % 2 == 0)
                spec = spec with { DefaultErrnoRet = null };
            if (!TryCompile(spec, out BpfInterpreter? filter))
                continue;
            compared++;
            var oracle = new SeccompOracle(spec);
            foreach (SeccompData data in CallSpace.Plain().Concat(CallSpace.AtEdges(spec, random, 20)))
            {
                uint got = filter!.Run(data);
                if (!oracle.Allowed(data).Contains(got))
                    Assert.Fail($"round {round}: {Describe(spec, data)}: {got:x}");
            }
        }
        Assert.InRange(compared, 40, 50);
    }

    [Theory]
    [InlineData("SCMP_ACT_ERRNO", null, "SCMP_ACT_ALLOW", 0x00050026)]
    [InlineData("SCMP_ACT_ERRNO", null, "SCMP_ACT_ERRNO", 0x00050026)]
    [InlineData("SCMP_ACT_ERRNO", 1, "SCMP_ACT_ALLOW", 0x00050026)]
    [InlineData("SCMP_ACT_ERRNO", 6, "SCMP_ACT_ALLOW", 0x00050026)]
    [InlineData("SCMP_ACT_ALLOW", null, "SCMP_ACT_ERRNO", 0x7fff0000)]
    [InlineData("SCMP_ACT_LOG", null, "SCMP_ACT_ERRNO", 0x7ffc0000)]
    [InlineData("SCMP_ACT_KILL_PROCESS", null, "SCMP_ACT_ALLOW", 0x00050026)]
    [InlineData("SCMP_ACT_KILL", null, "SCMP_ACT_ALLOW", 0x00050026)]
    [InlineData("SCMP_ACT_TRAP", null, "SCMP_ACT_ALLOW", 0x00050026)]
    public void A_call_newer_than_the_filter_is_one_that_is_not_there(string defaultAction, int? errno, string action, uint expected)
    {
        const uint Openat2 = 437, EPERM = 1;
        SeccompSpec spec = new()
        {
            DefaultAction = defaultAction,
            DefaultErrnoRet = (uint?)errno,
            Architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
            Syscalls = [new() { Names = ["read", "openat2"], Action = action }],
        };
        var filter = new BpfInterpreter(SeccompCompiler.Compile(spec, SeccompArchitecture.X64));

        foreach (uint number in (uint[])[Openat2 + 1, Openat2 + 2, 1000, SeccompOracle.X32Bit - 1])
        {
            Assert.Equal(expected, filter.Run(new SeccompData(SeccompOracle.AuditX64, number, new ulong[6])));
            Assert.Equal(expected, filter.Run(new SeccompData(SeccompOracle.AuditX64, SeccompOracle.X32Bit | number, new ulong[6])));
            Assert.Equal(expected, filter.Run(new SeccompData(SeccompOracle.AuditX86, number, new ulong[6])));
        }
        if (defaultAction == "SCMP_ACT_ERRNO" && action == "SCMP_ACT_ALLOW")
        {
            // What it could have named it refuses as it says, and the number of a call that a tracer skips is no call.
            uint refused = 0x00050000 | ((uint?)errno ?? EPERM);
            Assert.Equal(refused, filter.Run(new SeccompData(SeccompOracle.AuditX64, Openat2 - 1, new ulong[6])));
            Assert.Equal(refused, filter.Run(new SeccompData(SeccompOracle.AuditX64, uint.MaxValue, new ulong[6])));
        }
    }

    internal static bool TryCompile(SeccompSpec spec, out BpfInterpreter? filter)
    {
        try
        {
            filter = new BpfInterpreter(SeccompCompiler.Compile(spec, SeccompArchitecture.X64));
            return true;
        }
        catch (InvalidSpecException error) when (error.Message.Contains("different actions"))
        {
            filter = null;
            return false;
        }
    }

    internal static string Describe(SeccompSpec spec, SeccompData data) =>
        $"call {data.Number:x} of {data.Architecture:x} ({string.Join(", ", data.Arguments.Select(a => a.ToString("x")))}) under "
        + System.Text.Json.JsonSerializer.Serialize(spec, SpecJson.Default.SeccompSpec);
}
