using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Spec;

/// <summary>The reader by hand reads what the serializer reads, and no member of any record is left out.</summary>
public sealed class SpecReaderEqualityTests
{
    [Fact]
    public void EveryMemberOfEveryRecordIsRead()
    {
        string json = Write(SpecSamples.Full());
        Assert.Equal(json, Write(Read(json)));
    }

    [Fact]
    public void WhatTheModuleComposesIsRead() => AssertSame(Write(SpecSamples.Default()));

    [RootCommandFact("runc")]
    public void WhatRuncWritesIsRead() => AssertSame(SpecOf("runc"));

    [RootCommandFact("crun")]
    public void WhatCrunWritesIsRead() => AssertSame(SpecOf("crun"));

    [Fact]
    public void RandomConfigurationsAreReadAlike()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            string compact = Write(SpecSamples.Some(seed));
            AssertSame(compact);
            JsonNode node = JsonNode.Parse(compact)!;
            AddUnknownMembers(node, new Random(seed));
            var style = new JsonSerializerOptions
            {
                WriteIndented = seed % 2 == 0,
                Encoder = seed % 3 == 0 ? JavaScriptEncoder.UnsafeRelaxedJsonEscaping : JavaScriptEncoder.Default,
            };
            string noisy = node.ToJsonString(style);
            Assert.Equal(compact, Write(Read(noisy)));
        }
    }

    [Fact]
    public void EscapedNamesAreNames() => Assert.Equal("there", Read("""{"host\u006eame":"there"}""").Hostname);

    [Fact]
    public void TheLastOfSeveralCounts()
    {
        ContainerSpec spec = Read("""{"hostname":"a","hostname":"b","mounts":[{"destination":"/a"}],"mounts":[]}""");
        Assert.Equal("b", spec.Hostname);
        Assert.Empty(spec.Mounts!);
    }

    [Fact]
    public void NullIsAsMissing()
    {
        foreach (System.Reflection.PropertyInfo member in SpecSamples.Members(typeof(ContainerSpec)))
        {
            string name = JsonNamingPolicy.CamelCase.ConvertName(member.Name);
            Assert.Equal(Write(new ContainerSpec()), Write(Read($$"""{"{{name}}":null}""")));
        }
        Assert.Equal("/", Read("""{"process":{"cwd":null,"terminal":null}}""").Process!.Cwd);
        Assert.Equal("here", Read("""{"hostname":"here","hostname":null}""").Hostname);
    }

    [Fact]
    public void MutatedConfigurationsAreReadAlikeOrRefused()
    {
        byte[][] seeds = [.. Enumerable.Range(0, 8).Select(seed => Encoding.UTF8.GetBytes(Write(SpecSamples.Some(seed)))),
            Encoding.UTF8.GetBytes(Write(SpecSamples.Default()))];
        var random = new Random(7);
        int readable = 0, refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] json = SpecMutation.Mutate(seeds[random.Next(seeds.Length)], random);
            ContainerSpec? ours = TryRead(json);
            readable += ours is null ? 0 : 1;
            refused += ours is null ? 1 : 0;
            string text = Encoding.UTF8.GetString(json);
            // What the two treat differently on purpose: invalid UTF-8 in what is skipped, null, halves of surrogate pairs.
            if (!Utf8.IsValid(json) || text.Contains("null") || text.Contains("\\u", StringComparison.OrdinalIgnoreCase))
                continue;
            ContainerSpec? theirs = TryDeserialize(json);
            Assert.True((ours is null) == (theirs is null), $"round {round}: {text}");
            if (ours is not null)
                Assert.Equal(Write(theirs!), Write(ours));
        }
        Assert.InRange(readable, 500, 19_500);
        Assert.InRange(refused, 500, 19_500);
    }

    private static ContainerSpec Read(string json) => SpecReader.Parse<ContainerSpec>(Encoding.UTF8.GetBytes(json), "test");

    private static string Write(ContainerSpec spec) => JsonSerializer.Serialize(spec, SpecJson.Default.ContainerSpec);

    private static void AssertSame(string json) =>
        Assert.Equal(Write(JsonSerializer.Deserialize(json, SpecJson.Default.ContainerSpec)!), Write(Read(json)));

    private static ContainerSpec? TryRead(byte[] json)
    {
        try
        {
            return SpecReader.Parse<ContainerSpec>(json, "test");
        }
        catch (InvalidSpecException)
        {
            return null;
        }
    }

    private static ContainerSpec? TryDeserialize(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, SpecJson.Default.ContainerSpec);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void AddUnknownMembers(JsonNode node, Random random)
    {
        const string Unknown = """[{"limit":[1,-2.5e30,"\ud83d\ude00",{}]},null,true]""";
        IEnumerable<JsonNode?> children = node is JsonObject parent ? parent.Select(pair => pair.Value) : node.AsArray();
        foreach (JsonNode? child in children)
        {
            if (child is JsonObject or JsonArray && !IsMap(child))
                AddUnknownMembers(child, random);
        }
        if (node is JsonObject target)
            target.Insert(random.Next(target.Count + 1), "x-unknown", JsonNode.Parse(Unknown));
    }

    // Free names are all known.
    private static bool IsMap(JsonNode node) =>
        node.GetPropertyNameOrNull() is "annotations" or "sysctl" or "unified" or "rdma" or "timeOffsets" or "netDevices";

    private static string SpecOf(string runtime)
    {
        using var directory = new TestDirectory();
        string bundle = directory.MakeDirectory("bundle");
        using Process process = Process.Start(new ProcessStartInfo(runtime, "spec") { WorkingDirectory = bundle })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return File.ReadAllText(Path.Combine(bundle, "config.json"));
    }
}

internal static class JsonNodeName
{
    public static string? GetPropertyNameOrNull(this JsonNode node) => node.Parent is JsonObject ? node.GetPropertyName() : null;
}
