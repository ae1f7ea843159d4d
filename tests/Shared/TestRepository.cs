using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PSContainer.Tests;

/// <summary>Where the built things under test and their root filesystems are.</summary>
public static class TestRepository
{
    /// <summary>The root of the checkout.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The executable under test: <c>PSCONTAINER_RUNTIME</c>, as the module reads it, else the one <c>build.sh</c> made.</summary>
    public static string Executable => BuiltExecutable.Value;

    /// <summary>The busybox root filesystem all tests share: never written to.</summary>
    public static string BusyboxRootfs => Busybox.Value;

    /// <summary>The Debian root filesystem all tests share, or null where none was made: never written to.</summary>
    public static string? DebianRootfs { get; } =
        Existing(Environment.GetEnvironmentVariable("PSCONTAINER_TEST_DEBIAN") ?? Path.Combine(Root, ".rootfs/debian"));

    /// <summary>The Debian root filesystem as a tarball, or null where none was made.</summary>
    public static string? DebianTarball => Existing(DebianRootfs + ".tar");

    /// <summary>A folder with data that is not the project's own, or null.</summary>
    public static string? Data { get; } = Existing(Environment.GetEnvironmentVariable("PSCONTAINER_TEST_DATA"));

    private static readonly Lazy<string> Busybox = new(() =>
        Environment.GetEnvironmentVariable("PSCONTAINER_TEST_ROOTFS") ?? Run(Path.Combine(Root, "tests/rootfs.sh"), "busybox"));

    private static readonly Lazy<string> BuiltExecutable = new(() =>
    {
        string? given = Environment.GetEnvironmentVariable("PSCONTAINER_RUNTIME");
        string architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";
        string path = string.IsNullOrEmpty(given) ? Path.Combine(Root, $"out/PSContainer/runtimes/{architecture}/native/pscontainer") : given;
        return File.Exists(path) ? path : throw new FileNotFoundException("Build the module first: ./build.sh build", path);
    });

    private static string? Existing(string? path) => Path.Exists(path) ? path : null;

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PSContainer.slnx")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException($"No checkout of PSContainer above {AppContext.BaseDirectory}.");
    }

    private static string Run(string command, string argument)
    {
        ProcessStartInfo start = new(command, argument) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{command} {argument}: {error.Result}");
    }
}
