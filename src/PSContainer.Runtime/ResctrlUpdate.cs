using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Runtime;

/// <summary>
/// A container's group in resctrl, Documentation/filesystems/resctrl.rst: shares of the L3 cache and of memory bandwidth.
/// </summary>
internal static class ResctrlUpdate
{
    private const string Root = "/sys/fs/resctrl";

    /// <summary>Writes new schemata; nothing is done when both are <see langword="null"/>.</summary>
    /// <exception cref="ControllerUnavailableException">The host has no resctrl, or the container no group.</exception>
    public static void Update(string id, ContainerSpec? spec, string? cache, string? bandwidth)
    {
        if (cache is null && bandwidth is null)
            return;
        string directory = $"{Root}/{id}";
        if (!File.Exists($"{directory}/schemata"))
        {
            throw new ControllerUnavailableException(
                File.Exists($"{Root}/schemata")
                    ? $"The container '{id}' has no group in {Root}: it was made without linux.intelRdt."
                    : $"There is no {Root}: the processor has no cache allocation, or the filesystem is not mounted.",
                "Leave out --l3-cache-schema and --mem-bw-schema.")
            { Target = directory };
        }
        foreach (string? line in new[] { cache, bandwidth })
        {
            if (line is not null)
                Syscall.Check(SmallFile.TryWrite($"{directory}/schemata", line + "\n"), "write", $"{directory}/schemata");
        }
    }
}
