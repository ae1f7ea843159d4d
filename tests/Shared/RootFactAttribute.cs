namespace PSContainer.Tests;

/// <summary>A test that only root can run; elsewhere it is shown as skipped, with the reason.</summary>
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute() => Skip = Needs.Root;
}

/// <summary>As <see cref="RootFactAttribute"/>, with data.</summary>
public sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute() => Skip = Needs.Root;
}

/// <summary>A test that needs root and commands of the host.</summary>
public sealed class RootCommandFactAttribute : FactAttribute
{
    public RootCommandFactAttribute(params string[] commands) =>
        Skip = Needs.Root ?? commands.Select(Needs.Command).FirstOrDefault(static reason => reason is not null);
}

/// <summary>As <see cref="RootCommandFactAttribute"/>, with data.</summary>
public sealed class RootCommandTheoryAttribute : TheoryAttribute
{
    public RootCommandTheoryAttribute(params string[] commands) =>
        Skip = Needs.Root ?? commands.Select(Needs.Command).FirstOrDefault(static reason => reason is not null);
}

/// <summary>Why a test cannot run here, or <see langword="null"/>.</summary>
internal static class Needs
{
    internal static string? Root => Environment.IsPrivilegedProcess ? null : "needs root";

    internal static string? Command(string name) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(d => File.Exists(Path.Combine(d, name)))
            ? null
            : $"needs the command {name}";
}
