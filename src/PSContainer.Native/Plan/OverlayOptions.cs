using System.Text;

namespace PSContainer.Plan;

/// <summary>Mount options of overlayfs (Documentation/filesystems/overlayfs.rst).</summary>
internal static class OverlayOptions
{
    private const int PageSize = 4096;

    /// <summary>The option string; special characters of the paths are escaped.</summary>
    /// <exception cref="InvalidSpecException">It does not fit in the page that mount(2) takes.</exception>
    public static string Format(IReadOnlyList<string> lowers, string upper, string work, bool isVolatile, bool userXattr)
    {
        var text = new StringBuilder("lowerdir=");
        for (int i = 0; i < lowers.Count; i++)
        {
            if (i > 0)
                text.Append(':');
            AppendEscaped(text, lowers[i], ",:\\");
        }
        AppendEscaped(text.Append(",upperdir="), upper, ",\\");
        AppendEscaped(text.Append(",workdir="), work, ",\\");
        if (isVolatile)
            text.Append(",volatile");
        if (userXattr)
            text.Append(",userxattr");
        string options = text.ToString();
        if (Encoding.UTF8.GetByteCount(options) >= PageSize)
            throw new InvalidSpecException("The overlay has too many or too long lower directories for one mount.", "Merge some of them first.");
        return options;
    }

    private static void AppendEscaped(StringBuilder text, string path, string special)
    {
        foreach (char c in path)
        {
            if (special.Contains(c))
                text.Append('\\');
            text.Append(c);
        }
    }
}
