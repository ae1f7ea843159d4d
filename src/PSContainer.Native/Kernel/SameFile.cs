namespace PSContainer.Kernel;

/// <summary>Compares what two descriptors hold.</summary>
public static class SameFile
{
    /// <summary>Whether two descriptors hold one file.</summary>
    public static bool Is(int first, int second) =>
        Files.statx(first, "\0"u8, Files.AT_EMPTY_PATH, Files.STATX_BASIC_STATS, out Files.statx_data one) == 0
        && Files.statx(second, "\0"u8, Files.AT_EMPTY_PATH, Files.STATX_BASIC_STATS, out Files.statx_data other) == 0
        && Are(one, other);

    /// <summary>Whether two paths lead to one regular file: what one of them writes is what the other reads.</summary>
    public static bool IsOneOfBytes(string first, string second) =>
        Files.statx(Files.AT_FDCWD, first, 0, Files.STATX_BASIC_STATS, out Files.statx_data one) == 0
        && Files.statx(Files.AT_FDCWD, second, 0, Files.STATX_BASIC_STATS, out Files.statx_data other) == 0
        && (one.stx_mode & Files.S_IFMT) == Files.S_IFREG && Are(one, other);

    private static bool Are(in Files.statx_data one, in Files.statx_data other) =>
        one.stx_ino == other.stx_ino && one.stx_dev_major == other.stx_dev_major && one.stx_dev_minor == other.stx_dev_minor
        && one.stx_rdev_major == other.stx_rdev_major && one.stx_rdev_minor == other.stx_rdev_minor;
}
