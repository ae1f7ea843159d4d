using System.Security.Cryptography;

namespace PSContainer.Containers.Start;

/// <summary>Makes ids and names up.</summary>
internal static class ContainerName
{
    private static readonly string[] Adjectives =
    [
        "agile", "amber", "brave", "bright", "brisk", "calm", "clever", "crisp", "eager", "early", "fair", "fleet", "fond",
        "gentle", "glad", "golden", "grand", "happy", "hardy", "honest", "humble", "jolly", "keen", "kind", "lively", "lucid",
        "lucky", "mellow", "merry", "mighty", "modest", "neat", "nimble", "noble", "patient", "placid", "plucky", "polite",
        "proud", "quick", "quiet", "rapid", "ready", "robust", "serene", "sharp", "silver", "sincere", "smooth", "snug",
        "solid", "spry", "steady", "sturdy", "sunny", "swift", "tidy", "tranquil", "vivid", "warm", "wise", "witty", "young",
        "zesty",
    ];

    private static readonly string[] Nouns =
    [
        "acorn", "anchor", "badger", "beacon", "beaver", "birch", "brook", "cedar", "comet", "coral", "crane", "creek", "delta",
        "dune", "ember", "falcon", "fern", "finch", "fjord", "forest", "gale", "glacier", "grove", "harbor", "hawk", "heron",
        "island", "juniper", "lagoon", "lake", "lark", "lynx", "maple", "marten", "meadow", "mesa", "moss", "oak", "ocean",
        "orchid", "otter", "owl", "pebble", "pine", "plover", "pond", "prairie", "raven", "reef", "ridge", "river", "robin",
        "sparrow", "spruce", "stone", "summit", "swan", "thicket", "tide", "trail", "valley", "walnut", "willow", "wren",
    ];

    /// <summary>A new id: 64 hexadecimal digits.</summary>
    internal static string NewId() => Convert.ToHexString(RandomNumberGenerator.GetBytes(32)).ToLowerInvariant();

    /// <summary>A name of an adjective, a noun and four hexadecimal digits.</summary>
    internal static string NewName() =>
        $"{Adjectives[RandomNumberGenerator.GetInt32(Adjectives.Length)]}-{Nouns[RandomNumberGenerator.GetInt32(Nouns.Length)]}-"
        + Convert.ToHexString(RandomNumberGenerator.GetBytes(2)).ToLowerInvariant();
}
