using PSContainer.Runtimes;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Runtimes;

public sealed class PortableSpecTests
{
    private static readonly ContainerSpec Plain = new() { Process = new ProcessSpec { Args = ["sh"] }, Root = new RootSpec { Path = "x", Readonly = true } };

    [Fact]
    public void Devices_are_closed_as_our_runtime_closes_them()
    {
        IReadOnlyList<DeviceRuleSpec> rules = PortableSpec.Make(Plain, "/root", "/exe").Linux!.Resources!.Devices!;
        Assert.False(rules[0].Allow);
        Assert.Contains(rules, rule => rule is { Allow: true, Type: "c", Major: 1, Minor: 3 });
    }

    [Fact]
    public void Asked_devices_stand_between_the_denial_and_what_everybody_needs()
    {
        var asked = new DeviceRuleSpec { Allow = true, Type = "b", Major = 8, Access = "r" };
        ContainerSpec spec = Plain with { Linux = new LinuxSpec { Resources = new ResourcesSpec { Devices = [asked] } } };
        IReadOnlyList<DeviceRuleSpec> rules = PortableSpec.Make(spec, "/root", "/exe").Linux!.Resources!.Devices!;
        Assert.Equal((false, asked), (rules[0].Allow, rules[1]));
    }

    [Fact]
    public void The_init_is_bound_and_becomes_the_command()
    {
        ContainerSpec spec = PortableSpec.Make(
            Plain with { Annotations = new Dictionary<string, string> { [Annotation.Init] = "true", ["mine"] = "stays" } }, "/root", "/exe");
        Assert.Equal(["/dev/pscontainer-init", "init", "--", "sh"], spec.Process!.Args);
        MountSpec bind = Assert.Single(spec.Mounts!);
        Assert.Equal(("/exe", "/dev/pscontainer-init"), (bind.Source, bind.Destination));
        Assert.Equal(["mine"], spec.Annotations!.Keys);
    }

    [Fact]
    public void Without_command_and_init_there_is_nothing_to_run() =>
        Assert.Equal("process.args", Assert.Throws<InvalidSpecException>(() => PortableSpec.Make(new ContainerSpec(), "/root", "/exe")).Target);

    [Fact]
    public void The_version_is_the_lowest_that_has_all_of_it()
    {
        Assert.Equal("1.0.2", PortableSpec.Make(Plain, "/root", "/exe").OciVersion);
        Assert.Equal("1.2.0", PortableSpec.Make(Plain with { Domainname = "x" }, "/root", "/exe").OciVersion);
    }

    [Fact]
    public void A_runtime_is_found_by_path_and_by_name_and_only_when_it_can_be_executed()
    {
        Assert.Equal("/bin/sh", OciRuntime.Find("/bin/sh"));
        Assert.EndsWith("/sh", OciRuntime.Find("sh"), StringComparison.Ordinal);
        foreach (string bad in new[] { "/etc/passwd", "/tmp", "no-such-runtime", "" })
            Assert.Throws<RuntimeNotFoundException>(() => OciRuntime.Find(bad));
    }
}
