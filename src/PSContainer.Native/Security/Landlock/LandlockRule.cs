using PSContainer.Words;

namespace PSContainer.Security.Landlock;

/// <summary>What a rule of <c>-Landlock</c> lets processes do below a path.</summary>
[Flags]
public enum LandlockAccess
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>r</c>: open files for reading, list directories.</summary>
    Read = 1,

    /// <summary><c>w</c>: change, make, rename and remove files, directories, links, FIFOs and sockets; never device nodes.</summary>
    Write = 2,

    /// <summary><c>x</c>: execute files.</summary>
    Execute = 4,
}

/// <summary>
/// A path inside a container and what may be done below it. Where there are rules, what none of them lets is refused, to root
/// too (landlock(7)). Rules add up: one further down cannot take what one further up gives.
/// </summary>
/// <param name="Path">An absolute path inside; links in it are followed when the wall is put up.</param>
/// <param name="Access">What may be done with it and all below it.</param>
public sealed record LandlockRule(string Path, LandlockAccess Access)
{
    private const string Advice =
        "Write PATH:ACCESS with an absolute path inside and some of r (read), w (change) and x (execute), as /usr:rx.";

    /// <summary>Reads <c>PATH:ACCESS</c>, as <c>/usr:rx</c>.</summary>
    /// <exception cref="InvalidSpecException">It is not of that form.</exception>
    public static LandlockRule Parse(string word)
    {
        int colon = word.LastIndexOf(':');
        return colon > 0
            ? Parse(word[..colon], word[(colon + 1)..])
            : throw new InvalidSpecException($"'{word}' is not a rule of Landlock.", Advice) { Target = word };
    }

    /// <summary>Reads a path and the letters <c>r</c>, <c>w</c>, <c>x</c>, each once at most.</summary>
    /// <exception cref="InvalidSpecException">One of them is wrong.</exception>
    public static LandlockRule Parse(string path, string access)
    {
        var rights = LandlockAccess.None;
        bool valid = access.Length > 0;
        foreach (char letter in access)
        {
            LandlockAccess right = letter switch
            {
                'r' => LandlockAccess.Read,
                'w' => LandlockAccess.Write,
                'x' => LandlockAccess.Execute,
                _ => LandlockAccess.None,
            };
            valid &= right != LandlockAccess.None && !rights.HasFlag(right);
            rights |= right;
        }
        return valid
            ? new(PathWord.RequireInside(path, "The path of a rule of Landlock"), rights)
            : throw new InvalidSpecException($"'{access}' of '{path}:{access}' is no access of Landlock.", Advice) { Target = path };
    }

    /// <summary>What <see cref="Parse(string)"/> reads.</summary>
    public override string ToString() =>
        $"{Path}:{(Access.HasFlag(LandlockAccess.Read) ? "r" : "")}{(Access.HasFlag(LandlockAccess.Write) ? "w" : "")}"
        + (Access.HasFlag(LandlockAccess.Execute) ? "x" : "");
}
