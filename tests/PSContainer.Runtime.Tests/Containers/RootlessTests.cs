using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>The executable as an ordinary user.</summary>
[Trait("Category", "Container")]
[Trait("Kernel", "cgroup2")]
public sealed class RootlessTests
{
    [RootCommandFact("useradd", "setpriv", "newuidmap")]
    public void A_user_creates_starts_enters_and_ends_a_container()
    {
        using var user = new TestUser();
        (string[] words, string id) = user.Bundle("sleep 1000");
        TestBundle.Succeed(user.Invoke(["create", .. words]));
        Assert.Equal("created", user.State(id).GetProperty("status").GetString());
        TestBundle.Succeed(user.Invoke("start", id));
        Assert.Equal("0\n", user.Invoke("exec", id, "id", "-u").Output);
        Assert.Equal("1000\n", user.Invoke("exec", "-u", "1000", id, "id", "-u").Output);
        Assert.Equal($"{user.Uid}", TestBundle.Field(File.ReadLines($"/proc/{user.State(id).GetProperty("pid").GetInt32()}/status"), "Uid").Split('\t')[0]);
        TestBundle.Succeed(user.Invoke("kill", id, "KILL"));
        TestBundle.Eventually(() => user.State(id).GetProperty("status").GetString() == "stopped", "stopped");
        TestBundle.Succeed(user.Invoke("delete", id));
        Assert.Equal("", user.Invoke("list", "-q").Output);
        Assert.All(Directory.GetDirectories($"{user.Home}/run/pscontainer"), static path => Assert.EndsWith("/.cache", path, StringComparison.Ordinal));
    }

    [RootCommandFact("useradd", "setpriv", "newuidmap")]
    public void A_layer_with_files_of_subordinate_ids_goes_with_its_container()
    {
        using var user = new TestUser();
        (string[] words, string id) = user.Bundle("sleep 1000");
        string data = $"{user.Home}/.local", layer = $"{data}/share/pscontainer/containers/{id}";
        Directory.CreateDirectory(data);
        // An upper directory cannot be on an overlay.
        using HostMount? memory = HostCommand.Run("stat", "-fc", "%T", data) == "overlayfs" ? new HostMount(data) : null;
        HostCommand.Run("chown", user.Name, data);
        TestBundle.Succeed(user.Run("mkdir", "-p", $"{layer}/upper", $"{layer}/work"));
        string config = $"{words[1]}/config.json";
        ContainerSpec spec = SpecReader.Parse<ContainerSpec>(File.ReadAllBytes(config), config);
        spec = spec with
        {
            Annotations = new Dictionary<string, string>
            {
                [Annotation.OverlayLower] = $"[\"{user.Rootfs}\"]",
                [Annotation.OverlayUpper] = $"{layer}/upper",
                [Annotation.OverlayWork] = $"{layer}/work",
            },
            Process = spec.Process! with { Args = ["/bin/sh", "-c", "mkdir -m 700 /srv/d && touch /srv/d/f && chown -R 1000:1000 /srv/d && sleep 1000"] },
        };
        File.WriteAllBytes(config, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(spec, SpecJson.Default.ContainerSpec));
        string own = $"{user.Home}/run/pscontainer/{id}";
        TestBundle.Succeed(user.Run("/bin/sh", "-c", $"umask 077; mkdir -p {own} && cp {config} {own}"));
        TestBundle.Succeed(user.Invoke("run", "--detach", "-b", own, id));
        TestBundle.Eventually(() => Directory.Exists($"{layer}/upper/srv/d")
            && HostCommand.Run("stat", "-c", "%u", $"{layer}/upper/srv/d") == $"{user.FirstSubId + 999}", "the layer has such a file");
        Assert.NotEqual(0, user.Run("rm", "-rf", $"{layer}/upper/srv/d").Code);
        TestBundle.Succeed(user.Invoke("delete", "--force", id));
        Assert.False(Directory.Exists(layer));
    }

    [DelegationFact]
    public void In_a_cgroup_that_is_delegated_a_user_pauses_and_on_v2_limits()
    {
        bool isPure = File.Exists("/sys/fs/cgroup/cgroup.controllers");
        string root = isPure ? "/sys/fs/cgroup" : "/sys/fs/cgroup/unified";
        using var user = new TestUser();
        string parent = $"{root}/{user.Name}";
        try
        {
            Directory.CreateDirectory($"{parent}/session");
            if (isPure)
                File.WriteAllText($"{parent}/cgroup.subtree_control", "+memory +pids +cpu");
            foreach (string path in new[] { parent, $"{parent}/cgroup.procs", $"{parent}/cgroup.subtree_control", $"{parent}/session", $"{parent}/session/cgroup.procs", $"{parent}/session/cgroup.subtree_control" })
                HostCommand.Run("chown", user.Name, path);
            user.Before = ["/bin/sh", "-c", $"echo $$ >{parent}/session/cgroup.procs && exec \"$@\"", "sh"];
            string id = user.Start("sleep 1000", spec => isPure
                ? spec with { Linux = spec.Linux! with { Resources = new ResourcesSpec { Memory = new() { Limit = 64 << 20 }, Pids = new() { Limit = 20 } } } }
                : spec);
            string cgroup = $"{parent}/pscontainer-{id}";
            if (isPure)
                Assert.Equal(["67108864", "20"], new[] { "memory.max", "pids.max" }.Select(file => File.ReadAllText($"{cgroup}/{file}").Trim()));
            TestBundle.Succeed(user.Invoke("pause", id));
            Assert.Equal("paused", user.State(id).GetProperty("status").GetString());
            TestBundle.Succeed(user.Invoke("resume", id));
            Assert.Equal("0\n", user.Invoke("exec", id, "id", "-u").Output);
            TestBundle.Succeed(user.Invoke("delete", "--force", id));
            Assert.False(Directory.Exists(cgroup));
        }
        finally
        {
            user.Dispose();
            TestBundle.Eventually(() => !Directory.Exists(parent) || HostCommand.Try("rmdir", $"{parent}/session", parent).Code == 0, "the cgroup is gone");
        }
    }

    [RootCommandFact("useradd", "setpriv")]
    public void Without_delegation_only_a_limit_is_refused()
    {
        using var user = new TestUser(withSubIds: false);
        Assert.Equal("fine\n", user.RunShell("echo fine").Output);
        Outcome outcome = user.RunShell("true", spec => spec with
        {
            Linux = spec.Linux! with { Resources = new ResourcesSpec { Memory = new() { Limit = 64 << 20 } } },
        });
        Assert.NotEqual(0, outcome.Code);
        Assert.Contains("'memory'", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("not delegated", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", user.Invoke("list", "-q").Output);
    }

    private sealed class DelegationFactAttribute : FactAttribute
    {
        public DelegationFactAttribute() => Skip = new RootCommandFactAttribute("useradd", "setpriv", "newuidmap").Skip
            ?? (File.Exists("/sys/fs/cgroup/cgroup.procs") || File.Exists("/sys/fs/cgroup/unified/cgroup.procs") ? null : "needs cgroup v2");
    }
}
