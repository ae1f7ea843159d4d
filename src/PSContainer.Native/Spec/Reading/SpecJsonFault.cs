using System.Text;
using System.Text.Json;

namespace PSContainer.Spec.Reading;

/// <summary>Says what is wrong in a document, and where.</summary>
/// <remarks>All of it is found again from the document, so that reading keeps no books.</remarks>
internal static class SpecJsonFault
{
    private const string Recommendation = "Compare it with the output of: pscontainer spec";

    /// <summary>A value that is not what the specification says.</summary>
    /// <param name="json">The document.</param>
    /// <param name="source">Where it is from.</param>
    /// <param name="offset">Where in it the value begins, in bytes.</param>
    /// <param name="what">What it must be: <c>a string</c>.</param>
    public static InvalidSpecException Value(ReadOnlySpan<byte> json, string source, long offset, string what)
    {
        SpecJsonPlace place = SpecJsonPlace.Find(json, offset);
        return Make(source, place, $"{place.Path} must be {what}, but is {place.Found}.");
    }

    /// <summary>A document that is not JSON.</summary>
    public static InvalidSpecException Syntax(ReadOnlySpan<byte> json, string source)
    {
        SpecJsonPlace place = SpecJsonPlace.Find(json, long.MaxValue);
        string what = place.IsTooDeep
            ? $"objects and arrays are nested more than {SpecJsonReader.MaxDepth} deep"
            : $"{place.Found} does not belong there";
        return Make(source, place, $"not valid JSON at {place.Path}: {what}.");
    }

    /// <summary>A document that is not UTF-8.</summary>
    public static InvalidSpecException Encoding(ReadOnlySpan<byte> json, string source)
    {
        int offset = 0;
        while (Rune.DecodeFromUtf8(json[offset..], out _, out int length) == System.Buffers.OperationStatus.Done)
            offset += length;
        SpecJsonPlace place = SpecJsonPlace.Find(json, offset);
        return Make(source, place, $"not valid UTF-8 at {place.Path}: byte 0x{json[offset]:x2}.");
    }

    /// <summary>A record without a member that it must have.</summary>
    public static InvalidSpecException Missing(string source, string member) =>
        new($"'{source}' is wrong: the member {member} is missing.", Recommendation) { Target = source };

    private static InvalidSpecException Make(string source, SpecJsonPlace place, string what) =>
        new($"'{source}' is wrong in line {place.Line}: {what}", Recommendation) { Target = source };
}
