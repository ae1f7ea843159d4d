using System.Globalization;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;

namespace PSContainer.Cgroups;

/// <summary>Where a process is in each hierarchy, proc_pid_cgroup(5).</summary>
internal static class ProcessCgroups
{
    /// <summary>Its directory in each hierarchy that is mounted.</summary>
    /// <exception cref="ContainerException">There is no such process.</exception>
    internal static IReadOnlyList<(CgroupHierarchy Hierarchy, string Directory)> Of(CgroupHost host, int processId)
    {
        string file = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/cgroup");
        if (SmallFile.Read(file) is not { } text)
        {
            throw new ContainerException($"There is no process {processId}.", "See the running ones with: Get-Process")
            { Call = "openat", Errno = Errno.ESRCH, Target = file };
        }
        return Parse(host, text);
    }

    /// <summary>Its directory in the hierarchy of one controller.</summary>
    /// <returns>The directory, or <see langword="null"/> where there is no such hierarchy or process.</returns>
    internal static string? Find(CgroupHost host, int processId, string controller) =>
        SmallFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/cgroup")) is { } text
            ? Parse(host, text).FirstOrDefault(place => place.Hierarchy.Controllers.Contains(controller)).Directory
            : null;

    private static List<(CgroupHierarchy Hierarchy, string Directory)> Parse(CgroupHost host, string text)
    {
        var places = new List<(CgroupHierarchy, string)>();
        foreach (OwnCgroup own in CgroupHostParser.ParseOwn(text))
        {
            CgroupHierarchy? hierarchy = host.Hierarchies.FirstOrDefault(one =>
                own.Controllers.Length == 0 ? one.IsUnified : !one.IsUnified && one.Controllers.SequenceEqual(own.Controllers));
            // Outside of what this cgroup namespace shows, a path begins with /.. and has no directory here.
            if (hierarchy is not null && !own.Path.StartsWith("/..", StringComparison.Ordinal))
                places.Add((hierarchy, (hierarchy with { OwnPath = own.Path }).OwnDirectory));
        }
        return places;
    }
}
