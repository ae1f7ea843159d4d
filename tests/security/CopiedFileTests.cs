using PSContainer.Containers;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>C-36: what the host copies into a container takes none of its mounts away.</summary>
[Trait("Category", "Container")]
public sealed class CopiedFileTests(EngineFixture fixture) : IClassFixture<EngineFixture>
{
    [RootTheory]
    [Trait("Attack", "C-36")]
    [InlineData("/etc/kept")]
    [InlineData("/tmp/to-file")]
    [InlineData("/tmp/to-directory/kept")]
    [InlineData("/etc/hostname")]
    public void A_mount_stays_in_its_place_whatever_link_leads_there(string path)
    {
        using var host = new TestDirectory();
        File.WriteAllText(host["kept"], "the host's\n");
        File.WriteAllText(host["other"], "other\n");
        string image = Path.Combine(fixture.Rootfs, "etc/hostname");
        File.WriteAllText(image, "the image's\n");
        Container container = fixture.Start(
            "ln -s /etc/kept /tmp/to-file; ln -s /etc /tmp/to-directory; exec sleep 1000",
            options => options with
            {
                Mounts = [new() { Source = host["kept"], Destination = "/etc/kept", ReadOnly = true }, new() { Destination = "/tmp" }],
            });
        TestBundle.Eventually(() => container.HasDirectory("/tmp/to-directory"), "the links are there");
        string[] before = Mounts(container);
        Assert.Contains("/etc/hostname", before);
        var refused = Assert.ThrowsAny<ContainerException>(() => container.SetContent(path, "new\n"u8));
        Assert.Contains("is mounted", refused.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ContainerException>(() => container.CopyTo(host["other"], path));
        Assert.Equal(before, Mounts(container));
        Assert.Equal("the host's\n", File.ReadAllText(host["kept"]));
        Assert.Equal("the image's\n", File.ReadAllText(image));
        Assert.Empty(Directory.GetFiles(Path.Combine(fixture.Rootfs, "etc"), ".psc-copy-*"));
    }

    private static string[] Mounts(Container container) =>
        [.. File.ReadLines($"/proc/{container.Pid}/mountinfo").Select(static line => line.Split(' ')[4])];
}
