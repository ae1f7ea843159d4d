using System.Diagnostics;
using PSContainer.Images;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Images;

/// <summary>Somebody with access to the destination exchanges a directory for a link while a layer is applied.</summary>
public sealed class ExtractRaceTests : ExtractTestBase
{
    [RootFact]
    public void AnExchangedDirectoryNeverLeadsOut()
    {
        Directory.CreateDirectory(Made("swap"));
        Directory.CreateSymbolicLink(Made("link"), Area.CanaryDirectory);
        var archive = new TarBuilder();
        for (int i = 0; i < 50; i++)
            archive.File($"swap/d{i}/file", "evil", 0xfff).File("swap/file", "evil", 0xfff).Link("swap/link", "file")
                .HardLink($"swap/h{i}", "swap/file");
        byte[] bytes = archive.Build();
        var options = new ExtractOptions { IsLayer = true, AllowNonEmptyDestination = true };
        int done = 0, refused = 0;
        using (new Swapper(Made("swap"), Made("link")))
        {
            var time = Stopwatch.StartNew();
            // On, where the machine is so slow that little was tried by then.
            while (time.Elapsed < TimeSpan.FromSeconds(2) || (!WasRun() && time.Elapsed < TimeSpan.FromMinutes(1)))
            {
                try
                {
                    Extract(bytes, options);
                    done++;
                }
                catch (ContainerException)
                {
                    refused++;
                }
            }
        }
        Assert.True(WasRun(), $"the race was not run: {done} done, {refused} refused");

        bool WasRun() => done + refused > 10 && refused > 0;
    }
}
