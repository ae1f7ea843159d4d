using System.Globalization;
using System.Text;
using System.Text.Json;
using PSContainer.Kernel;

namespace PSContainer.Runtime;

/// <summary>Where messages go, in the lines that engines read of an OCI runtime: <c>time= level= msg=</c>, or JSON.</summary>
internal sealed class MessageLog
{
    private const int Error = 2;
    private readonly int _fd;
    private readonly bool _isJson;
    private readonly bool _isFramed;
    private readonly string _prefix;

    private readonly LogLevel? _level;

    private MessageLog(int fd, bool isJson, LogLevel? level, string prefix = "", bool isFramed = false)
    {
        (_fd, _isJson, _level, _prefix, _isFramed) = (fd, isJson, level, prefix, isFramed);
    }

    /// <summary>What is used until the options are known.</summary>
    public static MessageLog StandardError { get; } = new(Error, isJson: false, level: null);

    /// <summary>Whether debug messages are wanted.</summary>
    public bool IsDebug => _level >= LogLevel.Debug;

    /// <summary>Whether it is standard error itself.</summary>
    public bool IsStandardError => _fd == Error;

    /// <summary>Whether a person would read it here: standard error in text.</summary>
    public bool IsPlain => IsStandardError && !_isJson;

    /// <summary>
    /// Whether the caller reads the log through a descriptor while it waits: then nothing needs to be said twice.
    /// </summary>
    public bool IsCallers { get; private init; }

    /// <summary>Opens a log.</summary>
    /// <param name="name">A file to append to, <c>file:PATH</c>, <c>journald:NAME</c>, <c>syslog:NAME</c>, or null.</param>
    /// <param name="isJson">Whether lines are JSON.</param>
    /// <param name="level">What is wanted; <see langword="null"/> where nobody said: warnings.</param>
    /// <exception cref="ContainerException">It cannot be opened.</exception>
    public static MessageLog Open(string? name, bool isJson, LogLevel? level)
    {
        if (string.IsNullOrEmpty(name))
            return new MessageLog(Error, isJson, level);
        if (After(name, "journald:") is { } unit)
            return new MessageLog(UnixSocket.ConnectDatagram("/run/systemd/journal/socket").Release(), isJson, level,
                $"PRIORITY=3\nSYSLOG_IDENTIFIER={unit}\nMESSAGE=", isFramed: true);
        if (After(name, "syslog:") is { } tag)
            return new MessageLog(UnixSocket.ConnectDatagram("/dev/log").Release(), isJson, level, $"<27>{tag}: ",
                isFramed: true);
        string path = After(name, "file:") ?? name;
        return new MessageLog(Append(path), isJson, level) { IsCallers =
            path.StartsWith("/proc/self/fd/", StringComparison.Ordinal) };
    }

    /// <summary>Opens a report: a log as JSON that the caller reads once this process has ended.</summary>
    /// <exception cref="ContainerException">It cannot be opened.</exception>
    public static MessageLog OpenReport(string path, LogLevel? level) => new(Append(path), isJson: true, level) { IsCallers = true };

    private static int Append(string path)
    {
        const uint OwnerOnly = 0x180;
        return (int)Syscall.Check(
            Files.openat(Files.AT_FDCWD, path, Files.O_WRONLY | Files.O_CREAT | Files.O_APPEND | Files.O_CLOEXEC, OwnerOnly), "openat", path);
    }

    /// <summary>Writes what is only of interest to who looks for a fault.</summary>
    public void Debug(string message)
    {
        if (IsDebug)
            Write("debug", message, []);
    }

    /// <summary>Writes what the caller should know, although the command goes on.</summary>
    public void Warn(string message)
    {
        if (_level is null or >= LogLevel.Warning)
            Write("warning", message, []);
    }

    /// <summary>
    /// Writes a warning that is not for who runs the command: to a log, and to standard error only where warnings were asked for.
    /// </summary>
    public void Note(string message)
    {
        if (!IsStandardError || _level is not null)
            Warn(message);
    }

    /// <summary>Writes one message.</summary>
    /// <param name="level">error, warning or debug.</param>
    /// <param name="message">The message.</param>
    /// <param name="fields">What else is known; a null value is left out.</param>
    public void Write(string level, string message, ReadOnlySpan<(string Name, string? Value)> fields)
    {
        string line = _isJson ? Json(level, message, fields) : Text(level, message, fields);
        byte[] bytes = Encoding.UTF8.GetBytes(_isFramed ? _prefix + line : line + "\n");
        // What reads the other end may have gone already: then nobody wants to know.
        Files.write(_fd, bytes);
    }

    private static string Now => DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string? After(string text, string start) => text.StartsWith(start, StringComparison.Ordinal)
        ? text[start.Length..] : null;

    private static string Text(string level, string message, ReadOnlySpan<(string Name, string? Value)> fields)
    {
        var text = new StringBuilder($"time=\"{Now}\" level={level} msg=");
        AppendQuoted(text, message);
        foreach ((string name, string? value) in fields)
        {
            // Lines are for eyes: what says nothing, or nothing new, is for programs only.
            if (value is null || name == "detail" || (name == "errno" && value == "0"))
                continue;
            text.Append(' ').Append(name).Append('=');
            AppendQuoted(text, value);
        }
        return text.ToString();
    }

    // A name of somebody else's choice must not speak to the terminal that shows it, nor look like another line.
    private static void AppendQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char letter in value)
        {
            if (letter is '"' or '\\')
                text.Append('\\').Append(letter);
            else if (letter == '\n')
                text.Append("\\n");
            else if (char.IsControl(letter))
                text.Append(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}");
            else
                text.Append(letter);
        }
        text.Append('"');
    }

    private static string Json(string level, string message, ReadOnlySpan<(string Name, string? Value)> fields)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("level", level);
            json.WriteString("msg", message);
            json.WriteString("time", Now);
            foreach ((string name, string? value) in fields)
            {
                if (value is null)
                    continue;
                if (name is "errno" or "exitCode")
                    json.WriteNumber(name, int.Parse(value, CultureInfo.InvariantCulture));
                else if (name == "oomKilled")
                    json.WriteBoolean(name, value == "true");
                else
                    json.WriteString(name, value);
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
