using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>checkpoint and restore: with a criu that suits the kernel all the way, without one a clear refusal that harms nothing.</summary>
[Trait("Category", "Container")]
public sealed class CheckpointTests
{
    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void A_container_goes_on_from_where_it_was_or_runs_on_when_criu_refuses()
    {
        using var bundle = new TestBundle(ownRoot: true);
        string images = Path.Combine(bundle.Bundle, "images"), pidFile = Path.Combine(bundle.Bundle, "pid");
        bundle.AddMount("/outside", "bind", bundle.MakeDirectory("outside"), "rbind", "rw");
        bundle.Process = bundle.Process with { Args = ["/bin/sh", "-c", "i=0; while :; do i=$((i+1)); echo $i >/outside/count; sleep 0.05; done"] };
        bundle.Write();
        TestBundle.Succeed(Quietly(bundle, "run", "--detach", "-b", bundle.Bundle, bundle.Id));
        string count = Path.Combine(bundle.Bundle, "outside", "count");
        TestBundle.Eventually(() => Read(count) > 3, "it counts");
        Outcome checkpoint = bundle.Invoke("checkpoint", "--image-path", images, "--network-lock", "skip", bundle.Id);
        if (!CriuSuits)
        {
            Assert.Equal(1, checkpoint.Code);
            Assert.Contains("criu", checkpoint.Error, StringComparison.Ordinal);
            Assert.Contains("recommendation=", checkpoint.Error, StringComparison.Ordinal);
            Assert.Equal("running", bundle.Status);
            long now = Read(count);
            TestBundle.Eventually(() => Read(count) > now, "it counts on");
            return;
        }
        TestBundle.Succeed(checkpoint);
        Assert.Equal(1, bundle.Invoke("state", bundle.Id).Code);
        Assert.Empty(bundle.Leftovers());
        long last = Read(count);
        Outcome restore = Quietly(bundle, "restore", "--detach", "--image-path", images, "--pid-file", pidFile, "-b", bundle.Bundle, bundle.Id);
        TestBundle.Succeed(restore);
        Assert.Equal("running", bundle.Status);
        Assert.Equal($"{bundle.Pid}", File.ReadAllText(pidFile));
        TestBundle.Eventually(() => Read(count) > last, "it counts on");
        TestBundle.Succeed(bundle.Invoke("exec", bundle.Id, "true"));
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void Without_criu_the_container_runs_on_and_the_reason_is_told()
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        Outcome outcome = WithoutCriu(bundle, "checkpoint", "--image-path", Path.Combine(bundle.Bundle, "images"), bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("The program 'criu' is not installed", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("running", bundle.Status);
    }

    [RootFact]
    [Trait("Kernel", "cgroup2")]
    public void A_restore_that_fails_leaves_nothing()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.Process = bundle.Process with { Args = ["sleep", "1000"] };
        bundle.Write();
        string images = bundle.MakeDirectory("images");
        Outcome none = bundle.Invoke("restore", "-d", "--image-path", images, "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(1, none.Code);
        Assert.Contains("descriptors.json", none.Error, StringComparison.Ordinal);
        Assert.Empty(bundle.Leftovers());
        File.WriteAllText(Path.Combine(images, "descriptors.json"), "[\"/dev/null\",\"/dev/null\",\"/dev/null\"]");
        Outcome broken = bundle.Invoke("restore", "-d", "--image-path", images, "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(1, broken.Code);
        Assert.Contains("criu failed to restore", broken.Error, StringComparison.Ordinal);
        Assert.Empty(bundle.Leftovers());
        File.WriteAllText(Path.Combine(images, "descriptors.json"), "{}");
        Assert.Contains("is not a list", bundle.Invoke("restore", "--image-path", images, "-b", bundle.Bundle, bundle.Id).Error, StringComparison.Ordinal);
        Outcome missing = WithoutCriu(bundle, "restore", "--image-path", "/no/such/images", "-b", bundle.Bundle, bundle.Id);
        Assert.Contains("/no/such/images", missing.Error, StringComparison.Ordinal);
        Assert.Empty(bundle.Leftovers());
    }

    [RootTheory]
    [InlineData("--manage-cgroups-mode", "some")]
    [InlineData("--empty-ns", "pid")]
    [InlineData("--network-lock", "door")]
    [InlineData("--page-server", "nowhere")]
    [InlineData("--parent-path", "/absolute")]
    [InlineData("--parent-path", "no-such-directory")]
    [InlineData("--status-fd", "x")]
    public void Checkpoint_refuses_nonsense(string option, string value)
    {
        using var bundle = new TestBundle();
        bundle.Start("sleep", "1000");
        Outcome outcome = bundle.Invoke("checkpoint", "--image-path", Path.Combine(bundle.Bundle, "images"), option, value, bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains(option, outcome.Error, StringComparison.Ordinal);
        Assert.Equal("running", bundle.Status);
    }

    [RootFact]
    public void Only_what_runs_can_be_checkpointed()
    {
        using var bundle = new TestBundle();
        bundle.Create("sleep", "1000");
        Outcome outcome = bundle.Invoke("checkpoint", "--image-path", Path.Combine(bundle.Bundle, "images"), bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("is created", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(bundle.Bundle, "images")));
    }

    private static bool CriuSuits
    {
        get
        {
            try
            {
                return HostCommand.Try("criu", "check").Code == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }

    private static Outcome WithoutCriu(TestBundle bundle, params string[] command) =>
        HostCommand.Try(["/usr/bin/env", "PATH=/no/such", TestRepository.Executable, "--root", bundle.StateRoot, .. command]);

    // An open file outside of a container's mounts cannot be taken along; the null device can.
    private static Outcome Quietly(TestBundle bundle, params string[] command) => HostCommand.Try(
        ["/bin/sh", "-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "sh", TestRepository.Executable, "--root", bundle.StateRoot, .. command]);

    // It can be looked at between being emptied and being written.
    private static long Read(string file) => File.Exists(file) && long.TryParse(File.ReadAllText(file), out long count) ? count : 0;
}
