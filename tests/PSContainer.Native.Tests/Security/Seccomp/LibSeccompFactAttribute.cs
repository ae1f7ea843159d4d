using PSContainer.Security.Seccomp;

namespace PSContainer.Native.Tests.Security;

/// <summary>A test against the system's libseccomp; without the library it is shown as skipped.</summary>
public sealed class LibSeccompFactAttribute : FactAttribute
{
    public LibSeccompFactAttribute() => Skip = LibSeccomp.Missing;
}

/// <summary>As <see cref="LibSeccompFactAttribute"/>, with data.</summary>
public sealed class LibSeccompTheoryAttribute : TheoryAttribute
{
    public LibSeccompTheoryAttribute() => Skip = LibSeccomp.Missing;
}

/// <summary>A test against Docker's own profile, which this repository does not contain.</summary>
public sealed class ReferenceProfileTheoryAttribute : TheoryAttribute
{
    public ReferenceProfileTheoryAttribute() => Skip = ReferenceProfile.Missing;
}

/// <summary>Docker's default profile, given to the tests from outside.</summary>
internal static class ReferenceProfile
{
    private const string Variable = "PSCONTAINER_TEST_DATA", Name = "seccomp-moby-default.json";

    /// <summary>Why the profile is not there, or <see langword="null"/>.</summary>
    public static string? Missing
    {
        get
        {
            if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } directory)
                return $"needs {Variable}: a directory with Docker's default profile as {Name}";
            return File.Exists(Path.Combine(directory, Name)) ? null : $"needs the file {Name} in {directory}";
        }
    }

    /// <summary>Reads it.</summary>
    public static SeccompProfile Read() =>
        SeccompProfile.Read(Path.Combine(Environment.GetEnvironmentVariable(Variable)!, Name));
}
