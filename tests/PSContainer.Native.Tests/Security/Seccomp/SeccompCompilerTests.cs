using PSContainer.Security;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Security;

public sealed class SeccompCompilerTests
{
    [Theory]
    [InlineData(1, true, 3)]
    [InlineData(2, false, 3)]
    [InlineData(3, false, 1)]
    public void Random_filters_decide_every_call_as_their_rules_say(int seed, bool oneAction, int mostArguments)
    {
        var random = new Random(seed);
        var generator = new RandomSeccompSpec(random, new(oneAction, mostArguments, RandomSeccompSpec.AllComparisons));
        int compared = 0;
        for (int round = 0; round < 50; round++)
        {
            SeccompSpec spec = generator.Make();
            if (!TryCompile(spec, out BpfInterpreter? filter))
                continue;
            compared++;
            var oracle = new SeccompOracle(spec);
            foreach (SeccompData data in CallSpace.Plain().Concat(CallSpace.AtEdges(spec, random, 20)))
            {
                uint got = filter!.Run(data);
                if (!oracle.Allowed(data).Contains(got))
                    Assert.Fail($"round {round}: {Describe(spec, data)}: {got:x}");
            }
        }
        Assert.InRange(compared, 40, 50);
    }

    internal static bool TryCompile(SeccompSpec spec, out BpfInterpreter? filter)
    {
        try
        {
            filter = new BpfInterpreter(SeccompCompiler.Compile(spec, SeccompArchitecture.X64));
            return true;
        }
        catch (InvalidSpecException error) when (error.Message.Contains("different actions"))
        {
            filter = null;
            return false;
        }
    }

    internal static string Describe(SeccompSpec spec, SeccompData data) =>
        $"call {data.Number:x} of {data.Architecture:x} ({string.Join(", ", data.Arguments.Select(a => a.ToString("x")))}) under "
        + System.Text.Json.JsonSerializer.Serialize(spec, SpecJson.Default.SeccompSpec);
}
