namespace PSContainer.Runtime.Tests;

/// <summary>A test that only root can run; elsewhere it is shown as skipped, with the reason.</summary>
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute() => Skip = Environment.IsPrivilegedProcess ? null : "needs root";
}

/// <summary>As <see cref="RootFactAttribute"/>, for a test with data.</summary>
public sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute() => Skip = Environment.IsPrivilegedProcess ? null : "needs root";
}

/// <summary>A test that needs root and a command of the host.</summary>
public sealed class RootCommandTheoryAttribute : TheoryAttribute
{
    public RootCommandTheoryAttribute(string command) => Skip =
        !Environment.IsPrivilegedProcess ? "needs root"
        : Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, command))) ? null
        : $"needs the command {command}";
}
