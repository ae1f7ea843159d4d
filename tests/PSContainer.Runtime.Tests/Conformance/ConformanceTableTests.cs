using System.Text.RegularExpressions;
using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Conformance;

/// <summary>docs/conformance.md names tests that exist, and none of ours of the conformance is missing in it.</summary>
public sealed partial class ConformanceTableTests
{
    [Fact]
    public void Each_test_in_the_table_exists()
    {
        var sources = new Dictionary<string, string>();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(TestRepository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories))
        {
            string project = file.Contains("PSContainer.Native.Tests", StringComparison.Ordinal) ? "native:" : "";
            sources.TryAdd(project + Path.GetFileNameWithoutExtension(file), File.ReadAllText(file));
        }
        Match[] named = [.. TestName().Matches(Table).Cast<Match>()];
        Assert.True(named.Length > 80, $"only {named.Length} tests are named");
        Assert.All(named, match =>
        {
            string type = match.Groups[1].Value, method = match.Groups[2].Value;
            Assert.True(sources.TryGetValue(type, out string? source), $"there is no {type}");
            Assert.Matches($@"public (void|async Task) {method}\(", source);
        });
    }

    [Fact]
    public void Each_row_names_a_test() => Assert.All(
        Table.Split("## Outside suites")[0].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal) && !line.StartsWith("| a runtime", StringComparison.Ordinal)),
        line => Assert.Matches(TestName(), line));

    private static string Table => File.ReadAllText(Path.Combine(TestRepository.Root, "docs", "conformance.md"));

    [GeneratedRegex(@"`((?:native:)?\w+Tests)\.(\w+)`")]
    private static partial Regex TestName();
}
