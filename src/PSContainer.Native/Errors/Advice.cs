using PSContainer.Kernel;

namespace PSContainer;

/// <summary>The commands that recommendations name: cmdlets, unless the executable is what the user called.</summary>
public static class Advice
{
    /// <summary>
    /// How the executable is called (<c>pscontainer --root DIR</c>) when its caller reads the recommendations;
    /// <see langword="null"/> when a user of PowerShell does.
    /// </summary>
    public static string? Executable { get; set; }

    /// <summary>
    /// Whether this process is root of a user namespace only to do an ordinary user's work: it is the user who reads what it
    /// says.
    /// </summary>
    internal static bool IsForUser { get; set; }

    /// <summary>What lists the containers.</summary>
    public static string List => Executable is { } executable ? $"{executable} list" : "Get-Container";

    /// <summary>What shows the state of a container.</summary>
    public static string State(string container) =>
        Executable is { } executable ? $"{executable} state {container}" : $"Get-Container {container}";

    /// <summary>What removes a container, whatever it does.</summary>
    public static string Remove(string container) =>
        Executable is { } executable ? $"{executable} delete --force {container}" : $"Remove-Container {container} -Force";

    /// <summary>What lets a paused container go on.</summary>
    public static string Resume(string container) =>
        Executable is { } executable ? $"{executable} resume {container}" : $"Resume-Container {container}";

    /// <summary>
    /// What lets a call through that takes a privilege: to run as root; to who is root already, what this root lacks.
    /// </summary>
    /// <param name="alternative">What can be done instead, to go on after <c>or</c>.</param>
    public static string RunAsRoot(string? alternative = null)
    {
        bool isUser = Files.geteuid() != 0 || IsForUser;
        string advice = isUser ? "Run as root"
            : UserNamespace.IsInside ? "Run as root of the host: this is the root of a user namespace only"
            : MissingCapabilities() is { Length: > 0 } missing ? $"Run where root has all privileges: this one lacks {missing}"
            : "Root has every capability here, so something else refuses: a security module, a system call filter, or an option of a mount";
        return alternative is null ? advice + "." : $"{advice}{(isUser ? "," : ";")} or {alternative}";
    }

    private static string MissingCapabilities()
    {
        const int Shown = 5;
        long permitted = OwnCapabilities.Permitted;
        Capability[] missing = [.. Enum.GetValues<Capability>().Where(one => (permitted >> (int)one & 1) == 0)];
        string named = string.Join(", ", missing.Take(Shown).Select(CapabilityName.Format));
        return missing.Length > Shown ? $"{named} and {missing.Length - Shown} more" : named;
    }

    /// <summary>Chooses between two sentences where only PowerShell has a command for it.</summary>
    public static string Choose(string inPowerShell, string elsewhere) => Executable is null ? inPowerShell : elsewhere;
}
