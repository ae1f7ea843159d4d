using System.Text.Json;
using PSContainer.Containers;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>spec</c>: an example configuration with the same defaults as the module's cmdlets.</summary>
internal static class SpecVerb
{
    public static int Run(GlobalOptions options)
    {
        var line = new CommandLine(options.VerbArguments, ["bundle|b"], ["rootless"], words: int.MaxValue);
        if (line.Words.Count > 0)
            throw new UsageException($"'{line.Words[0]}' is one word too many");
        string path = Path.Combine(Path.GetFullPath(line.Value("bundle") ?? "."), "config.json");
        if (File.Exists(path))
            throw new ContainerStateException($"'{path}' exists already.", "Remove it first.") { Target = path };
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
            JsonSerializer.Serialize(json, Example(), SpecJson.Default.ContainerSpec);
        buffer.WriteByte((byte)'\n');
        AtomicFile.Write(path, buffer.ToArray());
        return 0;
    }

    // Composed for the host's root, since there may be no other yet, and then pointed at the usual place.
    private static ContainerSpec Example()
    {
        var asked = new ContainerOptions { Rootfs = RootfsSource.Host, Command = ["/bin/sh"], Hostname = "pscontainer" };
        ContainerSpec spec = SpecComposer.Compose(asked, "example", HostFacts.Read(), _ => 0);
        return spec with
        {
            Root = new RootSpec { Path = "rootfs" },
            Annotations = null,
            Linux = spec.Linux! with { CgroupsPath = null },
        };
    }
}
