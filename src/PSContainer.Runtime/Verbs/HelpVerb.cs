using System.Text;
using PSContainer.Kernel;

namespace PSContainer.Runtime.Verbs;

/// <summary>How the executable is used.</summary>
internal static class HelpVerb
{
    private static readonly Syntax[] s_commands =
    [
        CheckpointVerb.Syntax, CreateVerb.Syntax, DeleteVerb.Syntax, EventsVerb.Syntax, ExecVerb.Syntax, FeaturesVerb.Syntax,
        KillVerb.Syntax, ListVerb.Syntax, NamespaceVerb.CreateSyntax, NamespaceVerb.ExecSyntax, PauseVerb.PauseSyntax, PsVerb.Syntax, RestoreVerb.Syntax, PauseVerb.ResumeSyntax,
        RunVerb.Syntax, SpecVerb.Syntax, StartVerb.Syntax, StateVerb.Syntax, UpdateVerb.Syntax,
    ];

    /// <summary><c>help</c>, <c>help COMMAND</c>, or no command at all.</summary>
    public static int Run(GlobalOptions options)
    {
        string? verb = options.Verb == "help" ? options.VerbArguments.FirstOrDefault() : null;
        Syntax? command = Find(verb);
        if (verb is not null && command is null)
            throw NoTopic(verb);
        bool isMistake = options.Verb is null && !options.WantsHelp;
        Show(command is null ? Overview() : command.Help(), isMistake);
        return isMistake ? 1 : 0;
    }

    /// <summary>There is no command of this name to tell about.</summary>
    public static UsageException NoTopic(string verb) => new($"No help topic for '{verb}': there is no such command");

    /// <summary>The help of one command.</summary>
    public static int Run(Syntax syntax)
    {
        Show(syntax.Verb.Length == 0 ? Overview() : syntax.Help(), isMistake: false);
        return 0;
    }

    private static void Show(string text, bool isMistake)
    {
        if (isMistake)
            Files.write(2, Encoding.UTF8.GetBytes(text));
        else
            OutputText.Write(text);
    }

    /// <summary>Whether there is help for a command of this name.</summary>
    public static bool Knows(string? verb) => Find(verb) is not null;

    private static Syntax? Find(string? verb) => Array.Find(s_commands, one => one.Verb == verb);

    private static string Overview()
    {
        int width = s_commands.Max(command => command.Verb.Length);
        string commands = string.Concat(s_commands.Select(command => $"   {command.Verb.PadRight(width)}  {command.About}\n"));
        return $"NAME:\n   pscontainer - {GlobalOptions.Syntax.About}\n\nUSAGE:\n   pscontainer [OPTION]... COMMAND [OPTION]... [WORD]...\n\n"
            + $"COMMANDS:\n{commands}\nGLOBAL OPTIONS:\n{GlobalOptions.Syntax.OptionLines()}\nThe options of a command: pscontainer COMMAND --help\n";
    }
}
