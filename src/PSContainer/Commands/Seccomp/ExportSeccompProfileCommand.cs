using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers.Options;

namespace PSContainer.Commands;

/// <summary>Writes a system call filter to a file of JSON that docker and podman read too.</summary>
[Cmdlet(VerbsData.Export, "SeccompProfile", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportSeccompProfileCommand : ContainerCmdlet
{
    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValueTransformation]
    public string Path { get; set; } = "";

    /// <summary>The profile: an object, or Default for the built-in one.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [SeccompTransformation]
    [ArgumentCompleter(typeof(SeccompBaseCompleter))]
    [Alias("InputObject")]
    public SeccompSource? SeccompProfile { get; set; }

    /// <summary>Writes over a file that is there.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string file = HostPath(Path);
        if (ShouldProcess(file, "Write the seccomp profile"))
            Attempt(file, () => Write(file));
    }

    private void Write(string file)
    {
        PSContainer.Security.Seccomp.SeccompProfile profile = SeccompProfile!.Load()
            ?? throw new InvalidSpecException("Unconfined is no profile that could be written.", "Use Default, or an object.");
        if (HostFile.IsFifo(file))
        {
            throw new ContainerException($"The file '{file}' is a FIFO, not a regular file.", "Choose another place.")
            { Target = file };
        }
        try
        {
            using (FileStream stream = new(file, Force ? FileMode.Create : FileMode.CreateNew, FileAccess.Write))
                profile.Write(stream);
        }
        catch (IOException) when (!Force && File.Exists(file))
        {
            throw new ContainerException($"The file '{file}' exists already.", "Write over it with -Force, or choose another.")
            { Target = file, Errno = Kernel.Errno.EEXIST };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ContainerException($"The file '{file}' cannot be written: {error.Message}", "Choose another place.")
            { Target = file };
        }
        WriteItem(file);
    }
}
