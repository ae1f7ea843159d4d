using PSContainer.Machine;
using PSContainer.Mapped;
using PSContainer.Steps.Host;

namespace PSContainer.Runtime.Verbs;

/// <summary>
/// <c>mapped</c>, which only the module and this executable call: work on files of a user's subordinate ids, in a user namespace
/// that has them.
/// </summary>
internal static class MappedVerb
{
    /// <summary>What executes it from within this process.</summary>
    public const string Executable = "/proc/self/exe";

    private const string Inside = "--inside";

    public static int Run(GlobalOptions options)
    {
        if (options.VerbArguments is [Inside, var work])
            return Work(work);
        if (options.VerbArguments is not [var asked])
            throw new UsageException("'mapped' is the module's own command, for one word of work");
        HostFacts facts = HostFacts.Read();
        string[] arguments = ["pscontainer", .. MappedDescriptors.LogOptions, "mapped", Inside, asked];
        return MappedStart.Run(facts.UidMap, facts.GidMap, arguments, MappedDescriptors.Count);
    }

    private static int Work(string work)
    {
        try
        {
            MappedWorker.Run(work);
            return 0;
        }
        catch (OperationCanceledException)
        {
            // Nobody is left to tell.
            return 1;
        }
    }
}
