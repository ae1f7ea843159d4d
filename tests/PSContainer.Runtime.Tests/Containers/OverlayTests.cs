using System.Text.Json;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

[Trait("Category", "Container")]
public sealed class OverlayTests
{
    [RootFact]
    public void A_temporary_upper_leaves_the_lower_directory_as_it_was()
    {
        using var bundle = new TestBundle(ownRoot: true);
        UseLower(bundle, bundle.Rootfs);
        string[] before = Snapshot(bundle.Rootfs);
        Outcome outcome = bundle.RunShell("echo new >/made; rm /etc/hosts; echo more >>/etc/passwd; cat /made; ls /etc/hosts 2>/dev/null");
        Assert.Equal("new\n", outcome.Output);
        Assert.Equal(before, Snapshot(bundle.Rootfs));
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void Changes_land_in_the_upper_directory_that_was_given()
    {
        using var bundle = new TestBundle();
        string upper = bundle.MakeDirectory("upper"), work = bundle.MakeDirectory("work");
        UseLower(bundle, bundle.Rootfs);
        bundle.Annotate(Annotation.OverlayUpper, upper);
        bundle.Annotate(Annotation.OverlayWork, work);
        Assert.Equal(0, bundle.RunShell("echo kept >/kept; rm /etc/hosts").Code);
        Assert.Equal("kept\n", File.ReadAllText(Path.Combine(upper, "kept")));
        Assert.StartsWith("character", HostCommand.Run("stat", "-c", "%F", Path.Combine(upper, "etc/hosts")), StringComparison.Ordinal);
        Assert.Equal("kept\n", bundle.RunShell("cat /kept").Output);
        Assert.False(File.Exists(Path.Combine(bundle.Rootfs, "kept")));
        Assert.True(Directory.Exists(upper), "an upper that the caller chose is the caller's");
    }

    [RootFact]
    public void The_first_lower_directory_is_on_top()
    {
        using var bundle = new TestBundle();
        string top = bundle.MakeDirectory("top"), middle = bundle.MakeDirectory("middle");
        File.WriteAllText(Path.Combine(top, "who"), "top\n");
        File.WriteAllText(Path.Combine(middle, "who"), "middle\n");
        File.WriteAllText(Path.Combine(middle, "other"), "other\n");
        UseLower(bundle, top, middle, bundle.Rootfs);
        Assert.Equal("top\nother\n", bundle.RunShell("cat /who /other").Output);
    }

    [RootTheory]
    [InlineData("a:b")]
    [InlineData("a,b")]
    [InlineData("a\\b")]
    [InlineData("a=b c\"d'e")]
    [InlineData("lowerdir=x,upperdir=y:z\\:")]
    public void Special_characters_of_paths_are_only_characters(string name)
    {
        using var bundle = new TestBundle();
        string lower = bundle.MakeDirectory($"{name}-lower"), upper = bundle.MakeDirectory($"{name}-upper"), work = bundle.MakeDirectory($"{name}-work");
        File.WriteAllText(Path.Combine(lower, "below"), "below\n");
        UseLower(bundle, lower, bundle.Rootfs);
        bundle.Annotate(Annotation.OverlayUpper, upper);
        bundle.Annotate(Annotation.OverlayWork, work);
        Outcome outcome = bundle.RunShell("cat /below; echo above >/above");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("below\n", outcome.Output);
        Assert.Equal("above\n", File.ReadAllText(Path.Combine(upper, "above")));
    }

    [RootFact]
    public void A_long_path_of_a_lower_directory_is_taken()
    {
        using var bundle = new TestBundle();
        string lower = bundle.MakeDirectory($"{new string('l', 200)}/{new string('m', 200)}/{new string('n', 200)}");
        File.WriteAllText(Path.Combine(lower, "below"), "below\n");
        UseLower(bundle, lower, bundle.Rootfs);
        Assert.Equal("below\n", bundle.RunShell("cat /below").Output);
    }

    [RootFact]
    public void It_works_in_a_user_namespace()
    {
        using var bundle = new TestBundle(ownRoot: true);
        bundle.AddUserNamespace();
        UseLower(bundle, bundle.Rootfs);
        // The state directory is root's alone, and the overlay is put together there.
        Outcome outcome = bundle.RunShell("echo new >/made; cat /made; id -u");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(["new", "0"], outcome.Lines);
        Assert.False(File.Exists(Path.Combine(bundle.Rootfs, "made")));
    }

    [RootTheory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("[\"relative\"]")]
    [InlineData("{}")]
    public void A_wrong_annotation_is_refused(string value)
    {
        using var bundle = new TestBundle { IsOwnBundle = true };
        bundle.Annotate(Annotation.OverlayLower, value);
        bundle.Write();
        Outcome outcome = bundle.Invoke("run", "-b", bundle.Bundle, bundle.Id);
        Assert.Equal(1, outcome.Code);
        Assert.Contains(Annotation.OverlayLower, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(bundle.Leftovers());
    }

    [RootFact]
    public void A_lower_directory_that_does_not_exist_is_refused()
    {
        using var bundle = new TestBundle();
        UseLower(bundle, "/no/such/lower");
        Assert.Contains("/no/such/lower", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    private static void UseLower(TestBundle bundle, params string[] lowers)
    {
        bundle.IsOwnBundle = true;
        bundle.Annotate(Annotation.OverlayLower, JsonSerializer.Serialize(lowers));
    }

    private static string[] Snapshot(string root) =>
        HostCommand.Run("find", root, "-printf", "%P %y %m %U %G %s %T@\\n").Split('\n').Order(StringComparer.Ordinal).ToArray();
}
