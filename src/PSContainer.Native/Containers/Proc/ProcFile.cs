using PSContainer.Kernel;
using PSContainer.State;

namespace PSContainer.Containers;

/// <summary>Small text files of procfs and sysfs, which can vanish at any moment.</summary>
internal static class ProcFile
{
    /// <summary>Reads a file whole.</summary>
    /// <returns>The text, or <see langword="null"/> when it is gone or cannot be read.</returns>
    internal static string? Read(string path)
    {
        try
        {
            return AtomicFile.Read(path) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;
        }
        catch (ContainerException)
        {
            return null;
        }
    }

    /// <summary>The first word of a file as a number.</summary>
    internal static long? ReadNumber(string path) =>
        long.TryParse(Read(path)?.Trim(), System.Globalization.CultureInfo.InvariantCulture, out long number) ? number : null;
}
