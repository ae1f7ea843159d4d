using System.Text;
using PSContainer.Kernel;
using PSContainer.Security.Seccomp;
using PSContainer.Spec;
using PSContainer.Tests;
using Processor = System.Runtime.InteropServices.Architecture;

namespace PSContainer.Native.Tests.Security;

public sealed class SeccompProfileTests
{
    private static SeccompProfile Read(string json) => SeccompProfile.Read(new MemoryStream(Encoding.UTF8.GetBytes(json)));

    private static string WithRule(string members) =>
        $$"""{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"},{{{members}}}]}""";

    [Fact]
    public void Reads_every_member()
    {
        SeccompProfile profile = Read(
            """
            {
              "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "defaultErrno": "ENOSYS", "comment": "ours",
              "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]},
                          {"architecture": "SCMP_ARCH_RISCV64", "subArchitectures": null}],
              "flags": ["SECCOMP_FILTER_FLAG_LOG"], "listenerPath": "/run/l", "listenerMetadata": "m",
              "syscalls": [
                {"names": ["a", "b"], "action": "SCMP_ACT_ERRNO", "errno": "EPERM", "comment": "", "args": null,
                 "includes": {"caps": ["CAP_SYS_ADMIN"], "arches": ["amd64"], "minKernel": "4.8"}, "excludes": {}},
                {"name": "c", "names": [], "action": "SCMP_ACT_ALLOW",
                 "args": [{"index": 5, "value": 18446744073709551615, "valueTwo": 1, "op": "SCMP_CMP_MASKED_EQ"}]}
              ]
            }
            """);
        Assert.Equal(38u, profile.DefaultErrnoRet);
        Assert.Equal(["SCMP_ARCH_X86"], profile.ArchMap[0].SubArchitectures);
        Assert.Equal(["SECCOMP_FILTER_FLAG_LOG"], profile.Flags!);
        Assert.Equal("/run/l", profile.ListenerPath);
        Assert.Equal(["a", "b"], profile.Syscalls[0].Names);
        Assert.Equal(1u, profile.Syscalls[0].ErrnoRet);
        Assert.Equal(new Version(4, 8), profile.Syscalls[0].Includes!.MinKernel);
        Assert.Equal(["c"], profile.Syscalls[1].Names);
        Assert.Equal(new SeccompArgSpec { Index = 5, Value = ulong.MaxValue, ValueTwo = 1, Op = "SCMP_CMP_MASKED_EQ" }, profile.Syscalls[1].Args![0]);

        SeccompSpec spec = profile.Resolve([Capability.SysAdmin], Processor.X64, new Version(6, 1));
        Assert.Equal(["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"], spec.Architectures!);
        Assert.Equal(2, spec.Syscalls!.Count);
        Assert.Equal("m", spec.ListenerMetadata);
        Assert.Equal(38u, spec.DefaultErrnoRet);
    }

    [Theory]
    [InlineData("""{"caps":["CAP_SYS_TIME"]}""", true, false)]
    [InlineData("""{"caps":["CAP_SYS_TIME","CAP_CHOWN"]}""", true, false)]
    [InlineData("""{"caps":["CAP_SYS_BOOT","CAP_SYS_TIME"]}""", false, false)]
    [InlineData("""{"caps":["CAP_SYS_BOOT"]}""", false, true)]
    [InlineData("""{"arches":["amd64","arm"]}""", true, false)]
    [InlineData("""{"arches":["x86"]}""", false, true)]
    [InlineData("""{"minKernel":"4.8"}""", true, false)]
    [InlineData("""{"minKernel":"5.10"}""", true, false)]
    [InlineData("""{"minKernel":"5.11"}""", false, true)]
    [InlineData("""{"caps":["CAP_SYS_TIME"],"minKernel":"9.0"}""", false, false)]
    [InlineData("{}", true, true)]
    public void Rules_hold_for_some_containers(string filter, bool included, bool notExcluded)
    {
        SeccompProfile includes = Read(WithRule($"\"names\":[\"write\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{filter}"));
        SeccompProfile excludes = Read(WithRule($"\"names\":[\"write\"],\"action\":\"SCMP_ACT_ALLOW\",\"excludes\":{filter}"));
        Capability[] granted = [Capability.SysTime, Capability.Chown];
        Assert.Equal(included, includes.Resolve(granted, Processor.X64, new Version(5, 10, 7)).Syscalls!.Count == 2);
        Assert.Equal(notExcluded, excludes.Resolve(granted, Processor.X64, new Version(5, 10, 7)).Syscalls!.Count == 2);
    }

    [Theory]
    [InlineData("", "is not JSON")]
    [InlineData("{", "is not JSON")]
    [InlineData("[]", "is not an object")]
    [InlineData("{}", "has no member 'defaultAction'")]
    [InlineData("""{"defaultAction":5}""", "defaultAction is not a string")]
    [InlineData("""{"defaultAction":"ALLOW"}""", "defaultAction is 'ALLOW', which is not an action")]
    [InlineData("""{"defaultAction":"SCMP_ACT_KILL","defaultActoin":"SCMP_ACT_LOG"}""", "has a member 'defaultActoin' that means nothing")]
    [InlineData("""{"defaultAction":"SCMP_ACT_KILL","defaultAction":"SCMP_ACT_LOG"}""", "has the member 'defaultAction' twice")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,"defaultErrno":"ENOSYS"}""", "for different errors")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ERRNO","defaultErrno":"EWHAT"}""", "defaultErrno is 'EWHAT'")]
    [InlineData("""{"defaultAction":"SCMP_ACT_KILL","syscalls":{}}""", "syscalls is not an array")]
    [InlineData("""{"defaultAction":"SCMP_ACT_KILL","architectures":["SCMP_ARCH_VAX"]}""", "architectures[0] is 'SCMP_ARCH_VAX'")]
    [InlineData("""{"defaultAction":"SCMP_ACT_KILL","architectures":["SCMP_ARCH_X86"],"archMap":[{"architecture":"SCMP_ARCH_X86"}]}""", "has both archMap and architectures")]
    public void A_wrong_profile_is_refused_by_its_member(string json, string expected)
    {
        var error = Assert.Throws<InvalidSpecException>(() => Read(json));
        Assert.Contains(expected, error.Message);
        Assert.NotNull(error.Recommendation);
    }

    [Theory]
    [InlineData("\"action\":\"SCMP_ACT_ALLOW\"", "syscalls[1] has no names")]
    [InlineData("\"names\":[\"read\"]", "syscalls[1] has no member 'action'")]
    [InlineData("\"name\":\"read\",\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"", "syscalls[1] has both")]
    [InlineData("\"names\":[\"re ad\"],\"action\":\"SCMP_ACT_ALLOW\"", "syscalls[1].names[0] is not the name")]
    [InlineData("\"names\":[7],\"action\":\"SCMP_ACT_ALLOW\"", "syscalls[1].names[0] is not a string")]
    [InlineData("\"names\":[\"read\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":-1", "syscalls[1].errnoRet is not a whole number")]
    [InlineData("\"names\":[\"read\"],\"action\":\"SCMP_ACT_KILL\",\"args\":[{\"index\":6,\"value\":0,\"op\":\"SCMP_CMP_EQ\"}]", "syscalls[1].args[0].index is not")]
    [InlineData("\"names\":[\"read\"],\"action\":\"SCMP_ACT_KILL\",\"args\":[{\"index\":0,\"value\":1.5,\"op\":\"SCMP_CMP_EQ\"}]", "syscalls[1].args[0].value is not")]
    [InlineData("\"names\":[\"read\"],\"action\":\"SCMP_ACT_KILL\",\"args\":[{\"index\":0,\"value\":1,\"op\":\"EQ\"}]", "syscalls[1].args[0].op is 'EQ'")]
    [InlineData("\"names\":[\"read\"],\"action\":\"SCMP_ACT_KILL\",\"args\":[{\"index\":0,\"op\":\"SCMP_CMP_EQ\"}]", "syscalls[1].args[0] has no member 'value'")]
    [InlineData("\"names\":[\"read\"],\"action\":\"SCMP_ACT_KILL\",\"includes\":{\"caps\":[\"CAP_ALL\"]}", "syscalls[1].includes.caps[0] is 'CAP_ALL'")]
    [InlineData("\"names\":[\"read\"],\"action\":\"SCMP_ACT_KILL\",\"excludes\":{\"minKernel\":\"new\"}", "syscalls[1].excludes.minKernel is 'new'")]
    [InlineData("\"names\":[\"read\"],\"action\":\"SCMP_ACT_KILL\",\"agrs\":[]", "has a member 'agrs' that means nothing")]
    public void A_wrong_rule_is_refused_by_its_member(string rule, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidSpecException>(() => Read(WithRule(rule))).Message);

    [Fact]
    public void Deep_and_large_JSON_is_refused_at_once()
    {
        Assert.Throws<InvalidSpecException>(() => Read(new string('[', 100_000)));
        Assert.Contains("is not JSON", Assert.Throws<InvalidSpecException>(
            () => Read("{\"syscalls\":" + new string('[', 50) + new string(']', 50) + "}")).Message);
        Assert.Contains("is larger than", Assert.Throws<InvalidSpecException>(() => SeccompProfile.Read(new EndlessStream())).Message);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named()
    {
        using var directory = new TestDirectory();
        var error = Assert.Throws<ContainerException>(() => SeccompProfile.Read(directory["missing.json"]));
        Assert.Equal(directory["missing.json"], error.Target);
        Assert.Throws<ContainerException>(() => SeccompProfile.Read(directory.Root));
        File.WriteAllText(directory["bad.json"], "{}");
        Assert.Contains("bad.json", Assert.Throws<InvalidSpecException>(() => SeccompProfile.Read(directory["bad.json"])).Message);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        SeccompProfile[] profiles =
        [
            SeccompProfile.Default,
            SeccompProfile.Default with { ArchMap = [], Architectures = ["SCMP_ARCH_X86_64"], Flags = ["SECCOMP_FILTER_FLAG_LOG"] },
            new() { DefaultAction = "SCMP_ACT_LOG", DefaultErrnoRet = null, ListenerPath = "/run/l", ListenerMetadata = "\"\n" },
            .. TestRepository.Data is { } data ? [SeccompProfile.Read(Path.Combine(data, "seccomp-moby-default.json"))] : Array.Empty<SeccompProfile>(),
        ];
        foreach (SeccompProfile profile in profiles)
        {
            string text = profile.ToString();
            SeccompProfile again = Read(text);
            Assert.Equal(text, again.ToString());
            foreach (Capability[] capabilities in new Capability[][] { [], [Capability.SysAdmin, Capability.SysPtrace] })
            {
                SeccompSpec before = profile.Resolve(capabilities), after = again.Resolve(capabilities);
                Assert.Equal(Describe(before), Describe(after));
            }
        }
    }

    [Fact]
    public void One_decision_for_a_call_takes_the_place_of_all_others()
    {
        SeccompProfile profile = SeccompProfile.Default.With(["clone", "clone3", "read"], "SCMP_ACT_ERRNO", 38);
        SeccompProfileRule[] about = [.. profile.Syscalls.Where(rule => rule.Names.Intersect(["clone", "clone3", "read"]).Any())];
        Assert.Equal(["clone", "clone3", "read"], Assert.Single(about).Names);
        Assert.All(profile.Syscalls, rule => Assert.NotEmpty(rule.Names));
        Assert.Throws<InvalidSpecException>(() => profile.With(["clonee"], "SCMP_ACT_ALLOW"));
        Assert.Throws<InvalidSpecException>(() => profile.With(["clone"], "SCMP_ACT_ALLOW", 38));
    }

    [Theory]
    [InlineData("killprocess", "SCMP_ACT_KILL_PROCESS")]
    [InlineData("SCMP_ACT_LOG", "SCMP_ACT_LOG")]
    [InlineData("scmp_act_kill_thread", "SCMP_ACT_KILL_THREAD")]
    [InlineData("maybe", "maybe")]
    public void Actions_have_short_names(string word, string action) => Assert.Equal(action, SeccompWord.Action(word));

    private static string Describe(SeccompSpec spec) => System.Text.Json.JsonSerializer.Serialize(spec, SpecJson.Default.SeccompSpec);

    private sealed class EndlessStream : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)' ');
            return count;
        }
    }
}
