using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

[Trait("Category", "Container")]
public sealed class SoakTests
{
    [RootFact]
    public void Many_starts_leave_nothing_behind()
    {
        Outcome outcome = HostCommand.Try("env", $"PSCONTAINER_RUNTIME={TestRepository.Executable}",
            Path.Combine(TestRepository.Root, "tests/soak.sh"), "300", "4");
        Assert.True(outcome.Code == 0, outcome.Output + outcome.Error);
        Assert.Contains("300 starts, 4 at once", outcome.Output, StringComparison.Ordinal);
    }
}
