using System.Text.Json;
using PSContainer.Security.Seccomp;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Security;

public sealed class SeccompSpecErrorTests
{
    private static readonly SeccompSpec Plain = new() { DefaultAction = "SCMP_ACT_ALLOW" };

    private static SeccompSpec With(SeccompRuleSpec rule) => Plain with { Syscalls = [rule] };

    private static readonly SeccompRuleSpec Rule = new() { Names = ["read"], Action = "SCMP_ACT_KILL" };

    public static TheoryData<string, SeccompSpec> Wrong => new()
    {
        { "defaultAction: '' is not an action", new SeccompSpec() },
        { "defaultAction: 'SCMP_ACT_SHRUG' is not", Plain with { DefaultAction = "SCMP_ACT_SHRUG" } },
        { "defaultAction: SCMP_ACT_NOTIFY would", Plain with { DefaultAction = "SCMP_ACT_NOTIFY" } },
        { "defaultAction: SCMP_ACT_ALLOW takes no error number", Plain with { DefaultErrnoRet = 1 } },
        { "defaultAction: 4096 is too large", Plain with { DefaultAction = "SCMP_ACT_ERRNO", DefaultErrnoRet = 4096 } },
        { "architectures[1]: 'SCMP_ARCH_VAX' is not", Plain with { Architectures = ["SCMP_ARCH_X86", "SCMP_ARCH_VAX"] } },
        { "syscalls[0].action: 'allow' is not", With(Rule with { Action = "allow" }) },
        { "syscalls[0].action: SCMP_ACT_KILL takes no", With(Rule with { ErrnoRet = 1 }) },
        { "syscalls[0].action: 65536 is too large", With(Rule with { Action = "SCMP_ACT_TRACE", ErrnoRet = 65536 }) },
        { "syscalls[0].args[1] has index 6", With(Rule with { Args = [new() { Op = "SCMP_CMP_EQ" }, new() { Index = 6, Op = "SCMP_CMP_EQ" }] }) },
        { "syscalls[0].args[0] has op '=='", With(Rule with { Args = [new() { Op = "==" }] }) },
        { "two rules give read", Plain with { Syscalls = [Rule with { Args = [new() { Op = "SCMP_CMP_EQ" }] }, Rule with { Action = "SCMP_ACT_TRAP", Args = [new() { Op = "SCMP_CMP_EQ" }] }] } },
        { "more than 4096 instructions", With(Rule with { Args = Enumerable.Range(0, 2000).Select(value => new SeccompArgSpec { Op = "SCMP_CMP_EQ", Value = (ulong)value }).ToArray() }) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_specification_is_refused_by_the_member_that_is_wrong(string expected, SeccompSpec spec)
    {
        var error = Assert.Throws<InvalidSpecException>(() => SeccompCompiler.Compile(spec));
        Assert.Contains(expected, error.Message);
        Assert.NotNull(error.Recommendation);
    }

    [Theory]
    [InlineData("""{"defaultAction":null}""", "defaultAction")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","architectures":[null]}""", "architectures[0]")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[null]}""", "syscalls[0] has no names")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":null,"action":"SCMP_ACT_KILL"}]}""", "syscalls[0] has no names")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":null}]}""", "syscalls[0].action")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_KILL","args":[null]}]}""", "syscalls[0].args[0]")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_KILL","args":[{"op":null}]}]}""", "syscalls[0].args[0] has op")]
    public void Null_in_JSON_is_an_error_with_a_place(string json, string expected)
    {
        using var directory = new TestDirectory();
        SeccompSpec spec = JsonSerializer.Deserialize(json, SpecJson.Default.SeccompSpec)!;
        Assert.Contains(expected, Assert.Throws<InvalidSpecException>(() => SeccompCache.Get(spec, directory.Root)).Message);
    }

    [Fact]
    public void A_name_that_is_null_names_no_call()
    {
        using var directory = new TestDirectory();
        SeccompSpec spec = JsonSerializer.Deserialize(
            """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":[null,"read"],"action":"SCMP_ACT_KILL"}]}""",
            SpecJson.Default.SeccompSpec)!;
        Assert.Equal(
            SeccompCompiler.Compile(Plain with { Syscalls = [Rule] }), SeccompCache.Get(spec, directory.Root).Instructions);
    }

    [Theory]
    [InlineData(null, false, 4u)]
    [InlineData("", false, 0u)]
    [InlineData("TSYNC", false, 1u)]
    [InlineData("LOG SPEC_ALLOW", false, 6u)]
    [InlineData("WAIT_KILLABLE_RECV", false, 0u)]
    [InlineData("WAIT_KILLABLE_RECV", true, 40u)]
    [InlineData("TSYNC", true, 25u)]
    public void Flags_become_those_of_the_call(string? names, bool notifies, uint expected)
    {
        SeccompSpec spec = With(Rule with { Action = notifies ? "SCMP_ACT_NOTIFY" : "SCMP_ACT_KILL" }) with
        {
            ListenerPath = notifies ? "/run/listener" : null,
            Flags = names?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => "SECCOMP_FILTER_FLAG_" + name).ToArray(),
        };
        SeccompProgram program = SeccompProgram.Compile(spec);
        Assert.Equal(expected, program.Flags);
        Assert.Equal(notifies, program.HasListener);
    }

    [Fact]
    public void A_notification_that_nobody_receives_is_an_error_cached_or_not()
    {
        using var directory = new TestDirectory();
        SeccompSpec spec = With(Rule with { Action = "SCMP_ACT_NOTIFY" });
        SeccompCache.Get(spec with { ListenerPath = "/run/listener" }, directory.Root);
        Assert.Contains("listenerPath", Assert.Throws<InvalidSpecException>(() => SeccompCache.Get(spec, directory.Root)).Message);
    }

    [Fact]
    public void An_unknown_flag_is_an_error() =>
        Assert.Throws<InvalidSpecException>(() => SeccompProgram.Compile(Plain with { Flags = ["SECCOMP_FILTER_FLAG_FAST"] }));

    [Theory]
    [InlineData("ALLOW", 0x7fff0000u)]
    [InlineData("ERRNO", 0x00050001u)]
    [InlineData("KILL", 0u)]
    [InlineData("KILL_THREAD", 0u)]
    [InlineData("KILL_PROCESS", 0x80000000u)]
    [InlineData("TRAP", 0x00030000u)]
    [InlineData("TRACE", 0x7ff00001u)]
    [InlineData("LOG", 0x7ffc0000u)]
    [InlineData("NOTIFY", 0x7fc00000u)]
    public void Actions_are_what_the_kernel_expects(string name, uint expected)
    {
        SeccompSpec spec = new()
        {
            DefaultAction = name == "ALLOW" ? "SCMP_ACT_LOG" : "SCMP_ACT_ALLOW",
            Syscalls = [Rule with { Action = "SCMP_ACT_" + name }],
        };
        var filter = new BpfInterpreter(SeccompCompiler.Compile(spec, SeccompArchitecture.X64));
        Assert.Equal(expected, filter.Run(new SeccompData(SeccompOracle.AuditX64, 0, new ulong[6])));
    }

    [Fact]
    public void A_long_program_still_jumps_to_the_right_place()
    {
        // Far more code than a conditional jump reaches across, on every second call.
        var rules = new List<SeccompRuleSpec>();
        for (uint number = 0; number < 300; number += 2)
        {
            if (SyscallTable.Name(SeccompArchitecture.X64, number) is { } name)
                rules.Add(new() { Names = [name], Action = "SCMP_ACT_ERRNO", ErrnoRet = number + 1, Args = [new() { Index = number % 6, Op = "SCMP_CMP_GT", Value = number }] });
        }
        SeccompSpec spec = Plain with { Syscalls = rules };
        var filter = new BpfInterpreter(SeccompCompiler.Compile(spec, SeccompArchitecture.X64));
        Assert.InRange(filter.Length, 800, 4096);
        var oracle = new SeccompOracle(spec);
        foreach (SeccompData data in CallSpace.AtEdges(spec, new Random(1), 5).Take(200_000))
        {
            if (!oracle.Allowed(data).Contains(filter.Run(data)))
                Assert.Fail(SeccompCompilerTests.Describe(spec, data));
        }
    }
}
