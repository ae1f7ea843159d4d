using PSContainer.State;
using PSContainer.Steps.Host;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>delete</c>: removes what is left of a container; with <c>--force</c> also one that runs.</summary>
internal static class DeleteVerb
{
    public static readonly Syntax Syntax = new("delete", "CONTAINER", "remove a container that has ended or was never started",
        new Option("force", "end it first when it runs; no failure when there is none", Short: 'f'),
        new Option("regex", "CONTAINER is a regular expression that several ids may match", Short: 'r'));

    public static int Run(GlobalOptions options)
    {
        var line = new CommandLine(Syntax, options.VerbArguments);
        string word = line.Word(0, "container's id");
        bool isForced = line.Has("force");
        if (isForced && !line.Has("regex") && options.Store.Resolve(word) is null)
            return 0;
        foreach (string id in ContainerWord.ResolveAll(options, word, line.Has("regex")))
            Delete(options, id, isForced);
        return 0;
    }

    // One that was never started may go, as engines expect of the runtimes they know: nothing of its command has happened.
    private static void Delete(GlobalOptions options, string id, bool isForced)
    {
        StateStore store = options.Store;
        using StateLock? transition = store.TryLock(id, wait: true);
        ContainerStatus status = store.StatusOf(id);
        if (!isForced && status is (ContainerStatus.Running or ContainerStatus.Paused))
        {
            throw new ContainerStateException(
                $"cannot delete container {id} that is not stopped: {StatusWord.Of(status)}",
                "Stop it first, or use --force.")
            { Target = id };
        }
        ContainerCleanup.Remove(store, id, () => MappedVerb.Executable, options.Log.Warn);
    }
}
