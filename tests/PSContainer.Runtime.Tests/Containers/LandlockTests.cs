using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>A test that needs root and a kernel with Landlock.</summary>
public sealed class LandlockFactAttribute : FactAttribute
{
    public LandlockFactAttribute() =>
        Skip = !Environment.IsPrivilegedProcess ? "needs root" : LandlockCalls.Version == 0 ? "the kernel has no Landlock" : null;
}

[Trait("Category", "Container")]
public sealed class LandlockTests
{
    private const string Busybox = "/bin:rx";

    [LandlockFact]
    public void What_no_rule_lets_is_refused_to_root_too()
    {
        using var bundle = new TestBundle(ownRoot: true);
        SetRules(bundle, Busybox, "/work:rw", "/etc/passwd:r");
        Directory.CreateDirectory(bundle.Rootfs + "/work");
        File.WriteAllText(bundle.Rootfs + "/etc/secret", "secret");
        Outcome inside = bundle.RunShell("""
            echo x >/work/new && mkdir /work/sub && mv /work/new /work/sub/old && cat /work/sub/old
            head -c 4 /etc/passwd; echo
            cat /etc/secret; echo x >/etc/new; ls /; rm /work/sub/old && echo removed
            cp /bin/busybox /work/run && /work/run true; echo $?
            : >/etc/passwd; mknod /work/node c 1 3; ln -s /etc /work/link && cat /work/link/secret; mount -t tmpfs none /work
            """);
        Assert.Equal(["x", "root", "removed", "126"], inside.Lines);
        Assert.Equal("secret", File.ReadAllText(bundle.Rootfs + "/etc/secret"));
        Assert.NotEqual(0, new FileInfo(bundle.Rootfs + "/etc/passwd").Length);
        Assert.False(File.Exists(bundle.Rootfs + "/etc/new"));
        Assert.False(Path.Exists(bundle.Rootfs + "/work/node"));
    }

    [LandlockFact]
    public void A_process_that_is_executed_later_stands_behind_the_same_wall()
    {
        using var bundle = new TestBundle(ownRoot: true);
        SetRules(bundle, Busybox, "/tmp:rw");
        bundle.Start("sleep", "1000");
        TestBundle.Succeed(bundle.Exec("/bin/sh", "-c", "echo x >/tmp/x"));
        Assert.NotEqual(0, bundle.Exec("cat", "/etc/passwd").Code);
        Assert.NotEqual(0, bundle.Invoke("exec", "--cap", "CAP_SYS_ADMIN", bundle.Id, "cat", "/etc/passwd").Code);
    }

    [LandlockFact]
    public void It_stands_for_a_user_without_no_new_privileges_and_with_the_init()
    {
        using var bundle = new TestBundle(ownRoot: true);
        SetRules(bundle, Busybox, "/tmp:rw");
        bundle.Annotate(Annotation.Init, "true");
        bundle.Process = bundle.Process with { NoNewPrivileges = false, User = new UserSpec { Uid = 1000, Gid = 1000 } };
        Outcome inside = bundle.RunShell("id -u; cat /etc/passwd 2>/dev/null; echo $?");
        Assert.Equal(["1000", "1"], inside.Lines);
    }

    [LandlockFact]
    public void A_rule_is_found_where_the_links_of_the_container_lead_and_never_outside()
    {
        using var bundle = new TestBundle(ownRoot: true);
        using var outside = new TestDirectory();
        Directory.CreateDirectory(bundle.Rootfs + outside.CanaryDirectory);
        File.WriteAllText(bundle.Rootfs + outside.Canary, "inside");
        File.CreateSymbolicLink(bundle.Rootfs + "/link", outside.CanaryDirectory);
        SetRules(bundle, Busybox, "/link:r");
        Assert.Equal("inside", bundle.RunCommand("cat", "/link/file").Output);
        outside.AssertCanaryUntouched();
    }

    [LandlockFact]
    public void A_command_that_no_rule_lets_be_executed_says_so()
    {
        using var bundle = new TestBundle();
        SetRules(bundle, "/tmp:rw");
        bundle.Process = bundle.Process with { Args = ["/bin/true"] };
        Outcome outcome = bundle.Refuse();
        Assert.Contains("x rule of Landlock", outcome.Error, StringComparison.Ordinal);
    }

    [LandlockFact]
    public void A_rule_about_a_path_that_is_missing_names_it()
    {
        using var bundle = new TestBundle();
        SetRules(bundle, "/no/such/path:r");
        Outcome outcome = bundle.Refuse();
        Assert.Contains("AddLandlockRule", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("/no/such/path", outcome.Error, StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData("""["relative:r"]""")]
    [InlineData("""["/up/../etc:r"]""")]
    [InlineData("""["/etc:rr"]""")]
    [InlineData("""["/etc:q"]""")]
    [InlineData("""["/etc:"]""")]
    [InlineData("""["/etc"]""")]
    [InlineData("/etc:r")]
    public void Rules_that_are_none_are_refused(string annotation)
    {
        using var bundle = new TestBundle();
        bundle.Annotate(Annotation.Landlock, annotation);
        bundle.Refuse();
    }

    [RootTheory]
    [InlineData("no-such-profile", null, "AppArmor")]
    [InlineData(null, "no_u:such_r:label_t:s0", "SELinux")]
    public void A_label_that_nothing_would_enforce_is_refused(string? profile, string? label, string module)
    {
        using var bundle = new TestBundle();
        bundle.Process = bundle.Process with { ApparmorProfile = profile, SelinuxLabel = label };
        Assert.Contains(module, bundle.Refuse().Error, StringComparison.Ordinal);
    }

    private static void SetRules(TestBundle bundle, params string[] rules) =>
        bundle.Annotate(Annotation.Landlock, System.Text.Json.JsonSerializer.Serialize(rules.Append("/dev:rw")));
}
