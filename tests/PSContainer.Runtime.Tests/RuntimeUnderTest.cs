using System.Runtime.CompilerServices;

namespace PSContainer.Runtime.Tests;

/// <summary>The published executable that the tests run.</summary>
internal static class RuntimeUnderTest
{
    /// <summary>PSCONTAINER_RUNTIME, else the one that the build puts into the module's folder.</summary>
    public static string Path { get; } = Find();

    private static string Find([CallerFilePath] string here = "")
    {
        string? given = Environment.GetEnvironmentVariable("PSCONTAINER_RUNTIME");
        string repository = System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "../.."));
        string path = string.IsNullOrEmpty(given)
            ? System.IO.Path.Combine(repository, "out/PSContainer/runtimes/linux-x64/native/pscontainer")
            : given;
        return File.Exists(path) ? path : throw new FileNotFoundException("Build the module first: ./build.sh build", path);
    }
}
