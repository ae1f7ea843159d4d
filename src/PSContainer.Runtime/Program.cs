using PSContainer.Runtime.Verbs;

namespace PSContainer.Runtime;

internal static class Program
{
    private const int UsageCode = 64;

    private static int Main(string[] arguments)
    {
        GlobalOptions? options = null;
        try
        {
            options = new GlobalOptions(arguments);
            return Run(options);
        }
        catch (UsageException wrong)
        {
            ErrorReport.Write(options, new InvalidSpecException(wrong.Message, "See: pscontainer --help"));
            return UsageCode;
        }
        catch (ContainerException failure)
        {
            ErrorReport.Write(options, failure);
            return ErrorReport.ExitCode(options?.Verb, failure);
        }
    }

    private static int Run(GlobalOptions options)
    {
        if (options.WantsVersion)
            return VersionVerb.Run();
        if (options.WantsHelp)
            return HelpVerb.Run(error: false);
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
            "spec" => SpecVerb.Run(options),
            "features" => FeaturesVerb.Run(options),
            "help" => HelpVerb.Run(error: false),
            null => HelpVerb.Run(error: true),
            var verb => throw new UsageException($"there is no command '{verb}'"),
        };
    }
}
