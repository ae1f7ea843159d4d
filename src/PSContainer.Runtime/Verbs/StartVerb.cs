using PSContainer.State;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>start</c>: lets a created container go on to execve.</summary>
internal static class StartVerb
{
    public static int Run(GlobalOptions options)
    {
        string id = ContainerWord.Require(options, options.VerbArguments);
        StartFifo.Start(options.Store, id);
        return 0;
    }
}
