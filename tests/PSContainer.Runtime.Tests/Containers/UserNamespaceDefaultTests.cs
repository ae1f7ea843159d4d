using System.Globalization;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>What a configuration does not say of the user namespace.</summary>
[Trait("Category", "Container")]
public sealed class UserNamespaceDefaultTests
{
    [RootTheory]
    [InlineData(0)]
    [InlineData(1000)]
    public void One_without_maps_has_the_caller_as_the_user_of_the_process(uint id)
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Linux = bundle.Linux with { Namespaces = [.. bundle.Linux.Namespaces!, new NamespaceSpec { Type = "user" }] };
        bundle.Process = bundle.Process with { User = new UserSpec { Uid = id, Gid = id } };
        bundle.Start("sleep", "1000");
        Assert.Equal("0", bundle.StatusField("Uid").Split('\t')[0]);
        Assert.Equal($"uid={id} gid={id}", bundle.Exec("/bin/sh", "-c", "echo uid=$(id -u) gid=$(id -g)").Output.Trim());
        Assert.NotEqual(bundle.NamespaceOf("user", "self"), bundle.NamespaceOf("user"));
        // Later commands know the maps too.
        using var kept = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(bundle.StateDirectory, "config.json")));
        Assert.True(kept.RootElement.GetProperty("linux").GetProperty("uidMappings").GetArrayLength() > 0);
    }

    [RootCommandTheory("useradd", "setpriv", "newuidmap")]
    [InlineData(0)]
    [InlineData(1000)]
    public void A_user_without_one_gets_one_with_all_his_ids(uint id)
    {
        using var user = new TestUser();
        string container = user.Start("sleep 1000", spec => spec with
        {
            Process = spec.Process! with { User = new UserSpec { Uid = id, Gid = id } },
            Linux = spec.Linux! with
            {
                Namespaces = [.. spec.Linux.Namespaces!.Where(static item => item.Type != "user")], UidMappings = null, GidMappings = null,
            },
        });
        int pid = user.State(container).GetProperty("pid").GetInt32();
        string[][] map = [.. File.ReadLines($"/proc/{pid}/uid_map").Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Assert.Contains(map, line => line is [var inside, var outside, "1"] && inside == Text(id) && outside == Text(user.Uid));
        Assert.Equal(65537u, (uint)map.Sum(static line => long.Parse(line[2], CultureInfo.InvariantCulture)));
        Assert.Equal($"{id}\n", user.Invoke("exec", container, "id", "-u").Output);
    }

    [RootCommandFact("useradd", "setpriv", "newuidmap")]
    public void A_user_sets_the_clocks_of_a_time_namespace()
    {
        using var user = new TestUser();
        const long Day = 86_400;
        Outcome outcome = user.RunShell("cut -d. -f1 /proc/uptime; cat /proc/self/timens_offsets", spec => spec with
        {
            Linux = spec.Linux! with
            {
                Namespaces = [.. spec.Linux.Namespaces!.Where(static item => item.Type != "time"), new NamespaceSpec { Type = "time" }],
                TimeOffsets = new Dictionary<string, TimeOffsetSpec> { ["boottime"] = new() { Secs = 100 * Day } },
            },
        });
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.InRange(long.Parse(outcome.Lines[0], CultureInfo.InvariantCulture), 100 * Day, long.MaxValue);
        Assert.Contains(outcome.Lines, static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["boottime", "8640000", "0"]);
    }

    [RootFact]
    public void Root_sets_them_for_a_container_with_its_own_too()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        bundle.Linux = bundle.Linux with
        {
            Namespaces = [.. bundle.Linux.Namespaces!.Where(static item => item.Type != "time"), new NamespaceSpec { Type = "time" }],
            TimeOffsets = new Dictionary<string, TimeOffsetSpec> { ["monotonic"] = new() { Secs = 5000 } },
        };
        bundle.Start("sleep", "1000");
        Assert.Contains("5000", bundle.Exec("grep", "monotonic", "/proc/self/timens_offsets").Output, StringComparison.Ordinal);
        Assert.Equal("uid=0(root) gid=0(root)\n", bundle.Exec("id").Output);
    }

    [RootFact]
    public void The_callers_groups_stay_where_they_are_kept()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        bundle.Annotate("run.oci.keep_original_groups", "1");
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        TestBundle.Succeed(HostCommand.Try("/bin/sh", "-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "sh", "setpriv", "--groups", "4242,100007",
            PSContainer.Tests.TestRepository.Executable, "--root", bundle.StateRoot, "run", "--detach", "-b", bundle.Bundle, bundle.Id));
        Assert.Equal("4242 100007", bundle.StatusField("Groups"));
    }

    [RootCommandFact("useradd", "setpriv")]
    [Trait("Kernel", "cgroup2")]
    public void A_cgroup_that_a_user_cannot_have_is_refused()
    {
        using var user = new TestUser(withSubIds: false);
        Outcome outcome = user.RunShell("true", static spec => spec with { Linux = spec.Linux! with { CgroupsPath = "/somewhere/else" } });
        Assert.True(outcome.IsRefused, outcome.Output);
        Assert.Contains("/somewhere/else", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", user.Invoke("list", "-q").Output);
    }

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
