using System.Globalization;
using PSContainer.Containers;
using PSContainer.Mounts;
using PSContainer.Proc;
using static PSContainer.Kernel.Files;

namespace PSContainer.FileSystems;

/// <summary>Who keeps a mount from being taken away.</summary>
/// <param name="ProcessId">The process; 0 for a mount below it.</param>
/// <param name="Name">The process's name, or where what is mounted below is.</param>
/// <param name="Use">What of it: <c>working directory</c>, <c>open file</c>, <c>mount</c>.</param>
/// <param name="Container">The container that the process is in, or <see langword="null"/>.</param>
public sealed record MountHolder(int ProcessId, string Name, string Use, string? Container)
{
    private const int MostNamed = 5;

    /// <summary>Who, as a phrase.</summary>
    public override string ToString()
    {
        if (ProcessId == 0)
            return $"'{Name}' is mounted in it";
        string of = Container is null ? "" : $" of container {Container}";
        return string.Create(CultureInfo.InvariantCulture, $"process {ProcessId} ({Name}){of} has its {Use} there");
    }

    /// <summary>Several as one phrase.</summary>
    internal static string Describe(IReadOnlyList<MountHolder> holders)
    {
        string named = string.Join("; ", holders.Take(MostNamed));
        return holders.Count > MostNamed ? $"{named}; and {holders.Count - MostNamed} more" : named;
    }

    /// <summary>
    /// Who uses a mount of this namespace: processes with a directory, program or file there, and mounts below.
    /// </summary>
    internal static IReadOnlyList<MountHolder> Of(MountInfo mount, ContainerEngine engine)
    {
        List<MountHolder> holders =
            [.. MountTable.Current.Where(one => one.ParentId == mount.Id && one.Id != mount.Id)
                .Select(one => new MountHolder(0, one.MountPoint, "mount", null))];
        foreach (int pid in MountTable.Processes())
        {
            if (UseOf(pid, mount.Id) is { } use)
                holders.Add(Process(pid, use, engine));
        }
        return holders;
    }

    /// <summary>Who has the same filesystem mounted in another mount namespace.</summary>
    internal static IReadOnlyList<MountHolder> Elsewhere(MountInfo mount, ContainerEngine engine) =>
        [.. MountTable.Elsewhere()
            .Where(other => other.Mounts.Any(one => one.Device == mount.Device && one.FileSystem == mount.FileSystem))
            .Select(other => Process(other.Pid, "root or a mount", engine))];

    private static MountHolder Process(int pid, string use, ContainerEngine engine) =>
        new(pid, ProcStatus.Read(pid)?.Name ?? "?", use, engine.FindByProcess(pid)?.Name);

    private static string? UseOf(int pid, int mount)
    {
        string process = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/");
        if (IsOn(process + "cwd", mount))
            return "working directory";
        if (IsOn(process + "root", mount))
            return "root directory";
        if (IsOn(process + "exe", mount))
            return "program";
        if (AnyIn(process + "fd", mount))
            return "open file";
        return AnyIn(process + "map_files", mount) ? "mapped file" : null;
    }

    private static bool AnyIn(string directory, int mount)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(directory).Any(path => IsOn(path, mount));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // It ended, or is somebody else's.
        }
    }

    private static bool IsOn(string path, int mount) =>
        MountTable.Look(path, out statx_data data) == 0 && (int)data.stx_mnt_id == mount;
}
