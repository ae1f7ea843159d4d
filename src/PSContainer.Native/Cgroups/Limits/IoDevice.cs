using System.Globalization;
using PSContainer.Kernel;

namespace PSContainer.Cgroups.Limits;

/// <summary>Disks as the controllers of I/O name them: <c>MAJOR:MINOR</c>.</summary>
public static class IoDevice
{
    private const string Advice = "Name a whole disk, as /dev/sda or 8:0: see the MAJ:MIN column of lsblk.";

    /// <summary>A disk from its two numbers or from the path of its device file.</summary>
    /// <exception cref="InvalidSpecException">It is neither.</exception>
    /// <exception cref="ContainerException">There is no such file.</exception>
    public static string Parse(string text)
    {
        if (!text.StartsWith('/'))
        {
            Numbers(text);
            return text;
        }
        const int FormatMask = 0xf000, BlockDevice = 0x6000;
        nint result = Files.statx(Files.AT_FDCWD, text, 0, Files.STATX_BASIC_STATS, out Files.statx_data data);
        Syscall.Check(result, "statx", text);
        return (data.stx_mode & FormatMask) == BlockDevice
            ? $"{data.stx_rdev_major}:{data.stx_rdev_minor}"
            : throw new InvalidSpecException($"'{text}' is not a block device.", Advice) { Target = text };
    }

    /// <summary>The two numbers.</summary>
    /// <exception cref="InvalidSpecException">They are none.</exception>
    internal static (long Major, long Minor) Numbers(string device)
    {
        string[] numbers = device.Split(':');
        return numbers.Length == 2 && TryNumber(numbers[0], out long major) && TryNumber(numbers[1], out long minor)
            ? (major, minor)
            : throw new InvalidSpecException($"'{device}' is not a disk: it is no MAJOR:MINOR.", Advice) { Target = device };
    }

    /// <summary>Refuses a device that the host does not have, and a part of one: limits are for whole disks.</summary>
    /// <exception cref="InvalidSpecException">It is one of these.</exception>
    internal static void Require(string device)
    {
        const string All = "/sys/dev/block";
        (long major, long minor) = Numbers(device);
        string about = $"{All}/{major}:{minor}";
        if (!Directory.Exists(All))
            return;
        if (!Directory.Exists(about))
            throw new InvalidSpecException($"There is no block device {device}.", Advice) { Target = device };
        if (File.Exists($"{about}/partition"))
        {
            string disk = SmallFile.Read($"{about}/../dev")?.Trim() ?? "";
            throw new InvalidSpecException(
                $"{device} is a partition, and only whole disks can be limited.", $"Name the disk that it is on: {disk}.")
            { Target = device };
        }
    }

    // TryParse passes over zero bytes at the end.
    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= uint.MaxValue && text.All(char.IsAsciiDigit);
}
