using System.Management.Automation;

namespace PSContainer.Commands;

/// <summary>Where the bytes of a command come from and go to.</summary>
/// <param name="TakesInput">Whether objects of the pipeline are its standard input.</param>
/// <param name="AsByteStream">Whether its output is wanted as bytes.</param>
/// <param name="InFile">A file that is its standard input, or <see langword="null"/>.</param>
/// <param name="OutFile">A file that gets its output, or <see langword="null"/>.</param>
internal sealed record StreamRequest(bool TakesInput, bool AsByteStream = false, string? InFile = null, string? OutFile = null)
{
    /// <summary>Standard input of a command that finds its end at once.</summary>
    internal const string NoInput = "/dev/null";

    /// <summary>Refuses what contradicts itself, and makes an empty <see cref="OutFile"/>.</summary>
    /// <param name="goesOn">Whether an earlier command wrote to the file already: then this one writes on.</param>
    /// <exception cref="ContainerException">It contradicts itself, or a file cannot be opened.</exception>
    internal StreamRequest Prepared(bool goesOn)
    {
        if (AsByteStream && OutFile is not null)
        {
            throw new InvalidSpecException(
                "The output goes to -OutFile or, with -AsByteStream, to the pipeline.", "Leave one of them out.");
        }
        Open(InFile, FileMode.Open, FileAccess.Read);
        Open(OutFile, goesOn ? FileMode.Append : FileMode.Create, FileAccess.Write);
        return this;
    }

    private static void Open(string? path, FileMode mode, FileAccess access)
    {
        if (path is null)
            return;
        try
        {
            using FileStream file = new(path, mode, access, FileShare.ReadWrite);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new InvalidSpecException($"'{path}' cannot be opened: {refused.Message}") { Target = path };
        }
    }
}
