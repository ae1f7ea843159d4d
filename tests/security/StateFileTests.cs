using PSContainer.State;
using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>C-11: whoever got at a state directory leaves something there that waits, never ends or leads elsewhere.</summary>
[Trait("Category", "Container")]
public sealed class StateFileTests
{
    [RootTheory]
    [Trait("Attack", "C-11")]
    [InlineData(StateStore.StateFile, "mkfifo")]
    [InlineData(StateStore.StateFile, "link")]
    [InlineData(StateStore.StateFile, "endless")]
    [InlineData(StateStore.StateFile, "garbage")]
    [InlineData("config.json", "mkfifo")]
    [InlineData("config.json", "link")]
    [InlineData("oom-file", "mkfifo")]
    [InlineData(StateStore.WaitingFile, "mkfifo")]
    public void A_file_that_is_none_hides_no_other_container_and_hinders_no_removal(string file, string kind)
    {
        using var bundle = new TestBundle();
        using var area = new TestDirectory();
        bundle.Start("sleep", "1000");
        string init = $"/proc/{bundle.Pid}", path = Path.Combine(bundle.StateDirectory, file);
        File.Delete(path);
        if (kind == "mkfifo")
            HostCommand.Run("mkfifo", path);
        else if (kind == "link")
            File.CreateSymbolicLink(path, area.Canary);
        else if (kind == "endless")
            HostCommand.Run("truncate", "-s", "1T", path);
        else
            File.WriteAllText(path, "{\"id\":");
        Outcome list = bundle.Invoke("list");
        TestBundle.Succeed(list);
        Assert.Contains(bundle.Id, list.Output, StringComparison.Ordinal);
        TestBundle.Succeed(bundle.Invoke("delete", "--force", bundle.Id));
        TestBundle.Eventually(() => !Path.Exists(init), "the init ended");
        Assert.Empty(bundle.Leftovers());
        area.AssertCanaryUntouched();
    }
}
