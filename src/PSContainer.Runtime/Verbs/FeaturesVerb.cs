using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Security;
using PSContainer.Spec;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>features</c>: what this runtime can do, as JSON (OCI runtime-spec, features.md).</summary>
internal static class FeaturesVerb
{
    public static readonly Syntax Syntax = new("features", "", "show what this runtime can do, as JSON") { MostWords = 0 };

    public static int Run(GlobalOptions options)
    {
        _ = new CommandLine(Syntax, options.VerbArguments);
        OutputText.WriteJson(Write, isIndented: true);
        return 0;
    }

    private static void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("ociVersionMin", OciVersions.Lowest);
        json.WriteString("ociVersionMax", OciVersions.Highest);
        WriteList(json, "hooks", ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]);
        WriteList(json, "mountOptions", MountOptions.Names.Order(StringComparer.Ordinal));
        json.WriteStartObject("linux");
        WriteList(json, "namespaces", NamespaceTypes.All);
        WriteList(json, "capabilities", CapabilitySets.All.Select(CapabilityName.Format));
        WriteSwitches(json, "cgroup", ("v1", true), ("v2", true), ("systemd", true), ("systemdUser", true), ("rdma", true));
        json.WriteStartObject("seccomp");
        json.WriteBoolean("enabled", true);
        WriteList(json, "actions", SeccompWords.Actions);
        WriteList(json, "operators", SeccompWords.Operators);
        WriteList(json, "archs", SeccompWords.Architectures);
        WriteList(json, "knownFlags", SeccompWords.Flags);
        WriteList(json, "supportedFlags", SeccompWords.Flags);
        json.WriteEndObject();
        WriteSwitches(json, "apparmor", ("enabled", true));
        WriteSwitches(json, "selinux", ("enabled", true));
        WriteSwitches(json, "intelRdt", ("enabled", true), ("schemata", true), ("monitoring", true));
        json.WriteStartObject("memoryPolicy");
        WriteList(json, "modes", MemoryPolicyWords.Modes);
        WriteList(json, "flags", MemoryPolicyWords.Flags);
        json.WriteEndObject();
        WriteSwitches(json, "netDevices", ("enabled", true));
        json.WriteStartObject("mountExtensions");
        WriteSwitches(json, "idmap", ("enabled", true));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("annotations");
        json.WriteString("org.opencontainers.runc.checkpoint.enabled", "true");
        json.WriteEndObject();
        WriteList(json, "potentiallyUnsafeConfigAnnotations", Annotation.Obeyed);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> words)
    {
        json.WriteStartArray(name);
        foreach (string word in words)
            json.WriteStringValue(word);
        json.WriteEndArray();
    }

    private static void WriteSwitches(Utf8JsonWriter json, string name, params ReadOnlySpan<(string Name, bool IsOn)> switches)
    {
        json.WriteStartObject(name);
        foreach ((string word, bool isOn) in switches)
            json.WriteBoolean(word, isOn);
        json.WriteEndObject();
    }
}
