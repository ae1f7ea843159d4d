namespace PSContainer;

/// <summary>The commands that recommendations name: cmdlets, unless the executable is what the user called.</summary>
public static class Advice
{
    /// <summary>
    /// How the executable is called (<c>pscontainer --root DIR</c>) when its caller reads the recommendations;
    /// <see langword="null"/> when a user of PowerShell does.
    /// </summary>
    public static string? Executable { get; set; }

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

    /// <summary>Chooses between two sentences where only PowerShell has a command for it.</summary>
    public static string Choose(string inPowerShell, string elsewhere) => Executable is null ? inPowerShell : elsewhere;
}
