using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.Spec;
using PSContainer.State;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>B-42 and B-48: what a container is told, and what is said of it, stays text.</summary>
[Trait("Category", "Container")]
public sealed class LabelTests
{
    private static readonly string[] Internal =
    [
        Annotation.OverlayLower, Annotation.OverlayUpper, Annotation.OverlayWork, Annotation.OverlayMount, Annotation.Init, Annotation.Name,
        Annotation.RemoveOnExit, Annotation.StopSignal, Annotation.Timeout, Annotation.LogPath, Annotation.Landlock,
        Annotation.NamespacePrefix + "pid", Annotation.LabelPrefix + "x",
    ];

    [RootFact]
    [Trait("Attack", "B-42")]
    [Trait("CVE", "CVE-2026-53488")]
    public void CVE_2026_53488_a_label_that_is_named_like_one_of_ours_is_only_a_label()
    {
        using var fixture = new EngineFixture();
        using var area = new TestDirectory();
        var labels = Internal.ToDictionary(static name => name, name => name == Annotation.OverlayLower ? $"[\"{area.CanaryDirectory}\"]" : area.Canary);
        labels["binary:///bin/sh?-c"] = "touch " + area["run"];
        Container container = fixture.Start("ls /; sleep 1000", options => options with { Labels = labels });
        Assert.Equal(labels.OrderBy(static one => one.Key), container.Labels.OrderBy(static one => one.Key));
        Assert.StartsWith(container.StateDirectory, container.LogPath, StringComparison.Ordinal);
        TestBundle.Eventually(() => File.ReadAllText(container.LogPath).Contains("etc", StringComparison.Ordinal), "the root's listing");
        Assert.DoesNotContain(" file\n", File.ReadAllText(container.LogPath), StringComparison.Ordinal);
        container.Stop(TimeSpan.Zero);
        container.Remove();
        Assert.False(File.Exists(area["run"]));
        area.AssertCanaryUntouched();
    }

    [RootFact]
    [Trait("Attack", "B-42")]
    public void An_annotation_that_is_ours_cannot_be_given()
    {
        using var fixture = new EngineFixture();
        foreach (string name in Internal)
        {
            ContainerOptions options = fixture.Options("true") with { Annotations = new Dictionary<string, string> { [name] = "x" } };
            Assert.Throws<InvalidSpecException>(() => fixture.Engine.Create(options));
        }
        Assert.Empty(fixture.Engine.List());
    }

    [RootTheory]
    [Trait("Attack", "B-42")]
    [InlineData(Annotation.OverlayLower, "[\"/\"]")]
    [InlineData(Annotation.OverlayUpper, "/etc")]
    [InlineData(Annotation.OverlayWork, "/etc")]
    [InlineData(Annotation.OverlayVolatile, "true")]
    public void An_annotation_of_another_client_chooses_no_directory_of_the_host(string name, string value)
    {
        using var bundle = new TestBundle();
        bundle.Annotate(name, value);
        bundle.Process = bundle.Process with { Args = ["/bin/sh", "-c", "ls /"] };
        Assert.Contains(name, bundle.Refuse().Error, StringComparison.Ordinal);
        Assert.Contains(name, Assert.Throws<InvalidSpecException>(() => SpecBundle.Read(bundle.Bundle)).Message, StringComparison.Ordinal);
    }

    [RootFact]
    [Trait("Attack", "B-42")]
    public void An_annotation_of_another_client_is_no_word_of_the_module()
    {
        using var bundle = new TestBundle();
        using var area = new TestDirectory();
        bundle.Annotate(Annotation.Name, "web");
        bundle.Annotate(Annotation.LogPath, area.Canary);
        bundle.Annotate(Annotation.StopTimeout, "1e300");
        bundle.Annotate(Annotation.NamespacePrefix + "pid", "other");
        bundle.Annotate(Annotation.OverlayMount, area.CanaryDirectory);
        Assert.Contains(area.CanaryDirectory, bundle.Refuse().Error, StringComparison.Ordinal);
        bundle.Spec = bundle.Spec with { Annotations = bundle.Spec.Annotations!.Where(static one => one.Key != Annotation.OverlayMount).ToDictionary() };
        bundle.Start("sleep", "1000");
        Container container = new ContainerEngine(bundle.StateRoot).Get(bundle.Id);
        Assert.Equal((bundle.Id, Path.Combine(bundle.StateDirectory, "log")), (container.Name, container.LogPath));
        container.Stop(TimeSpan.Zero);
        Assert.Throws<ContainerStateException>(() => container.Restart(TimeSpan.Zero));
        Assert.DoesNotContain(Annotation.LogPath, SpecBundle.Read(bundle.Bundle).Annotations!.Keys);
        area.AssertCanaryUntouched();
    }

    [RootFact]
    [Trait("Attack", "B-42")]
    public void An_id_of_another_client_removes_no_layer_of_the_module()
    {
        using var bundle = new TestBundle();
        string layer = DataDirectory.Of(bundle.Id), file = Path.Combine(layer, "upper");
        Directory.CreateDirectory(layer);
        try
        {
            File.WriteAllText(file, "kept");
            bundle.Start("sleep", "1000");
            TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
            Assert.Equal("kept", File.ReadAllText(file));
        }
        finally
        {
            Directory.Delete(layer, recursive: true);
        }
    }

    [RootFact]
    [Trait("Attack", "B-48")]
    [Trait("CVE", "CVE-2021-3602")]
    public void CVE_2021_3602_no_variable_of_the_host_or_of_another_container_comes_along()
    {
        string name = $"PSC_SECRET_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(name, "secret");
        try
        {
            using var fixture = new EngineFixture();
            Container first = fixture.Start("sleep 1000", options => options with { Environment = new Dictionary<string, string?> { ["OWN"] = "first" } });
            Container second = fixture.Start("cat /proc/1/environ /proc/self/environ | tr '\\0' '\\n' | cut -d= -f1 | sort -u; sleep 1000");
            string init = File.ReadAllText($"/proc/{second.Pid}/environ");
            Assert.DoesNotContain(name, init, StringComparison.Ordinal);
            Assert.DoesNotContain("OWN", init, StringComparison.Ordinal);
            Assert.DoesNotContain(name, File.ReadAllText($"/proc/{first.Pid}/environ"), StringComparison.Ordinal);
            TestBundle.Eventually(() => File.ReadAllText(second.LogPath).Contains("PATH", StringComparison.Ordinal), "the variables");
            Assert.DoesNotContain("PSC_", File.ReadAllText(second.LogPath), StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }
}
