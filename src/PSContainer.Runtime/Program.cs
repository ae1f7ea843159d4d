using PSContainer.Runtime.Verbs;

namespace PSContainer.Runtime;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        EntryPoint.HasBegun = true;
        GlobalOptions? options = null;
        try
        {
            options = new GlobalOptions(arguments);
            options.Apply();
            return options.End(Run(options));
        }
        catch (HelpWantedException help)
        {
            return HelpVerb.Run(help.Syntax);
        }
        catch (UsageException wrong)
        {
            string command = HelpVerb.Knows(options?.Verb) ? options!.Verb + " " : "";
            return Fail(options, new InvalidSpecException(wrong.Message, $"See: pscontainer {command}--help"), isUsage: true);
        }
        catch (ContainerException failure)
        {
            return Fail(options, failure, isUsage: false);
        }
    }

    private static int Fail(GlobalOptions? options, ContainerException failure, bool isUsage)
    {
        ErrorReport.Write(options, failure);
        int code = isUsage ? 1 : ErrorReport.ExitCode(options, failure);
        return options?.End(code) ?? code;
    }

    private static int Run(GlobalOptions options)
    {
        if (options.WantsVersion)
            return VersionVerb.Run();
        if (options.WantsHelp)
            return HelpVerb.Run(options);
        return options.Verb switch
        {
            "create" => CreateVerb.Run(options),
            "run" => RunVerb.Run(options),
            "start" => StartVerb.Run(options),
            "exec" => ExecVerb.Run(options),
            "state" => StateVerb.Run(options),
            "kill" => KillVerb.Run(options),
            "delete" => DeleteVerb.Run(options),
            "list" => ListVerb.Run(options),
            "ps" => PsVerb.Run(options),
            "pause" => PauseVerb.Pause(options),
            "resume" => PauseVerb.Resume(options),
            "update" => UpdateVerb.Run(options),
            "events" => EventsVerb.Run(options),
            "checkpoint" => CheckpointVerb.Run(options),
            "restore" => RestoreVerb.Run(options),
            "spec" => SpecVerb.Run(options),
            "namespace" => NamespaceVerb.Run(options),
            "mapped" => MappedVerb.Run(options),
            "features" => FeaturesVerb.Run(options),
            "sweep" => SweepVerb.Run(options),
            "help" or null => HelpVerb.Run(options),
            var verb when options.VerbArguments.Any(word => word is "-h" or "-help" or "--help") => throw HelpVerb.NoTopic(verb),
            var verb => throw new UsageException($"there is no command '{verb}'"),
        };
    }
}
