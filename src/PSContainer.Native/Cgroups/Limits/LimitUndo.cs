using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;

namespace PSContainer.Cgroups.Limits;

/// <summary>Remembers what was in force before a change, and puts it back when the change fails half way.</summary>
internal sealed class LimitUndo
{
    private readonly List<(string Path, string Value)> _before = [];

    /// <summary>Reads a file that is about to be written.</summary>
    internal void Remember(string path, CgroupWrite write)
    {
        if (SmallFile.Read(path) is { } text)
            _before.Add((path, ValueToRestore(text, write)));
    }

    /// <summary>Writes everything back, the last first; what contradicts a value not yet restored, in a second round.</summary>
    internal void Run()
    {
        for (int round = 0; round < 2; round++)
        {
            for (int i = _before.Count - 1; i >= 0; i--)
                SmallFile.TryWrite(_before[i].Path, _before[i].Value);
        }
    }

    private static string ValueToRestore(string text, CgroupWrite write)
    {
        if (write.File == "memory.oom_control")
            return LimitWrites.Number(SmallFile.FindKey(text, "oom_kill_disable") ?? 0);
        if (Reset(write.File) is not { } reset)
            return text.Trim();
        string key = write.Value.Split(' ')[0];
        string? line = text.Split('\n').FirstOrDefault(line => line.StartsWith($"{key} ", StringComparison.Ordinal));
        return line ?? $"{key} {reset}";
    }

    /// <summary>For files with a line a device: what a device without a line has.</summary>
    private static string? Reset(string file) => file switch
    {
        "io.max" => "rbps=max wbps=max riops=max wiops=max",
        "io.latency" => "target=max",
        "io.weight" or "io.bfq.weight" => "default",
        "rdma.max" => "hca_handle=max hca_object=max",
        "misc.max" => "max",
        "net_prio.ifpriomap" => "0",
        _ when file.StartsWith("blkio.", StringComparison.Ordinal) && file.EndsWith("_device", StringComparison.Ordinal) => "0",
        _ => null,
    };
}
