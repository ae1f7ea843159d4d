using System.Management.Automation;
using PSContainer.Kernel;

namespace PSContainer.Commands;

/// <summary>Where the bytes of a command come from and go to.</summary>
/// <param name="TakesInput">Whether objects of the pipeline are its standard input.</param>
/// <param name="AsByteStream">Whether its output is wanted as bytes.</param>
/// <param name="InFile">A file that is its standard input, or <see langword="null"/>.</param>
/// <param name="OutFile">A file that gets its output, or <see langword="null"/>.</param>
internal sealed record StreamRequest(bool TakesInput, bool AsByteStream = false, string? InFile = null, string? OutFile = null)
{
    private const string NoInput = "/dev/null";

    /// <summary>What the parameters of a cmdlet and its pipeline ask for.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="pipesTargets">
    /// Whether what the command is to run in comes through the pipeline: that leaves nothing for its standard input, which ends at once.
    /// </param>
    /// <param name="asByteStream">-AsByteStream.</param>
    /// <param name="inFile">-InFile.</param>
    /// <param name="outFile">-OutFile.</param>
    internal static StreamRequest Of(PSCmdlet cmdlet, bool pipesTargets, bool asByteStream, string? inFile, string? outFile)
    {
        bool isPiped = cmdlet.MyInvocation.ExpectingInput;
        return new(isPiped && !pipesTargets, asByteStream, inFile ?? (isPiped && pipesTargets ? NoInput : null), outFile);
    }

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
        if (InFile is not null && OutFile is not null && SameFile.IsOneOfBytes(InFile, OutFile))
        {
            throw new InvalidSpecException(
                $"-OutFile would empty '{InFile}' before it is read: it is the file of -InFile too.",
                "Write to another file, and move it then.")
            { Target = OutFile };
        }
        Open(InFile, FileMode.Open, FileAccess.Read);
        Open(OutFile, goesOn ? FileMode.Append : FileMode.Create, FileAccess.Write);
        return this;
    }

    private static void Open(string? path, FileMode mode, FileAccess access)
    {
        // The executable opens it again, and its wait for the other side can be ended; opened here, it would disturb that side
        // too.
        if (path is null || HostFile.IsFifo(path))
            return;
        try
        {
            using FileStream file = new(path, mode, access, FileShare.ReadWrite);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new InvalidSpecException(
                $"'{path}' cannot be opened: {refused.Message}",
                $"Name a file that you may {(access == FileAccess.Read ? "read" : "write")}.")
            { Target = path };
        }
    }
}
