using System.Text.Json;
using System.Text.Json.Nodes;
using PSContainer.Spec;
using PSContainer.State;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.State;

/// <summary>The state is JSON that others can read, and is read back as it was.</summary>
public sealed class ContainerStateJsonTests : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly StateStore store;

    public ContainerStateJsonTests() => store = new StateStore(directory["state"]);

    public void Dispose() => directory.Dispose();

    private static ContainerState Sample => new()
    {
        OciVersion = "1.2.3",
        Id = "psc-test-state",
        Pid = int.MaxValue,
        PidStartTime = ulong.MaxValue,
        Bundle = "/bundle \"with\" \\ and \n\u0001\u001f and é中😀",
        Rootfs = "/rootfs",
        MountsBefore = 3,
        Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(-7)).AddTicks(1234567),
        Annotations = new Dictionary<string, string> { ["a.b"] = "", ["\t\"\u2028"] = new string('x', 10_000) },
        Cgroups = ["/sys/fs/cgroup/a", "/sys/fs/cgroup/b"],
        Directories = ["/var/lib/d"],
        IsWithoutProcess = true,
        Resctrl = ["/sys/fs/resctrl/a/mon_groups/a", "/sys/fs/resctrl/a"],
        Hooks = new HooksSpec
        {
            Poststart = [new HookSpec { Path = "/bin/\"x\"", Args = ["a", ""], Env = ["A=1"], Timeout = 7 }],
            Poststop = [new HookSpec { Path = "/y" }],
        },
    };

    [Fact]
    public void AStateIsReadBackAsItWas()
    {
        ContainerState before = Sample;
        store.Claim(before.Id).Dispose();
        using (Kernel.PendingFile file = store.Prepare(before))
            file.Commit();
        ContainerState after = store.Read(before.Id)!;
        Assert.Equal(before.Annotations!, after.Annotations!);
        Assert.Equal(before.Cgroups, after.Cgroups);
        Assert.Equal(before.Directories, after.Directories);
        Assert.Equal(before.Resctrl, after.Resctrl);
        Assert.Equal(JsonSerializer.Serialize(before.Hooks), JsonSerializer.Serialize(after.Hooks));
        Assert.Equal(before, after with
        {
            Annotations = before.Annotations,
            Cgroups = before.Cgroups,
            Directories = before.Directories,
            Resctrl = before.Resctrl,
            Hooks = before.Hooks,
        });
    }

    [Fact]
    public void EveryMemberIsWrittenAsJson()
    {
        JsonObject json = JsonNode.Parse(Sample.ToJson())!.AsObject();
        Assert.Equal(typeof(ContainerState).GetProperties().Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Name)).Order(),
            json.Select(pair => pair.Key).Order());
        Assert.Equal(Sample.Bundle, (string?)json["bundle"]);
        Assert.Equal(ulong.MaxValue, (ulong)json["pidStartTime"]!);
        Assert.Equal(Sample.Created, (DateTimeOffset)json["created"]!);
        Assert.Equal(Sample.Annotations!["\t\"\u2028"], (string?)json["annotations"]!["\t\"\u2028"]);
    }

    [Fact]
    public void WhatIsEmptyIsJsonToo()
    {
        JsonObject json = JsonNode.Parse(new ContainerState { Id = "a", Bundle = "/b" }.ToJson())!.AsObject();
        Assert.False(json.ContainsKey("annotations"));
        Assert.Empty(json["cgroups"]!.AsArray());
        Assert.Equal(0, (int)json["pid"]!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"id\":\"a\"}")]
    [InlineData("{\"bundle\":\"/b\"}")]
    [InlineData("{\"id\":\"a\",\"bundle\":\"/b\",\"pid\":-99999999999}")]
    [InlineData("{\"id\":\"a\",\"bundle\":\"/b\",\"created\":\"yesterday\"}")]
    public void AStateThatIsNoneCannotBeRead(string text)
    {
        store.Claim("psc-test-state").Dispose();
        File.WriteAllText(store.FileOf("psc-test-state", StateStore.StateFile), text);
        Assert.Null(store.Read("psc-test-state"));
        Assert.Null(store.ReadSpec("psc-test-state"));
    }
}
