using PSContainer.State;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>delete</c>: removes what is left of a container; with <c>--force</c> also one that runs.</summary>
internal static class DeleteVerb
{
    public static int Run(GlobalOptions options)
    {
        var line = new CommandLine(options.VerbArguments, [], ["force|f"], words: int.MaxValue);
        if (line.Words.Count > 1)
            throw new UsageException($"'{line.Words[1]}' is one word too many");
        string word = line.Word(0, "container's id");
        bool isForced = line.Has("force");
        if (options.Store.Resolve(word) is not { } id)
            return isForced ? 0 : throw new ContainerNotFoundException(word) { Target = word };
        using StateLock? transition = options.Store.TryLock(id, wait: true);
        ContainerStatus status = options.Store.StatusOf(id);
        if (!isForced && status is not (ContainerStatus.Exited or ContainerStatus.Dead or ContainerStatus.Creating))
        {
            throw new ContainerStateException($"The container '{id}' is {status.ToString().ToLowerInvariant()}: only one that ended can be deleted.",
                "Stop it first, or use --force.")
            { Target = id };
        }
        ContainerCleanup.Remove(options.Store, id);
        return 0;
    }
}
