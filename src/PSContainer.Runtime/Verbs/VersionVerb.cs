using System.Reflection;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>--version</c>, in the lines that engines read.</summary>
internal static class VersionVerb
{
    public static int Run()
    {
        Assembly assembly = typeof(VersionVerb).Assembly;
        Version version = assembly.GetName().Version ?? new Version(0, 0);
        string build = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        string commit = build.Contains('+', StringComparison.Ordinal)
            ? build[(build.IndexOf('+', StringComparison.Ordinal) + 1)..] : "unknown";
        OutputText.Write(
            $"pscontainer version {version.ToString(3)}\ncommit: {commit}\nspec: {OciVersions.Highest}\n"
            + "+SELINUX +APPARMOR +CAP +SECCOMP +EBPF +CRIU\n");
        return 0;
    }
}
