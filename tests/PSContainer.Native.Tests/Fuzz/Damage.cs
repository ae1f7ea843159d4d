using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace PSContainer.Native.Tests.Fuzz;

/// <summary>What is done to a document at one place.</summary>
/// <param name="Kind">Which change.</param>
/// <param name="Place">Where: taken modulo the length.</param>
/// <param name="Length">Of how many bytes.</param>
/// <param name="Token">What is put there.</param>
internal readonly record struct Edit(EditKind Kind, int Place, int Length, byte[] Token);

internal enum EditKind
{
    Overwrite,
    Insert,
    Remove,
    Repeat,
    Cut,
}

/// <summary>A document with something done to it. The edits are kept apart, so that a failure is told with as few as it takes.</summary>
internal sealed record Damage(byte[] Document, IReadOnlyList<Edit> Edits)
{
    private const int MaxEdits = 5, MaxLength = 40;

    private static readonly byte[][] CommonTokens =
    [
        .. new[]
        {
            "", "\0", "\n", "\r", "\t", " ", "/", "..", "../../", "-", "-1", "0", "+1", "1e9", "0.5", "=", ":", ",", ";", "\\", "\\040",
            "4294967295", "4294967296", "2147483648", "9223372036854775807", "9223372036854775808", "18446744073709551616",
            "99999999999999999999999999", "max", "NaN", "Infinity", "\u001b[31m", "\u0661", "\u202e", "é", "😀", "%s%n", "$(id)",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xc3], [0xed, 0xa0, 0x80], [0x80, 0x80],
    ];

    /// <summary>Tokens of JSON, in and out of place.</summary>
    public static readonly string[] JsonTokens =
    [
        "{", "}", "[", "]", "\"", "true", "false", "null", "[]", "{}", "\"\"", "/*", "//", "\\u", "\\ud800", "\\u0000", "\\n",
        "\"a\":1,", ",}", "[null]", "{\"\":{}}", "-0", "1E400",
    ];

    /// <summary>The document after the edits.</summary>
    public byte[] Bytes
    {
        get
        {
            var bytes = new List<byte>(Document);
            foreach (Edit edit in Edits)
                Apply(bytes, edit);
            return [.. bytes];
        }
    }

    /// <summary>Documents that are damaged at up to five places, one in sixteen at none.</summary>
    public static Arbitrary<Damage> Of(IReadOnlyList<byte[]> documents, params string[] tokens)
    {
        byte[][] all = [.. CommonTokens, .. tokens.Select(Encoding.UTF8.GetBytes)];
        Gen<Edit> edit =
            from kind in Gen.Elements(Enum.GetValues<EditKind>())
            from place in Gen.Choose(0, int.MaxValue)
            from length in Gen.Choose(1, MaxLength)
            from known in Gen.Elements(all)
            from random in Gen.Choose(0, 255).Select(value => new[] { (byte)value })
            from useRandom in Gen.Choose(0, 2)
            select new Edit(kind, place, length, useRandom == 0 ? random : known);
        Gen<Damage> damaged =
            from document in Gen.Elements(documents.ToArray())
            from none in Gen.Choose(0, 15)
            from count in Gen.Choose(1, MaxEdits)
            from edits in edit.ArrayOf(none == 0 ? 0 : count)
            select new Damage(document, edits);
        return Arb.From(damaged, static damage => damage.Smaller());
    }

    /// <summary>As <see cref="Of(IReadOnlyList{byte[]}, string[])"/>, of texts.</summary>
    public static Arbitrary<Damage> Of(IReadOnlyList<string> documents, params string[] tokens) =>
        Of([.. documents.Select(Encoding.UTF8.GetBytes)], tokens);

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (byte value in Bytes)
            text.Append(value is >= 0x20 and < 0x7f && value != '\\' ? ((char)value).ToString() : $"\\x{value:x2}");
        return text.ToString();
    }

    private IEnumerable<Damage> Smaller()
    {
        for (int left = 0; left < Edits.Count; left++)
            yield return this with { Edits = [.. Edits.Where((_, index) => index != left)] };
    }

    private static void Apply(List<byte> bytes, Edit edit)
    {
        int place = bytes.Count == 0 ? 0 : edit.Place % bytes.Count, length = Math.Min(edit.Length, bytes.Count - place);
        switch (edit.Kind)
        {
            case EditKind.Overwrite:
                bytes.RemoveRange(place, Math.Min(edit.Token.Length, bytes.Count - place));
                bytes.InsertRange(place, edit.Token);
                break;
            case EditKind.Insert:
                bytes.InsertRange(place, edit.Token);
                break;
            case EditKind.Remove:
                bytes.RemoveRange(place, length);
                break;
            case EditKind.Repeat:
                bytes.InsertRange(place, bytes.GetRange(place, length));
                break;
            // Often near the end: what is cut at the front leaves nothing to read.
            case EditKind.Cut when edit.Length < MaxLength / 4:
                bytes.RemoveRange(place, bytes.Count - place);
                break;
        }
    }
}
