using System.Text.Json;
using System.Text.Json.Nodes;
using PSContainer.Containers.Options;
using PSContainer.Security;
using PSContainer.Spec;

namespace PSContainer.Bench;

/// <summary>Writes the bundles: what <c>pscontainer spec</c> writes, changed to what a case asks.</summary>
internal static class BundleWriter
{
    // The newest that the runtimes of Debian 12 accept.
    private const string OciVersion = "1.0.2";

    /// <summary>Where a bundle is.</summary>
    public static string PathOf(Setup setup, Bundle bundle) => Path.Combine(setup.Work, "bundles", bundle.Name);

    /// <summary>Writes a bundle.</summary>
    public static void Write(Setup setup, Bundle bundle)
    {
        string directory = PathOf(setup, bundle);
        string file = Path.Combine(directory, "config.json");
        if (File.Exists(file))
            return;
        Directory.CreateDirectory(directory);
        Start spec = Starter.Start([setup.Runtime, "spec", "--bundle", directory]);
        if (spec.ExitCode != 0)
            throw new InvalidOperationException($"'{setup.Runtime} spec' ended with {spec.ExitCode}");
        JsonObject config = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        Change(config, setup, bundle);
        File.WriteAllText(file, config.ToJsonString());
    }

    private static void Change(JsonObject config, Setup setup, Bundle bundle)
    {
        JsonObject linux = config["linux"]!.AsObject();
        config["ociVersion"] = OciVersion;
        config["root"]!["path"] = setup.Rootfs;
        config["root"]!["readonly"] = false;
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = new JsonArray([.. bundle.Command.Select(word => JsonValue.Create(word))]);
        if (bundle.Seccomp)
            linux["seccomp"] = DefaultFilter();
        if (bundle.HostNetwork)
            Remove(linux["namespaces"]!.AsArray(), "network");
        if (bundle.Limits)
        {
            linux["resources"]!["memory"] = new JsonObject { ["limit"] = 512L << 20 };
            linux["resources"]!["pids"] = new JsonObject { ["limit"] = 64 };
        }
    }

    // What the cmdlets give a container.
    private static JsonNode DefaultFilter() =>
        JsonSerializer.SerializeToNode(SeccompSource.Default.Load()!.Resolve(CapabilitySets.Default), SpecJson.Default.SeccompSpec)!;

    private static void Remove(JsonArray namespaces, string type) =>
        namespaces.Remove(namespaces.Single(one => (string?)one!["type"] == type));
}
