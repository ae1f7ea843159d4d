namespace PSContainer.Runtime.Tests.Monitor;

public sealed class MonitorMemoryTests
{
    [Fact]
    public void Fifty_monitors_take_less_than_a_tenth_of_a_megabyte_each()
    {
        const int Count = 50;
        List<MonitoredProcess> processes = [];
        try
        {
            for (int i = 0; i < Count; i++)
            {
                MonitoredProcess process = new();
                processes.Add(process);
                process.Start("echo started; exec sleep 1000");
            }
            Assert.All(processes, process => Assert.True(MonitoredProcess.Until(() => process.Messages().Contains("started"))));

            Assert.InRange(processes.Average(process => ProcessMemory.ProportionalSet(process.MonitorPid)), 1, 100_000);
        }
        finally
        {
            processes.ForEach(process => process.Dispose());
        }
    }
}
