using System.Text.Json;
using PSContainer.Containers;
using PSContainer.Kernel;
using PSContainer.Runtimes;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Runtime.Verbs;

/// <summary>
/// <c>spec</c>: an example configuration with the protections of the module's cmdlets, and a shell with a terminal.
/// </summary>
internal static class SpecVerb
{
    public static readonly Syntax Syntax = new("spec", "", "write an example config.json",
        new Option("bundle", "directory of the bundle (the working directory)", "DIR", 'b'),
        new Option("file", "another file than the bundle's config.json", "FILE", 'f'),
        new Option("rootless", "for a user other than root: a user namespace, and the network of the host"))
    { MostWords = 0 };

    public static int Run(GlobalOptions options)
    {
        var line = new CommandLine(Syntax, options.VerbArguments);
        string path = Path.GetFullPath(line.Value("file") ?? Path.Combine(line.Value("bundle") ?? ".", "config.json"));
        if (File.Exists(path))
            throw new ContainerException($"File {path} exists. Remove it first",
                "Name another place with --bundle or --file.") { Target = path };
        ContainerSpec spec = Example();
        if (line.Has("rootless"))
            spec = ForUser(spec);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
            JsonSerializer.Serialize(json, spec, SpecJson.Default.ContainerSpec);
        buffer.WriteByte((byte)'\n');
        AtomicFile.Write(path, buffer.ToArray());
        return 0;
    }

    // Composed for the host's root, since there may be no other yet, and then pointed at the usual place.
    private static ContainerSpec Example()
    {
        var asked = new ContainerOptions { Rootfs = RootfsSource.Host, Command = ["sh"], Hostname = "pscontainer" };
        ContainerSpec spec = SpecComposer.Compose(asked, "example", HostFacts.Read(), _ => 0);
        return PortableSpec.Make(spec with
        {
            Root = new RootSpec { Readonly = true },
            Annotations = null,
            Process = spec.Process! with { Terminal = true, Env = [.. spec.Process.Env ?? [], "TERM=xterm"] },
            Linux = spec.Linux! with { CgroupsPath = null },
        }, "rootfs", ownExecutable: "");
    }

    // What a user may not do falls away: a new network has no way out, a sysfs needs a network namespace of one's own, only one
    // id is mapped, and limits need cgroups that were delegated.
    private static ContainerSpec ForUser(ContainerSpec spec) => spec with
    {
        Mounts = [.. (spec.Mounts ?? []).Select(ForUser)],
        Linux = spec.Linux! with
        {
            Namespaces =
                [.. spec.Linux.Namespaces!.Where(one => one.Type is not ("network" or "user")),
                new NamespaceSpec { Type = "user" }],
            UidMappings = [new IdMapping { ContainerId = 0, HostId = Files.geteuid(), Size = 1 }],
            GidMappings = [new IdMapping { ContainerId = 0, HostId = Files.getegid(), Size = 1 }],
            Resources = null,
        },
    };

    private static MountSpec ForUser(MountSpec mount) => mount.Type == "sysfs"
        ? mount with { Type = "none", Source = "/sys", Options = ["rbind", "nosuid", "noexec", "nodev", "ro"] }
        : mount
            with { Options =
            [.. (mount.Options ?? []).Where(option => !option.StartsWith("gid=", StringComparison.Ordinal) && !option.StartsWith("uid=", StringComparison.Ordinal))] };
}
