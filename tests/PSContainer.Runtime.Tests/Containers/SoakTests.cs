using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

[Trait("Category", "Container")]
public sealed class SoakTests
{
    [RootFact]
    public void Many_starts_leave_nothing_behind()
    {
        // Each start has a time of its own there; all of them take minutes on an emulated machine that others use as well.
        Outcome outcome = HostCommand.Try(TimeSpan.FromMinutes(15), "env", $"PSCONTAINER_RUNTIME={TestRepository.Executable}",
            Path.Combine(TestRepository.Root, "tests/soak.sh"), "300", "4");
        Assert.True(outcome.Code == 0, outcome.Output + outcome.Error);
        Assert.Contains("300 starts, 4 at once", outcome.Output, StringComparison.Ordinal);
    }
}
