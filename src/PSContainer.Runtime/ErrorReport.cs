using System.Globalization;
using System.Text;
using PSContainer.Kernel;

namespace PSContainer.Runtime;

/// <summary>Tells the caller what failed: in words, or as the JSON that engines read from an OCI runtime's log.</summary>
internal static class ErrorReport
{
    private const int StandardError = 2, PersonRunFailed = 125, NotExecutable = 126, NotFound = 127, Failed = 1, ExecFailed = 255, Signalled = 128, Killed = 9;

    /// <summary>Writes a failure to the log, and to standard error for who looks there.</summary>
    public static void Write(GlobalOptions? options, ContainerException failure)
    {
        // Who ended it knows.
        if (failure is StartInterruptedException { Signal: 0 } && options?.ServesPerson == true)
            return;
        MessageLog log = options?.Log ?? MessageLog.StandardError;
        string? phrase = EnginePhrase.Of(failure);
        bool isForPerson = IsTerminal() || options?.ServesPerson == true;
        if (!log.IsPlain || !isForPerson)
        {
            log.Write("error", phrase is null ? failure.Message : $"{phrase}: {failure.Message}",
            [
                ("errorId", failure.ErrorId),
                ("step", failure.Step),
                ("call", failure.Call),
                ("errno", failure.Errno.ToString(CultureInfo.InvariantCulture)),
                ("target", failure.Target),
                ("recommendation", failure.Recommendation),
                ("detail", phrase is null ? null : failure.Message),
            ]);
            if (log.IsStandardError || log.IsCallers)
                return;
        }
        Files.write(StandardError, Encoding.UTF8.GetBytes(ForPerson(failure, isForPerson ? null : phrase)));
    }

    /// <summary>
    /// What the process exits with: as runc 1, and 255 for a process in a container; for a person in front of a terminal as
    /// docker and podman, which tell a command that is missing from one that failed. A start that was ended: as a shell says of a signal.
    /// </summary>
    public static int ExitCode(GlobalOptions? options, ContainerException failure) => (options, failure) switch
    {
        (_, StartInterruptedException interrupted) => Signalled + (interrupted.Signal == 0 ? Killed : interrupted.Signal),
        ({ ServesPerson: true }, CommandNotFoundInContainerException { Errno: Errno.ENOENT or Errno.ENOTDIR }) => NotFound,
        ({ ServesPerson: true }, CommandNotFoundInContainerException) => NotExecutable,
        ({ ServesPerson: true }, _) => PersonRunFailed,
        ({ Verb: "exec" }, _) => ExecFailed,
        _ => Failed,
    };

    private static string ForPerson(ContainerException failure, string? phrase)
    {
        string text = phrase is null ? $"pscontainer: {failure.Message}\n"
            : $"pscontainer: {ShownText.Of(phrase)}: {failure.Message}\n";
        return failure.Recommendation is { } recommendation ? $"{text}Recommendation: {recommendation}\n" : text;
    }

    private static unsafe bool IsTerminal()
    {
        const int TCGETS = 0x5401;
        byte* attributes = stackalloc byte[64];
        return Syscall.Call(SyscallNumber.ioctl, StandardError, TCGETS, (nint)attributes) == 0;
    }
}
