using System.Text.Json;
using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Security.Landlock;

/// <summary>The rules of one container: how a configuration carries them, and what they are to the kernel.</summary>
internal static class LandlockRules
{
    private const long Read = LandlockCalls.LANDLOCK_ACCESS_FS_READ_FILE | LandlockCalls.LANDLOCK_ACCESS_FS_READ_DIR;

    private const long Write = LandlockCalls.LANDLOCK_ACCESS_FS_WRITE_FILE | LandlockCalls.LANDLOCK_ACCESS_FS_TRUNCATE
        | LandlockCalls.LANDLOCK_ACCESS_FS_REMOVE_DIR | LandlockCalls.LANDLOCK_ACCESS_FS_REMOVE_FILE | LandlockCalls.LANDLOCK_ACCESS_FS_REFER
        | LandlockCalls.LANDLOCK_ACCESS_FS_MAKE_DIR | LandlockCalls.LANDLOCK_ACCESS_FS_MAKE_REG | LandlockCalls.LANDLOCK_ACCESS_FS_MAKE_SYM
        | LandlockCalls.LANDLOCK_ACCESS_FS_MAKE_FIFO | LandlockCalls.LANDLOCK_ACCESS_FS_MAKE_SOCK | LandlockCalls.LANDLOCK_ACCESS_FS_IOCTL_DEV;

    /// <summary>What the kernel lets a process do with a file that is no directory.</summary>
    public const long FileRights = LandlockCalls.LANDLOCK_ACCESS_FS_EXECUTE | LandlockCalls.LANDLOCK_ACCESS_FS_WRITE_FILE
        | LandlockCalls.LANDLOCK_ACCESS_FS_READ_FILE | LandlockCalls.LANDLOCK_ACCESS_FS_TRUNCATE | LandlockCalls.LANDLOCK_ACCESS_FS_IOCTL_DEV;

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
        | (access.HasFlag(LandlockAccess.Execute) ? LandlockCalls.LANDLOCK_ACCESS_FS_EXECUTE : 0);
}
