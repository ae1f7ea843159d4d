using System.Diagnostics.CodeAnalysis;

namespace PSContainer.Programs;

/// <summary>The executable that makes containers: <c>runtimes/linux-x64/native/pscontainer</c> (or <c>linux-arm64</c>) beside this assembly.</summary>
public sealed class RuntimeExecutable
{
    private const UnixFileMode ExecuteBits = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private string? resolved;

    /// <summary>Names the executable.</summary>
    /// <param name="path">
    /// Its path; <see langword="null"/>: environment variable PSCONTAINER_RUNTIME, else beside this assembly.
    /// </param>
    public RuntimeExecutable(string? path = null) => Given = path ?? InEnvironment;

    /// <summary>What the environment names.</summary>
    internal static string? InEnvironment => Environment.GetEnvironmentVariable("PSCONTAINER_RUNTIME");

    /// <summary>What was named.</summary>
    internal string? Given { get; }

    /// <summary>Its path, and that it can be executed.</summary>
    /// <exception cref="RuntimeNotFoundException">It is missing or cannot be executed.</exception>
    public string Path => resolved ??= Resolve();

    private string Resolve()
    {
        string path = string.IsNullOrEmpty(Given) ? BesideAssembly() : System.IO.Path.GetFullPath(Given);
        if (!File.Exists(path))
        {
            throw new RuntimeNotFoundException(
                $"The executable that makes containers is missing: '{path}'.",
                "Build the module (./build.sh build), or name the executable in the environment variable PSCONTAINER_RUNTIME.")
            { Target = path };
        }
        UnixFileMode mode = File.GetUnixFileMode(path);
        if ((mode & ExecuteBits) == 0)
            AddExecuteBits(path, mode);
        return path;
    }

    private static string BesideAssembly()
    {
        string machine = Kernel.Processor.IsArm64 ? "linux-arm64" : "linux-x64";
        return System.IO.Path.Combine(AssemblyDirectory, "runtimes", machine, "native", "pscontainer");
    }

    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "Without a location it is beside the program.")]
    private static string AssemblyDirectory =>
        System.IO.Path.GetDirectoryName(typeof(RuntimeExecutable).Assembly.Location) is { Length: > 0 } directory
            ? directory
            : AppContext.BaseDirectory;

    // What unpacks a package as a plain zip file leaves out the bits; Install-PSResource takes them from it.
    private static void AddExecuteBits(string path, UnixFileMode mode)
    {
        try
        {
            File.SetUnixFileMode(path, mode | ExecuteBits);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new RuntimeNotFoundException($"'{path}' is not executable.", $"Make it so: sudo chmod a+x '{path}'")
            { Target = path };
        }
    }
}
