using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Machine;
using PSContainer.Plan;
using PSContainer.Spec;

namespace PSContainer.Steps.Host;

/// <summary>
/// What a configuration leaves to the runtime: an ordinary user's container has a user namespace, whether it is asked for or not,
/// and one without maps gets the caller's own id and those that are set aside for him.
/// </summary>
internal static class UserNamespaceDefault
{
    /// <summary>The request with both; the same one where nothing is missing.</summary>
    public static StartRequest Complete(StartRequest request)
    {
        LinuxSpec linux = request.Spec.Linux ?? new LinuxSpec();
        bool isOrdinary = Files.geteuid() != 0 && !UserNamespace.IsInside;
        IReadOnlyList<NamespaceSpec> namespaces = linux.Namespaces ?? [];
        bool hasUser = namespaces.Any(static item => item.Type == "user");
        if (!hasUser && !isOrdinary)
            return request;
        if (!hasUser)
            namespaces = [.. namespaces, new NamespaceSpec { Type = "user" }];
        bool isMapped = linux.UidMappings is { Count: > 0 } || linux.GidMappings is { Count: > 0 };
        bool makesUser = namespaces.Any(static item => item is { Type: "user", Path: null });
        if (hasUser && (isMapped || !makesUser))
            return request;
        UserSpec user = request.Spec.Process?.User ?? new UserSpec();
        linux = linux with
        {
            Namespaces = namespaces,
            UidMappings = isMapped ? linux.UidMappings : Map(user.Uid, Files.geteuid(), "/etc/subuid", "newuidmap"),
            GidMappings = isMapped ? linux.GidMappings : Map(user.Gid, Files.getegid(), "/etc/subgid", "newgidmap"),
        };
        ContainerSpec spec = request.Spec with { Linux = linux, Mounts = isMapped ? request.Spec.Mounts : WithMappedGroups(request.Spec.Mounts, linux.GidMappings!) };
        return request with { Spec = spec, Json = JsonSerializer.SerializeToUtf8Bytes(spec, SpecJson.Default.ContainerSpec) };
    }

    // Configurations for root name the group of terminals, which a map that they did not ask for need not have.
    private static IReadOnlyList<MountSpec>? WithMappedGroups(IReadOnlyList<MountSpec>? mounts, IReadOnlyList<IdMapping> map)
    {
        return mounts is null ? null : [.. mounts.Select(mount => mount.Type == "devpts" && mount.Options?.Any(IsUnmapped) == true
            ? mount with { Options = [.. mount.Options.Where(option => !IsUnmapped(option))] }
            : mount)];

        bool IsUnmapped(string option) => option.StartsWith("gid=", StringComparison.Ordinal) && uint.TryParse(option[4..], out uint group)
            && !map.Any(one => group >= one.ContainerId && group - one.ContainerId < one.Size);
    }

    // The process is the caller, so that what he owns is its own; the others are put around it in their order.
    private static List<IdMapping> Map(uint inside, uint own, string file, string program)
    {
        var map = new List<IdMapping>();
        uint next = 0;
        foreach (SubIdRange range in HelperProgram.Find(program) is null && own != 0 ? [] : SubIdFile.Read(file, Files.geteuid()))
        {
            uint first = range.First, count = range.Count;
            if (next < inside && Math.Min(count, inside - next) is var before)
            {
                map.Add(new() { ContainerId = next, HostId = first, Size = before });
                (next, first, count) = (next + before, first + before, count - before);
            }
            if (next == inside)
                map.Add(new() { ContainerId = next++, HostId = own, Size = 1 });
            if (count > 0)
            {
                map.Add(new() { ContainerId = next, HostId = first, Size = count });
                next += count;
            }
        }
        if (!map.Exists(one => one.HostId == own && one.Size == 1 && one.ContainerId == inside))
            map.Add(new() { ContainerId = inside, HostId = own, Size = 1 });
        return map;
    }
}
