namespace PSContainer.Runtime.Verbs;

/// <summary><c>--version</c>, in the lines that engines read.</summary>
internal static class VersionVerb
{
    public static int Run()
    {
        Version version = typeof(VersionVerb).Assembly.GetName().Version ?? new Version(0, 0);
        OutputText.Write($"pscontainer version {version.ToString(3)}\nspec: 1.2.0\n+SECCOMP\n");
        return 0;
    }
}
