using System.Text.Json;
using PSContainer.Security;
using PSContainer.Spec;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>features</c>: what this runtime can do, as JSON (OCI runtime-spec, features.md).</summary>
internal static class FeaturesVerb
{
    public static int Run(GlobalOptions options)
    {
        new CommandLine(options.VerbArguments, [], [], words: 0).RequireNoRest();
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
            Write(json);
        OutputText.Write(buffer.ToArray());
        OutputText.Write("\n");
        return 0;
    }

    private static void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("ociVersionMin", "1.0.0");
        json.WriteString("ociVersionMax", "1.2.0");
        WriteList(json, "hooks", []);
        WriteList(json, "mountOptions", MountOptions.Names.Order(StringComparer.Ordinal));
        json.WriteStartObject("linux");
        WriteList(json, "namespaces", NamespaceTypes.All);
        WriteList(json, "capabilities", CapabilitySets.All.Select(CapabilityName.Format));
        WriteSwitches(json, "cgroup", ("v1", true), ("v2", true), ("systemd", false), ("systemdUser", false), ("rdma", true));
        json.WriteStartObject("seccomp");
        json.WriteBoolean("enabled", true);
        WriteList(json, "actions", SeccompWords.Actions);
        WriteList(json, "operators", SeccompWords.Operators);
        WriteList(json, "archs", SeccompWords.Architectures);
        json.WriteEndObject();
        WriteSwitches(json, "apparmor", ("enabled", true));
        WriteSwitches(json, "selinux", ("enabled", true));
        WriteSwitches(json, "intelRdt", ("enabled", false));
        json.WriteStartObject("mountExtensions");
        WriteSwitches(json, "idmap", ("enabled", false));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> words)
    {
        json.WriteStartArray(name);
        foreach (string word in words)
            json.WriteStringValue(word);
        json.WriteEndArray();
    }

    private static void WriteSwitches(Utf8JsonWriter json, string name, params (string Name, bool IsOn)[] switches)
    {
        json.WriteStartObject(name);
        foreach ((string word, bool isOn) in switches)
            json.WriteBoolean(word, isOn);
        json.WriteEndObject();
    }
}
