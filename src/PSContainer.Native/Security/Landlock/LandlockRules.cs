using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Security;

/// <summary>The rules of one container: how a configuration carries them, and what they are to the kernel.</summary>
internal static class LandlockRules
{
    private const long Read = Landlock.LANDLOCK_ACCESS_FS_READ_FILE | Landlock.LANDLOCK_ACCESS_FS_READ_DIR;

    private const long Write = Landlock.LANDLOCK_ACCESS_FS_WRITE_FILE | Landlock.LANDLOCK_ACCESS_FS_TRUNCATE
        | Landlock.LANDLOCK_ACCESS_FS_REMOVE_DIR | Landlock.LANDLOCK_ACCESS_FS_REMOVE_FILE | Landlock.LANDLOCK_ACCESS_FS_REFER
        | Landlock.LANDLOCK_ACCESS_FS_MAKE_DIR | Landlock.LANDLOCK_ACCESS_FS_MAKE_REG | Landlock.LANDLOCK_ACCESS_FS_MAKE_SYM
        | Landlock.LANDLOCK_ACCESS_FS_MAKE_FIFO | Landlock.LANDLOCK_ACCESS_FS_MAKE_SOCK | Landlock.LANDLOCK_ACCESS_FS_IOCTL_DEV;

    /// <summary>What the kernel lets a process do with a file that is no directory.</summary>
    public const long FileRights = Landlock.LANDLOCK_ACCESS_FS_EXECUTE | Landlock.LANDLOCK_ACCESS_FS_WRITE_FILE
        | Landlock.LANDLOCK_ACCESS_FS_READ_FILE | Landlock.LANDLOCK_ACCESS_FS_TRUNCATE | Landlock.LANDLOCK_ACCESS_FS_IOCTL_DEV;

    /// <summary>The rules of a configuration, or <see langword="null"/> for no wall.</summary>
    /// <exception cref="InvalidSpecException">The annotation is no array of rules.</exception>
    public static IReadOnlyList<LandlockRule>? Of(IReadOnlyDictionary<string, string>? annotations) =>
        annotations is not null && annotations.TryGetValue(Annotation.Landlock, out string? json)
            ? SpecReader.ParseTexts(json, Annotation.Landlock).ConvertAll(LandlockRule.Parse)
            : null;

    /// <summary>The annotation's text.</summary>
    public static string Format(IEnumerable<LandlockRule> rules) =>
        JsonSerializer.Serialize([.. rules.Select(static rule => rule.ToString())], SpecJson.Default.StringArray);

    /// <summary>LANDLOCK_ACCESS_FS_… of an access.</summary>
    public static long RightsOf(LandlockAccess access) =>
        (access.HasFlag(LandlockAccess.Read) ? Read : 0)
        | (access.HasFlag(LandlockAccess.Write) ? Write : 0)
        | (access.HasFlag(LandlockAccess.Execute) ? Landlock.LANDLOCK_ACCESS_FS_EXECUTE : 0);
}
