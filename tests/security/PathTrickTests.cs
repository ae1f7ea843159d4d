namespace PSContainer.Security.Tests;

/// <summary>C-12: paths of a configuration that lead out of where they belong, or to something that is waited at.</summary>
[Trait("Category", "Container")]
public sealed class PathTrickTests
{
    [RootTheory]
    [Trait("Attack", "C-12")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("/a/../../x")]
    [InlineData("a/./b")]
    [InlineData("/a\nb")]
    [InlineData("/a\0b")]
    [InlineData("//")]
    public void A_cgroup_path_that_leads_elsewhere_is_refused(string path)
    {
        using var bundle = new TestBundle();
        bundle.Linux = bundle.Linux with { CgroupsPath = path };
        Assert.Contains("target=\"cgroupsPath\"", bundle.Refuse().Error, StringComparison.Ordinal);
    }

    [RootFact]
    [Trait("Attack", "C-12")]
    public void A_cgroup_path_that_is_too_long_leaves_no_part_of_it()
    {
        using var bundle = new TestBundle();
        string first = $"psc-test-{Guid.NewGuid():N}";
        bundle.Linux = bundle.Linux with { CgroupsPath = $"/{first}/{string.Join('/', Enumerable.Repeat(new string('x', 200), 30))}" };
        Assert.Contains("ENAMETOOLONG", bundle.Refuse().Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup"), place => Directory.Exists($"{place}/{first}"));
    }

    [RootTheory]
    [Trait("Attack", "C-12")]
    [InlineData("network")]
    [InlineData("uts")]
    [InlineData("user")]
    public void A_namespace_that_is_a_fifo_is_not_waited_at(string type)
    {
        using var bundle = new TestBundle();
        string path = Path.Combine(bundle.Bundle, "fifo");
        HostCommand.Run("mkfifo", path);
        bundle.SetNamespaces([.. bundle.Linux.Namespaces!.Where(item => item.Type != type), new Spec.NamespaceSpec { Type = type, Path = path }]);
        Assert.Contains("setns", bundle.Refuse().Error, StringComparison.Ordinal);
    }
}
