using System.Globalization;
using PSContainer.Containers.Compose;
using PSContainer.Containers.Options;
using PSContainer.Machine;
using PSContainer.Runtimes;
using PSContainer.Spec;

namespace PSContainer.Tests;

/// <summary>Changes to the configuration that several tests make, and what the host sees of the container.</summary>
internal sealed partial class TestBundle
{
    /// <summary>First id on the host of the containers that have a user namespace.</summary>
    public const uint MappedId = 100_000;

    /// <summary>What the cmdlets compose: with the filter and the capabilities that most containers have, and no terminal.</summary>
    // Composed for the host's root, which is always there, and then pointed at the test's.
    public static ContainerSpec ProtectedSpec(HostFacts facts, string root)
    {
        var asked = new ContainerOptions { Rootfs = RootfsSource.Host, Command = ["sh"], Hostname = "pscontainer" };
        ContainerSpec spec = SpecComposer.Compose(asked, "example", facts, _ => 0);
        return PortableSpec.Make(spec with
        {
            Root = new RootSpec(),
            Annotations = null,
            Process = spec.Process! with { Env = [.. spec.Process.Env ?? [], "TERM=xterm"] },
            Linux = spec.Linux! with { CgroupsPath = null, Sysctl = null },
        }, root, ownExecutable: "");
    }

    public void SetNamespaces(params string[] types) => SetNamespaces([.. types.Select(type => new NamespaceSpec { Type = type })]);

    /// <summary>Replaces the namespaces; what needs one that is gone is left out.</summary>
    public void SetNamespaces(params NamespaceSpec[] namespaces)
    {
        Linux = Linux with { Namespaces = namespaces };
        if (!namespaces.Any(item => item.Type == "uts"))
            Spec = Spec with { Hostname = null };
    }

    /// <summary>Adds a user namespace that maps 65536 ids, and hands the container's own root filesystem to its root.</summary>
    /// <param name="root">Who root inside is on the host.</param>
    public void AddUserNamespace(uint root = MappedId)
    {
        IdMapping[] mapping = [new() { ContainerId = 0, HostId = root, Size = 65536 }];
        Linux = Linux with
        {
            Namespaces = [.. Linux.Namespaces!, new NamespaceSpec { Type = "user" }],
            UidMappings = mapping,
            GidMappings = mapping,
        };
        if (_own is not null)
            HostCommand.Run("chown", "-hR", $"{root}:{root}", Rootfs);
    }

    public void AddMount(string destination, string? type, string? source, params string[] options) => Spec = Spec with
    {
        Mounts = [.. Spec.Mounts!, new MountSpec { Destination = destination, Type = type, Source = source, Options = options }],
    };

    /// <summary>Leaves out every mount at and below /dev: what is there is the root filesystem's own.</summary>
    public void RemoveDevMounts() => Spec = Spec with
    {
        Mounts = [.. Spec.Mounts!.Where(mount => !mount.Destination.StartsWith("/dev", StringComparison.Ordinal))],
    };

    public void Annotate(string name, string value) =>
        Spec = Spec with { Annotations = new Dictionary<string, string>(Spec.Annotations ?? new Dictionary<string, string>()) { [name] = value } };

    public void SetResources(Func<ResourcesSpec, ResourcesSpec> change) =>
        Linux = Linux with { Resources = change(Linux.Resources ?? new ResourcesSpec()) };

    /// <summary>The same capabilities in all five sets, or in none.</summary>
    public void SetCapabilities(params string[] names) => Process = Process with
    {
        Capabilities = new CapabilitiesSpec { Bounding = names, Effective = names, Permitted = names, Inheritable = names, Ambient = names },
    };

    /// <summary>A directory of the test's own on the host, removed with the bundle.</summary>
    public string MakeDirectory(string name)
    {
        string path = Directory.CreateDirectory(Path.Combine(_directory, name)).FullName;
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return path;
    }

    /// <summary>Runs the container and expects that it is refused, and that nothing of it is left.</summary>
    public Outcome Refuse(int code = 1)
    {
        Write();
        Outcome outcome = Invoke("run", "-b", Bundle, Id);
        Assert.True(code == outcome.Code, $"exit code {outcome.Code}, expected {code}: {outcome.Output}{outcome.Error}");
        Assert.Contains("recommendation=\"", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(Leftovers());
        return outcome;
    }

    /// <summary>A namespace of the container's init as the kernel names it, <c>net:[4026531840]</c>.</summary>
    public string NamespaceOf(string type, string process = "") =>
        new FileInfo($"/proc/{(process.Length > 0 ? process : Pid.ToString(CultureInfo.InvariantCulture))}/ns/{type}").LinkTarget!;

    /// <summary>A field of the init's /proc/PID/status.</summary>
    public string StatusField(string name) => Field(File.ReadLines($"/proc/{Pid}/status"), name);

    /// <summary>The value of <c>name: value</c>.</summary>
    public static string Field(IEnumerable<string> status, string name) =>
        Assert.Single(status, line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim();

    public MountLine[] Mounts() => MountLine.Read($"/proc/{Pid}/mountinfo");

    public MountLine Mount(string point) => Mounts().Last(mount => mount.Point == point);
}

/// <summary>A line of a mountinfo file, proc_pid_mountinfo(5).</summary>
internal sealed record MountLine(string Root, string Point, string[] Options, string[] Propagation, string Type, string Source, string[] Super)
{
    public static MountLine[] Read(string file) => [.. File.ReadLines(file).Select(Parse)];

    private static MountLine Parse(string line)
    {
        string[] words = line.Split(' ');
        int dash = Array.IndexOf(words, "-");
        return new MountLine(words[3], words[4], words[5].Split(','), words[6..dash], words[dash + 1], words[dash + 2], words[dash + 3].Split(','));
    }
}
