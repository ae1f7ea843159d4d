using System.Text;
using System.Text.Json;
using PSContainer.Kernel;

namespace PSContainer.Runtime;

/// <summary>Tells the caller what failed: in words, or as the JSON that engines read from an OCI runtime's log.</summary>
internal static class ErrorReport
{
    private const int StandardError = 2, RunFailed = 125, NotExecutable = 126, NotFound = 127, OtherFailed = 1;

    /// <summary>Writes a failure to the log, or without one to standard error.</summary>
    public static void Write(GlobalOptions? options, ContainerException failure)
    {
        bool isJson = options?.LogFormat == "json";
        byte[] text = isJson ? Json(failure) : Encoding.UTF8.GetBytes(Text(failure));
        using FileHandle? log = OpenLog(options?.Log);
        // What reads the other end may have gone already: then nobody wants to know.
        Files.write(log?.Fd ?? StandardError, text);
    }

    /// <summary>What the process exits with; for a command in the foreground as docker and podman do.</summary>
    public static int ExitCode(string? verb, ContainerException failure) => (verb, failure) switch
    {
        ("run" or "exec", CommandNotFoundInContainerException { Errno: Errno.ENOENT or Errno.ENOTDIR }) => NotFound,
        ("run" or "exec", CommandNotFoundInContainerException) => NotExecutable,
        ("run" or "exec", _) => RunFailed,
        _ => OtherFailed,
    };

    private static string Text(ContainerException failure)
    {
        string text = $"pscontainer: {Printable(failure.Message)}\n";
        return failure.Recommendation is { } recommendation ? $"{text}Recommendation: {Printable(recommendation)}\n" : text;
    }

    // A name of somebody else's choice must not speak to the terminal that shows it.
    private static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? $"\\x{(int)c:x2}" : $"{c}")) : text;

    private static byte[] Json(ContainerException failure)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("level", "error");
            json.WriteString("msg", failure.Message);
            json.WriteString("time", DateTimeOffset.UtcNow);
            json.WriteString("errorId", failure.ErrorId);
            WriteText(json, "step", failure.Step);
            WriteText(json, "call", failure.Call);
            json.WriteNumber("errno", failure.Errno);
            WriteText(json, "target", failure.Target);
            WriteText(json, "recommendation", failure.Recommendation);
            json.WriteEndObject();
        }
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static FileHandle? OpenLog(string? path)
    {
        if (path is null)
            return null;
        nint fd = Files.openat(Files.AT_FDCWD, path, Files.O_WRONLY | Files.O_CREAT | O_APPEND | Files.O_CLOEXEC, 0x180);
        return fd < 0 ? null : new FileHandle((int)fd);
    }

    private const int O_APPEND = 0x400;
}
