using System.Text.RegularExpressions;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>The table of docs/security.md names tests that exist and bear the attack's number.</summary>
public sealed partial class AttackTableTests
{
    private const int Attacks = 57;
    private static readonly string[] Parts = ["images", "registry", "volumes", "network", "build", "checkpoint"];

    [Fact]
    public void Every_attack_has_a_line_and_every_line_a_test_or_the_part_that_it_belongs_to()
    {
        string[][] rows =
        [
            .. File.ReadLines(Path.Combine(TestRepository.Root, "docs/security.md"))
                .Where(static line => line.StartsWith("| B-", StringComparison.Ordinal) || line.StartsWith("| C-", StringComparison.Ordinal))
                .Select(static line => line.Trim('|', ' ').Split(" | ")),
        ];
        string[] numbers = [.. rows.Select(static row => row[0])];
        Assert.Equal(Enumerable.Range(1, Attacks).Select(static number => $"B-{number:00}"), numbers.TakeWhile(static one => one[0] == 'B'));
        Assert.Equal(numbers[Attacks..].Distinct().Order(StringComparer.Ordinal), numbers[Attacks..]);
        foreach (string[] row in rows)
            Check(row[0], row[^1]);
    }

    private static void Check(string attack, string tests)
    {
        if (tests == "planned")
            return;
        if (tests.StartsWith("part: ", StringComparison.Ordinal))
        {
            Assert.Contains(tests["part: ".Length..], Parts);
            return;
        }
        MatchCollection names = TestName().Matches(tests);
        Assert.NotEmpty(names);
        foreach (Match name in names)
        {
            string file = name.Groups[1].Value is var word && word.EndsWith(".ps1", StringComparison.Ordinal) ? word : word + ".cs";
            string path = Assert.Single(Directory.GetFiles(Path.Combine(TestRepository.Root, "tests"), file, SearchOption.AllDirectories));
            Assert.True(Bears(File.ReadAllText(path), attack), $"{path} has no test of {attack}");
        }
    }

    private static bool Bears(string source, string attack) =>
        source.Contains($"[Trait(\"Attack\", \"{attack}\")]", StringComparison.Ordinal)
        || Regex.IsMatch(source, $@"-Tag [^\n]*\b{attack}\b");

    [GeneratedRegex("`([A-Za-z0-9.]+)`")]
    private static partial Regex TestName();
}
