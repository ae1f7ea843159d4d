using System.Collections;
using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers.Options;
using PSContainer.Kernel;

namespace PSContainer.Commands;

// The first process of a container.
public abstract partial class ContainerCreateCmdlet
{
    /// <summary>
    /// The command and its arguments, after <c>--</c>; without one the built-in init keeps the container alive.
    /// </summary>
    [Parameter(ParameterSetName = CreateSet, ValueFromRemainingArguments = true)]
    [CommandTransformation]
    public string[] Command { get; set; } = [];

    /// <summary>A line for /bin/sh -c, instead of a command.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValueTransformation]
    public string? ShellCommand { get; set; }

    /// <summary>What stands before the command.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [CommandTransformation]
    public string[] EntryPoint { get; set; } = [];

    /// <summary>The command's working directory inside.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Alias("Workdir", "w")]
    [ValueTransformation]
    public string? WorkingDirectory { get; set; }

    /// <summary>
    /// Environment variables: a hashtable, or texts as NAME=value; a SecureString is opened, $null removes one.
    /// </summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PairsTransformation(NullRemoves = true)]
    [Alias("Env", "e")]
    public IDictionary? Environment { get; set; }

    /// <summary>Files of NAME=value lines.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [HostPathTransformation]
    public string[] EnvironmentFile { get; set; } = [];

    /// <summary>Who the command runs as: user, uid, user:group or uid:gid.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Alias("u")]
    [ValueTransformation]
    public string? User { get; set; }

    /// <summary>The primary group, by name or number.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValueTransformation]
    public string? Group { get; set; }

    /// <summary>Supplementary groups, by name or number.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Alias("GroupAdd")]
    [ValueTransformation]
    public string[] AdditionalGroup { get; set; } = [];

    /// <summary>File mode creation mask, in octal.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ModeTransformation]
    public int? Umask { get; set; }

    /// <summary>Gives the command a terminal.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Alias("t")]
    [ValueTransformation]
    public SwitchParameter Tty { get; set; }

    /// <summary>Keeps the command's standard input open.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Alias("i")]
    [ValueTransformation]
    public SwitchParameter Interactive { get; set; }

    /// <summary>Makes the built-in init PID 1: it reaps orphans and forwards signals.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValueTransformation]
    public SwitchParameter Init { get; set; }

    /// <summary>The signal that asks the container to stop.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [SignalTransformation]
    public Signal? StopSignal { get; set; }

    /// <summary>Time between that signal and SIGKILL; a number is seconds.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [DurationTransformation]
    public TimeSpan? StopTimeout { get; set; }

    /// <summary>Resource limits of processes: @{ nofile = '1024:4096' } or 'nofile=1024:4096'.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [UlimitTransformation]
    public Dictionary<string, Ulimit>? Ulimit { get; set; }

    /// <summary>Who is killed first when the host is out of memory: -1000 never, 1000 first.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateRange(-1000, 1000)]
    [ValueTransformation]
    public int? OomScoreAdjust { get; set; }
}
