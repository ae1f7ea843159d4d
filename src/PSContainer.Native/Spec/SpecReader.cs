using System.Text;
using PSContainer.Kernel;
using PSContainer.Spec.Reading;

namespace PSContainer.Spec;

/// <summary>Reads configurations that anyone may have written.</summary>
public static class SpecReader
{
    /// <summary>Bytes of a configuration that are read at most: ten times the largest known.</summary>
    public const int SizeLimit = 4 << 20;

    /// <summary>Reads a bundle's <c>config.json</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="json">Its bytes, to be kept as they are.</param>
    /// <exception cref="InvalidSpecException">The file is missing, too large, or not a configuration.</exception>
    public static ContainerSpec Read(string path, out byte[] json)
    {
        json = ReadFile(path);
        return Parse<ContainerSpec>(json, path);
    }

    /// <summary>Reads the process of <c>exec --process</c>.</summary>
    /// <exception cref="InvalidSpecException">The file is missing, too large, or not a process.</exception>
    public static ProcessSpec ReadProcess(string path) => Parse<ProcessSpec>(ReadFile(path), path);

    /// <summary>Reads one record of the specification from JSON.</summary>
    /// <param name="json">The document, UTF-8.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <exception cref="InvalidSpecException">It is not valid JSON, nested too deeply, or of another shape.</exception>
    internal static T Parse<T>(ReadOnlySpan<byte> json, string source) where T : class, ISpecValue<T> =>
        SpecJsonReader.Parse<T>(json, source);

    /// <summary>Reads a JSON array of strings, as <see cref="Annotation.OverlayLower"/> has one.</summary>
    /// <exception cref="InvalidSpecException">It is none.</exception>
    internal static List<string> ParseTexts(string json, string source) =>
        SpecJsonReader.ParseTexts(Encoding.UTF8.GetBytes(json), source);

    // What the caller has opened for this: a here-document of a shell is a pipe, and its end is the end.
    private static bool IsDescriptor(string path) =>
        path == "/dev/stdin" || path.StartsWith("/dev/fd/", StringComparison.Ordinal) || path.StartsWith("/proc/self/fd/", StringComparison.Ordinal);

    private static byte[] ReadDescriptor(string path)
    {
        using var file = new FileHandle((int)Syscall.Check(Files.openat(Files.AT_FDCWD, path, Files.O_RDONLY | Files.O_CLOEXEC), "openat", path));
        using var content = new MemoryStream();
        byte[] buffer = new byte[65536];
        while (true)
        {
            nint got = Syscall.Check(Files.read(file.Fd, buffer), "read", path);
            if (got == 0)
                return content.ToArray();
            content.Write(buffer, 0, (int)got);
            if (content.Length > SizeLimit)
                throw new ContainerException($"'{path}' is larger than {SizeLimit} bytes.") { Target = path };
        }
    }

    /// <summary>Reads a file of JSON whole.</summary>
    /// <exception cref="InvalidSpecException">The file is missing or too large.</exception>
    internal static byte[] ReadFile(string path)
    {
        try
        {
            if (IsDescriptor(path))
                return ReadDescriptor(path);
            return AtomicFile.Read(path, SizeLimit)
                ?? throw new InvalidSpecException($"There is no file '{path}'.",
                    Path.GetFileName(path) == "config.json"
                        ? "A bundle is a directory with a config.json; 'pscontainer spec' writes one." : "Check the path.")
                { Target = path };
        }
        catch (ContainerException failure) when (failure.Errno == 0 && failure is not InvalidSpecException)
        {
            throw new InvalidSpecException(failure.Message, "A configuration is a few kilobytes.") { Target = path };
        }
    }
}
