using System.Text;
using PSContainer.Kernel;
using PSContainer.State;

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

    private static byte[] ReadFile(string path)
    {
        try
        {
            return AtomicFile.Read(path, SizeLimit)
                ?? throw new InvalidSpecException($"There is no file '{path}'.",
                    "A bundle is a directory with a config.json; 'pscontainer spec' writes one.")
                { Target = path };
        }
        catch (ContainerException failure) when (failure.Errno == 0 && failure is not InvalidSpecException)
        {
            throw new InvalidSpecException(failure.Message, "A configuration is a few kilobytes.") { Target = path };
        }
    }
}
