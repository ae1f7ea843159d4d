using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace PSContainer.Native.Tests.Fuzz;

/// <summary>
/// How properties are tried: some hundred inputs each with the other tests, always the same ones, and as many new ones as
/// <c>PSCONTAINER_FUZZ_RUNS</c> says in a long run (tests/fuzz.sh). A failure names the smallest input that still fails and the seed that leads to it again.
/// </summary>
internal static class FuzzRun
{
    private const int OrdinaryRuns = 400;
    private const ulong OrdinarySeed = 20261126, OrdinaryGamma = 0x9e3779b97f4a7c15;

    /// <summary>Inputs a property is tried on.</summary>
    public static int Count { get; } = Asked ?? OrdinaryRuns;

    private static int? Asked =>
        int.TryParse(Environment.GetEnvironmentVariable("PSCONTAINER_FUZZ_RUNS"), CultureInfo.InvariantCulture, out int runs) ? runs : null;

    /// <summary>That a property holds for every input; it throws where it does not.</summary>
    /// <param name="inputs">What inputs there are.</param>
    /// <param name="property">The property.</param>
    /// <param name="cost">One divided by how many of the ordinary number of inputs are enough, for what is slow.</param>
    public static void Holds<T>(Arbitrary<T> inputs, Action<T> property, int cost = 1)
    {
        Config config = Config.QuickThrowOnFailure.WithMaxTest(Math.Max(1, Count / cost));
        Prop.ForAll(inputs, property).Check(Asked is null ? config.WithReplay(OrdinarySeed, OrdinaryGamma) : config);
    }

    /// <summary>That each damaged document is either read or refused with an error for people, and that both happen.</summary>
    public static void ReadsOrRefuses(Arbitrary<Damage> documents, Action<byte[]> read, int cost = 1)
    {
        int accepted = 0, refused = 0;
        string last = "";
        Holds(documents, damage =>
        {
            try
            {
                read(damage.Bytes);
                accepted++;
            }
            catch (ContainerException error)
            {
                refused++;
                AssertTellable(error);
                last = error.Message;
            }
        }, cost);
        Assert.True(accepted > 0 && refused > 0, $"{accepted} read, {refused} refused: the inputs are one-sided. {last}");
    }

    /// <summary>An error that can be shown: what the input smuggled in does not reach the terminal or a log as it is.</summary>
    public static void AssertTellable(ContainerException error)
    {
        Assert.NotEmpty(error.Message);
        // An indented line cannot be taken for one of its own.
        Assert.DoesNotContain(error.Message.Replace("\n ", "", StringComparison.Ordinal), char.IsControl);
        Assert.DoesNotContain(error.Recommendation ?? "", char.IsControl);
    }
}
