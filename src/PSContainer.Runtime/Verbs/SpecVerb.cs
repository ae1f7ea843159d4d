using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Runtime.Verbs;

/// <summary>
/// <c>spec</c>: the example configuration, for people and scripts to change. Protections beyond it are the module's cmdlets'.
/// </summary>
internal static class SpecVerb
{
    public static readonly Syntax Syntax = new("spec", "", "write an example config.json",
        new Option("bundle", "directory of the bundle (the working directory)", "DIR", 'b'),
        new Option("file", "another file than the bundle's config.json", "FILE", 'f'),
        new Option("rootless", "for a user other than root: a user namespace, and the network of the host"))
    { MostWords = 0 };

    private static readonly JsonWriterOptions s_indented = new() { Indented = true, IndentCharacter = '\t', IndentSize = 1 };

    public static int Run(GlobalOptions options)
    {
        var line = new CommandLine(Syntax, options.VerbArguments);
        string path = Path.GetFullPath(line.Value("file") ?? Path.Combine(line.Value("bundle") ?? ".", "config.json"));
        if (File.Exists(path))
            throw new ContainerException($"File {path} exists. Remove it first",
                "Name another place with --bundle or --file.") { Target = path };
        ContainerSpec spec = ExampleSpec.Make();
        if (line.Has("rootless"))
            spec = ExampleSpec.ForUser(spec);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, s_indented))
            JsonSerializer.Serialize(json, spec, SpecJson.Default.ContainerSpec);
        AtomicFile.Write(path, buffer.ToArray(), ModeOfUser());
        return 0;
    }

    // An example holds no secret, and whoever is to run it may be somebody else: the user's umask says who may.
    private static uint ModeOfUser()
    {
        const int Everybody = 0x1B6;
        nint umask = Syscall.Call(SyscallNumber.umask, 0);
        Syscall.Call(SyscallNumber.umask, umask);
        return (uint)(Everybody & ~(int)umask);
    }
}
