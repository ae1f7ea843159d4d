using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.State;

/// <summary>What is large or must survive a reboot: uppers of overlays, and images.</summary>
public static class DataDirectory
{
    /// <summary><c>/var/lib/pscontainer</c> for root, <c>$XDG_DATA_HOME/pscontainer</c> for others.</summary>
    public static string Root
    {
        get
        {
            if (Files.geteuid() == 0)
                return "/var/lib/pscontainer";
            string? data = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
            string home = Environment.GetEnvironmentVariable("HOME") ?? "/";
            return Path.Combine(string.IsNullOrEmpty(data) ? Path.Combine(home, ".local/share") : data, "pscontainer");
        }
    }

    /// <summary>A container's own directory there.</summary>
    public static string Of(string id) => Path.Combine(Root, "containers", id);

    /// <summary>What is removed with a container: its own directory, if its overlay is there. An upper that the caller chose stays.</summary>
    public static string[] OwnedBy(string id, IReadOnlyDictionary<string, string>? annotations)
    {
        string own = Of(id);
        return annotations?.GetValueOrDefault(Annotation.OverlayUpper)?.StartsWith(own + "/", StringComparison.Ordinal) == true ? [own] : [];
    }
}
