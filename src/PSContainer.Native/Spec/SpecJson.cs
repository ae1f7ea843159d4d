using System.Text.Json;
using System.Text.Json.Serialization;

namespace PSContainer.Spec;

/// <summary>Source-generated JSON of the specification's types: no reflection, so it works in NativeAOT.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = false,
    MaxDepth = 32)]
[JsonSerializable(typeof(ContainerSpec))]
[JsonSerializable(typeof(ProcessSpec))]
[JsonSerializable(typeof(ResourcesSpec))]
[JsonSerializable(typeof(SeccompSpec))]
[JsonSerializable(typeof(string[]))]
public sealed partial class SpecJson : JsonSerializerContext;

/// <summary>As <see cref="SpecJson"/>, for files that people read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    MaxDepth = 32)]
[JsonSerializable(typeof(ContainerSpec))]
public sealed partial class IndentedSpecJson : JsonSerializerContext;
