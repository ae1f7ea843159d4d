using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers.Options;

namespace PSContainer.Commands;

/// <summary>A cmdlet that executes a command in containers.</summary>
public abstract class ContainerExecCmdlet : ContainerTargetCmdlet
{
    /// <summary>Whether containers came through the pipeline with a command on the command line.</summary>
    protected bool HasTakenPiped { get; private set; }

    /// <summary>The command and its arguments, after <c>--</c>.</summary>
    [Parameter(Position = 1, ValueFromRemainingArguments = true)]
    [CommandTransformation]
    public string[] Command { get; set; } = [];

    /// <summary>A line for /bin/sh -c, instead of a command.</summary>
    [Parameter]
    [ValueTransformation]
    public string? ShellCommand { get; set; }

    /// <summary>Who the command runs as: user, uid, user:group or uid:gid.</summary>
    [Parameter]
    [Alias("u")]
    [ValueTransformation]
    public string? User { get; set; }

    /// <summary>The command's working directory inside.</summary>
    [Parameter]
    [Alias("Workdir", "w")]
    [ValueTransformation]
    public string? WorkingDirectory { get; set; }

    /// <summary>Environment variables: a hashtable, or texts as NAME=value.</summary>
    [Parameter]
    [Alias("Env", "e")]
    [PairsTransformation(NullRemoves = true)]
    public System.Collections.IDictionary? Environment { get; set; }

    /// <summary>Capabilities besides the container's.</summary>
    [Parameter]
    [Alias("CapAdd")]
    [CapabilityTransformation]
    [ArgumentCompleter(typeof(CapabilityCompleter))]
    public string[] AddCapability { get; set; } = [];

    /// <summary>Gives the command every capability.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter Privileged { get; set; }

    /// <summary>Docker's -i: what comes through the pipeline is standard input with it and without.</summary>
    [Parameter(DontShow = true)]
    [Alias("i")]
    [ValueTransformation]
    public SwitchParameter Interactive { get; set; }

    /// <summary>Docker's -d: said of a cmdlet that does so anyhow, and else refused.</summary>
    [Parameter(DontShow = true)]
    [Alias("d")]
    [ValueTransformation]
    public SwitchParameter Detach { get; set; }

    /// <summary>Letters that may be a parameter's or the command's: refused.</summary>
    [Parameter(DontShow = true)]
    [Alias("c", "o", "p")]
    [ValueTransformation]
    public SwitchParameter UnclearLetter { get; set; }

    /// <summary>Whether the command goes on in the background.</summary>
    protected virtual bool IsBackground => false;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        Require<object?>(null, () =>
        {
            if (UnclearLetter)
                DockerFlag.RefuseUnclear(MyInvocation.MyCommand, Written);
            if (Detach && !IsBackground)
                DockerFlag.RefuseDetach(MyInvocation.MyCommand, "Start-ContainerProcess");
            return null;
        });
        Command = ReadCommand(Command);
    }

    /// <summary>
    /// Whether containers come through the pipeline although the command line was bound before it: in
    /// <c>'web' | Invoke-ContainerCommand -- ls -l</c> the word <c>ls</c> took the container's place.
    /// </summary>
    /// <param name="input">What came through the pipeline.</param>
    /// <param name="piped">The containers.</param>
    protected bool TryTakePiped(PSObject? input, out IReadOnlyList<ContainerReference> piped)
    {
        piped = [];
        if (!HasTakenPiped && !WordTookPlace(input))
            return false;
        if (!HasTakenPiped)
            Command = [Container[0].Text, .. Command];
        HasTakenPiped = true;
        piped = ContainerTransformationAttribute.References(input) ?? [];
        if (piped.Count == 0)
        {
            var exception = new InvalidSpecException(
                $"'{input}' does not say which container is meant.", "Give a name, an id, or an object of Get-Container.");
            WriteError(ErrorRecords.Create(exception, input));
        }
        return true;
    }

    /// <summary>Whether, as the call is written, containers can only come through the pipeline.</summary>
    protected bool MayTakePiped => Container is [{ Container: null }] && Written?.HasPlaceTaken(nameof(Container)) == true;

    // Where the whole line is known it says so; elsewhere only what is a container for certain does.
    private bool WordTookPlace(PSObject? input) => MayTakePiped
        || (Container is [{ Container: null }] && Written?.HasPlaceTaken(nameof(Container)) is null
            && ContainerTransformationAttribute.IsContainer(input));

    /// <summary>What was asked, with one of the two ways to say it.</summary>
    protected ExecOptions Options(bool tty = false)
    {
        if (ShellCommand is null == (Command.Length == 0))
        {
            throw new InvalidSpecException(
                "Either a command or -ShellCommand is needed, and not both.", "Write the command after --, as: -- ls -l /");
        }
        return new()
        {
            Command = ShellCommand is null ? Command : ["/bin/sh", "-c", ShellCommand],
            User = User,
            WorkingDirectory = WorkingDirectory,
            Environment = Dictionaries.Texts(Environment),
            AddCapability = CapabilityTransformationAttribute.Parse(AddCapability),
            Privileged = Privileged || AddCapability.Contains(CapabilityTransformationAttribute.All),
            Tty = tty,
        };
    }
}
