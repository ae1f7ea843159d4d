using System.Text;

namespace PSContainer.Mounts;

/// <summary>Mount options of overlayfs (Documentation/filesystems/overlayfs.rst).</summary>
internal static class OverlayOptions
{
    private const int PageSize = 4096;

    /// <summary>The option string; special characters of the paths are escaped.</summary>
    /// <param name="lowers">Top first.</param>
    /// <param name="upper">Empty for none.</param>
    /// <param name="work">Of no meaning without an upper directory.</param>
    /// <param name="others">Further options as they are.</param>
    /// <exception cref="InvalidSpecException">It does not fit in the page that mount(2) takes.</exception>
    public static string Format(IReadOnlyList<string> lowers, string upper, string work, IReadOnlyList<string> others)
    {
        var text = new StringBuilder("lowerdir=");
        for (int i = 0; i < lowers.Count; i++)
        {
            if (i > 0)
                text.Append(':');
            AppendEscaped(text, lowers[i], ",:\\");
        }
        if (upper.Length > 0)
        {
            AppendEscaped(text.Append(",upperdir="), upper, ",\\");
            AppendEscaped(text.Append(",workdir="), work, ",\\");
        }
        foreach (string other in others)
            text.Append(',').Append(other);
        string options = text.ToString();
        if (Encoding.UTF8.GetByteCount(options) >= PageSize)
            throw new InvalidSpecException("The overlay has too many or too long lower directories for one mount.",
                "Merge some of them first.");
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
