namespace PSContainer.Tests;

/// <summary>Programs that a test makes and then has executed.</summary>
/// <remarks>
/// Written by another process: one that this process starts holds for a moment what is open here, and the kernel executes nothing that is
/// open for writing (ETXTBSY).
/// </remarks>
internal static class ProgramFile
{
    /// <summary>Writes a script.</summary>
    public static void Write(string path, string script) => Write(path, System.Text.Encoding.UTF8.GetBytes(script));

    /// <summary>Writes a program.</summary>
    public static void Write(string path, byte[] program)
    {
        string source = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(source, program);
            Copy(source, path);
        }
        finally
        {
            File.Delete(source);
        }
    }

    /// <summary>Copies a program.</summary>
    public static void Copy(string source, string path) => HostCommand.Run("install", "-m", "755", source, path);
}
