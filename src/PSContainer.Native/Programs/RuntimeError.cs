using System.Text;
using System.Text.Json;
using PSContainer.Kernel;

namespace PSContainer.Programs;

/// <summary>Reads the errors that a runtime or a monitor writes as lines of JSON. See docs/design.md, "Errors".</summary>
public static class RuntimeError
{
    /// <summary>The error that a log holds.</summary>
    /// <param name="log">Lines of JSON; lines that are none are passed over.</param>
    /// <returns>The first error with an id, else the last of another runtime, else <see langword="null"/>.</returns>
    public static ContainerException? Find(ReadOnlySpan<byte> log)
    {
        ContainerException? found = null;
        foreach (string line in Encoding.UTF8.GetString(log).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Parse(line, out bool hasId) is not { } error)
                continue;
            if (hasId)
                return error;
            found = error;
        }
        return found;
    }

    /// <summary>Reads one line.</summary>
    /// <returns>The error, or <see langword="null"/> when the line holds none.</returns>
    public static ContainerException? Parse(string line) => Parse(line, out _);

    private static ContainerException? Parse(string line, out bool hasId)
    {
        hasId = false;
        try
        {
            using var document = JsonDocument.Parse(line);
            JsonElement record = document.RootElement;
            if (record.ValueKind != JsonValueKind.Object || Text(record, "level") is not ("error" or "fatal"))
                return null;
            string? id = Text(record, "errorId");
            hasId = id is not null;
            return Make(id ?? "ContainerStartFailed", record);
        }
        // A text that is not UTF-8, or half of a surrogate pair, is found when it is read.
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ContainerException Make(string id, JsonElement record)
    {
        string? recommendation = Text(record, "recommendation"), step = Text(record, "step");
        string? call = Text(record, "call"), target = Text(record, "target");
        int errno = record.TryGetProperty("errno", out JsonElement number) && number.ValueKind == JsonValueKind.Number
            && number.TryGetInt32(out int value) ? value : 0;
        // Ours say it once more without the phrase that engines look for.
        string message = Text(record, "detail") ?? Text(record, "msg") ?? Compose(step, call, errno, target);
        return id switch
        {
            "ContainerNotFound" when target is not null =>
                new ContainerNotFoundException(target) { Step = step, Call = call, Errno = errno, Target = target },
            "ContainerAlreadyExists" when target is not null =>
                new ContainerAlreadyExistsException(target) { Step = step, Call = call, Errno = errno, Target = target },
            "ContainerNotRunning" =>
                new ContainerStateException(message, recommendation) { Step = step, Call = call, Errno = errno, Target = target },
            "RootfsNotFound" =>
                new RootfsNotFoundException(message, recommendation) { Step = step, Call = call, Errno = errno, Target = target },
            "CommandNotFoundInContainer" => new CommandNotFoundInContainerException(message, recommendation)
            { Step = step, Call = call, Errno = errno, Target = target },
            "ContainerStartFailed" =>
                new ContainerStartException(message, recommendation) { Step = step, Call = call, Errno = errno, Target = target },
            "ContainerHookFailed" =>
                new ContainerHookException(message, recommendation) { Step = step, Call = call, Errno = errno, Target = target },
            "InvalidContainerSpec" =>
                new InvalidSpecException(message, recommendation) { Step = step, Call = call, Errno = errno, Target = target },
            "InvalidArchive" =>
                new InvalidArchiveException(message, recommendation) { Step = step, Call = call, Errno = errno, Target = target },
            "ControllerNotDelegated" => new ControllerUnavailableException(message, recommendation)
            { Step = step, Call = call, Errno = errno, Target = target },
            "SecurityModuleUnavailable" =>
                new SecurityModuleException(message, recommendation) { Step = step, Call = call, Errno = errno, Target = target },
            "PermissionDenied" => new ContainerPermissionException(message, recommendation)
            { Step = step, Call = call, Errno = errno, Target = target },
            "NamespaceNotFound" =>
                new NamespaceNotFoundException(message, recommendation) { Step = step, Call = call, Errno = errno, Target = target },
            "NamespaceAlreadyExists" when target is not null =>
                new NamespaceAlreadyExistsException(target) { Step = step, Call = call, Errno = errno, Target = target },
            "NamespaceCreateFailed" =>
                new NamespaceCreateException(message, recommendation) { Step = step, Call = call, Errno = errno, Target = target },
            _ => new ContainerException(message, recommendation) { Step = step, Call = call, Errno = errno, Target = target },
        };
    }

    private static string Compose(string? step, string? call, int errno, string? target)
    {
        string reason = Syscall.Failure(errno, call ?? "unknown call", target).Message;
        return step is null ? reason : $"{step}: {reason}";
    }

    private static string? Text(JsonElement record, string name) =>
        record.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
