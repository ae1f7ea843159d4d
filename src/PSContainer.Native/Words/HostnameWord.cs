namespace PSContainer.Words;

/// <summary>Host names.</summary>
internal static class HostnameWord
{
    private const int MaxHostname = 64;

    /// <summary>Refuses what cannot be a host name.</summary>
    /// <exception cref="InvalidSpecException">It cannot.</exception>
    internal static string Require(string hostname)
    {
        bool valid = hostname.Length is > 0 and <= MaxHostname
            && hostname.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
        return valid
            ? hostname
            : throw new InvalidSpecException(
                $"'{hostname}' cannot be a host name.", "Use letters, digits, '-' and '.', 64 characters at most.")
            { Target = hostname };
    }
}
