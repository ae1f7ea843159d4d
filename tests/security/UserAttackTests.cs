using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>What an ordinary user could gain by a container, and what a container of his could.</summary>
[Trait("Category", "Container")]
public sealed class UserAttackTests
{
    [RootCommandFact("useradd", "groupadd", "setpriv")]
    [Trait("Attack", "B-27")]
    public void A_group_that_denies_a_user_something_cannot_be_left_in_a_namespace_of_one_id()
    {
        using var group = new TestGroup();
        using var user = new TestUser(withSubIds: false, group.Name);
        // A file that all may read but those of the group.
        string denied = $"{user.Rootfs}/srv/denied";
        File.WriteAllText(denied, "secret\n");
        HostCommand.Run("chown", $"root:{group.Name}", denied);
        HostCommand.Run("chmod", "604", denied);
        Assert.NotEqual(0, user.Run("cat", denied).Code);
        Outcome outcome = user.RunShell("cat /proc/self/setgroups; cat /srv/denied; su user -c 'cat /srv/denied'; chroot / cat /srv/denied");
        Assert.Equal(["deny"], outcome.Lines);
    }

    [RootCommandTheory("useradd", "setpriv", "newuidmap")]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Attack", "B-31")]
    public void The_cgroups_of_the_host_cannot_be_changed_by_a_users_container(bool hasNamespace)
    {
        using var user = new TestUser();
        string name = $"psct-{Guid.NewGuid():N}";
        Outcome outcome = user.RunShell(
            $"for d in /sys/fs/cgroup /sys/fs/cgroup/*; do mkdir $d/{name} && echo made; echo $$ >$d/cgroup.procs && echo moved; echo 1 >$d/cgroup.freeze && echo frozen; done; mount -o remount,rw /sys/fs/cgroup && echo remounted",
            spec => hasNamespace ? spec : spec with { Linux = spec.Linux! with { Namespaces = [.. spec.Linux.Namespaces!.Where(one => one.Type != "cgroup")] } });
        Assert.Equal("", outcome.Output);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/sys/fs/cgroup", name, new EnumerationOptions { MaxRecursionDepth = 2, RecurseSubdirectories = true, AttributesToSkip = 0 }), _ => true);
    }

    [RootCommandFact("useradd", "setpriv", "newuidmap", "strace")]
    [Trait("Attack", "B-54")]
    public void Nothing_with_privileges_is_executed_but_newuidmap_and_newgidmap_from_their_places()
    {
        using var user = new TestUser();
        // Others of the same name, first on the path.
        foreach (string program in new[] { "newuidmap", "newgidmap" })
        {
            ProgramFile.Write($"{user.Home}/{program}", $"#!/bin/sh\ntouch {user.Home}/canary\n");
        }
        string trace = $"{user.Home}/trace";
        (string[] words, _) = user.Bundle("true");
        user.Before = ["strace", "-f", "-qq", "-o", trace, "-e", "trace=execve,execveat", "-e", "signal=none"];
        TestBundle.Succeed(user.Run(["env", $"PATH={user.Home}:/usr/bin:/bin", user.Executable, "run", .. words]));
        string[] executed = [.. File.ReadLines(trace).Where(line => line.EndsWith("= 0", StringComparison.Ordinal))
            .Select(line => line.Split('"')[1]).Where(path => path is not ("" or "/bin/sh" or "true" or "/bin/true")).Distinct()];
        Assert.Equal(
            ["/usr/bin/newgidmap", "/usr/bin/newuidmap"],
            executed.Where(path => !path.EndsWith("/setpriv", StringComparison.Ordinal) && !path.EndsWith("/env", StringComparison.Ordinal) && path != user.Executable).Order());
        Assert.False(File.Exists($"{user.Home}/canary"));
    }

    [Fact]
    [Trait("Attack", "B-54")]
    public void Nothing_of_the_module_is_set_user_id()
    {
        string module = Path.GetDirectoryName(TestRepository.Executable)!;
        const UnixFileMode Privileged = UnixFileMode.SetUser | UnixFileMode.SetGroup;
        Assert.All(
            Directory.EnumerateFiles(module, "*", SearchOption.AllDirectories),
            file => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & Privileged));
    }

    [RootCommandFact("useradd", "setpriv", "newuidmap")]
    [Trait("Attack", "B-33")]
    public void Another_user_sees_nothing_of_a_users_state_and_cannot_use_it()
    {
        using var user = new TestUser();
        using var other = new TestUser(withSubIds: false);
        string id = user.Start("sleep 1000"), root = $"{user.Home}/run/pscontainer";
        foreach (string[] words in (string[][])[["list"], ["state", id], ["kill", id, "KILL"], ["delete", "--force", id], ["exec", id, "true"]])
            Assert.NotEqual(0, other.Invoke(["--root", root, .. words]).Code);
        Assert.Equal("running", user.State(id).GetProperty("status").GetString());
        // Root neither: what is there says whose files are removed, and a user could have written it.
        Assert.NotEqual(0, HostCommand.Try(TestRepository.Executable, "--root", root, "delete", "--force", id).Code);
        Assert.Equal("running", user.State(id).GetProperty("status").GetString());
    }

    [RootCommandFact("useradd", "setpriv")]
    [Trait("Attack", "B-57")]
    public void A_state_directory_that_somebody_else_made_under_the_predictable_name_is_not_used()
    {
        using var user = new TestUser(withSubIds: false);
        string place = $"/tmp/pscontainer-{user.Uid}", home = $"{user.Home}/.local/state/pscontainer";
        (string[] words, _) = user.Bundle("echo ran");
        string[] Run(params string[] options) => ["env", "-u", "XDG_RUNTIME_DIR", $"HOME={user.Home}", user.Executable, .. options, "run", .. words];
        Directory.CreateDirectory(place);
        try
        {
            HostCommand.Run("chown", "nobody", place);
            Outcome outcome = user.Run(Run("--root", place));
            Assert.NotEqual(0, outcome.Code);
            Assert.Contains("belongs to user", outcome.Error, StringComparison.Ordinal);
            Assert.Equal("ran\n", user.Run(Run()).Output);
            Assert.Equal("700", HostCommand.Run("stat", "-c", "%a", home));
            Directory.Delete(place);
            HostCommand.Run("rm", "-rf", home);
            File.CreateSymbolicLink(place, $"{user.Home}/elsewhere");
            HostCommand.Run("chown", "-h", "nobody", place);
            Assert.NotEqual(0, user.Run(Run("--root", place)).Code);
            Assert.Equal("ran\n", user.Run(Run()).Output);
            Assert.False(Directory.Exists($"{user.Home}/elsewhere"));
            File.Delete(place);
            HostCommand.Run("rm", "-rf", home);
            Assert.Equal("ran\n", user.Run(Run()).Output);
            Assert.Equal("700", HostCommand.Run("stat", "-c", "%a", place));
        }
        finally
        {
            HostCommand.Run("rm", "-rf", place);
        }
    }

    private sealed class TestGroup : IDisposable
    {
        public TestGroup() => HostCommand.Run("groupadd", "-r", Name);

        public string Name { get; } = $"psct-{Guid.NewGuid():N}"[..20];

        public void Dispose() => HostCommand.Try("groupdel", Name);
    }
}
