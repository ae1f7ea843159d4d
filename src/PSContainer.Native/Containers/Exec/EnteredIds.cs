using System.Globalization;
using PSContainer.Kernel;

namespace PSContainer.Containers.Exec;

/// <summary>Which ids a further process can have in the user namespace of a container that runs.</summary>
/// <param name="uidMap">Text of its uid_map; what cannot be read refuses nothing.</param>
/// <param name="gidMap">Text of its gid_map.</param>
/// <param name="setGroups">Text of its setgroups: <c>deny</c> where nobody can be in another group than his own.</param>
internal sealed class EnteredIds(string? uidMap, string? gidMap, string? setGroups)
{
    /// <summary>Those of the user namespace that a process is in.</summary>
    internal static EnteredIds Of(int pid)
    {
        string directory = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/");
        return new(ProcFile.Read(directory + "uid_map"), ProcFile.Read(directory + "gid_map"), ProcFile.Read(directory + "setgroups"));
    }

    /// <summary>Refuses a user or group that the namespace does not have.</summary>
    /// <exception cref="SubIdRangeMissingException">It has not.</exception>
    internal void Require(uint uid, uint gid)
    {
        if (!IsMapped(uidMap, uid))
            throw Missing("user", uid);
        if (!IsMapped(gidMap, gid))
            throw Missing("group", gid);
    }

    /// <summary>Whether a process can be in the group besides its own.</summary>
    internal bool CanBeAdditional(uint gid) => setGroups?.Trim() != "deny" && IsMapped(gidMap, gid);

    private static bool IsMapped(string? map, uint id) =>
        string.IsNullOrEmpty(map) || IdMapFile.Parse(map).Any(one => id >= one.Inside && id - one.Inside < one.Count);

    private static SubIdRangeMissingException Missing(string kind, uint id) => new(
        $"The {kind} id {id} is not one of the container's user namespace.",
        "Run the command as another user, or start a container whose namespace has more ids: Get-Help about_PSContainer_Rootless");
}
