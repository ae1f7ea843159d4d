using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.Programs;

namespace PSContainer.Commands;

/// <summary>Opens a shell in a container, on a terminal of its own.</summary>
[Cmdlet(VerbsCommon.Enter, "Container")]
[Alias("etct", "Attach-Container")]
[OutputType(typeof(void))]
public sealed class EnterContainerCommand : ContainerCmdlet
{
    /// <summary>The container: a name, an id, the beginning of an id, or an object.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "Id", "InputObject")]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [ValidateCount(1, 1)]
    public ContainerReference[] Container { get; set; } = [];

    /// <summary>The shell and its arguments.</summary>
    [Parameter(Position = 1)]
    [CommandTransformation]
    public string[] Shell { get; set; } = ["/bin/sh"];

    /// <summary>Who the shell runs as: user, uid, user:group or uid:gid.</summary>
    [Parameter]
    [Alias("u")]
    [ValueTransformation]
    public string? User { get; set; }

    /// <summary>The shell's working directory inside.</summary>
    [Parameter]
    [Alias("Workdir", "w")]
    [ValueTransformation]
    public string? WorkingDirectory { get; set; }

    /// <summary>Environment variables: a hashtable, or texts as NAME=value.</summary>
    [Parameter]
    [Alias("Env", "e")]
    [PairsTransformation(NullRemoves = true)]
    public System.Collections.IDictionary? Environment { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (Container container in Resolve(Container))
        {
            Attempt(container, () =>
            {
                AttachedProcess.Require("Use Invoke-ContainerCommand, which needs no terminal.");
                NativeCommand command = container.PrepareExec(Options());
                CommandOutcome outcome = AttachedProcess.Run(command, StopToken);
                CommandEnd.ReportEntered(this, outcome, container);
            });
        }
    }

    private ExecOptions Options() => new()
    {
        Command = Shell,
        User = User,
        WorkingDirectory = WorkingDirectory,
        Environment = WithTerminal(Dictionaries.Texts(Environment)),
        Tty = true,
    };

    // Programs draw for the terminal they are seen on, not for the one the container was started without.
    private static Dictionary<string, string?> WithTerminal(Dictionary<string, string?> variables)
    {
        if (System.Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } terminal)
            variables.TryAdd("TERM", terminal);
        return variables;
    }
}
