using System.Collections;
using System.Management.Automation;
using PSContainer.Binding;

namespace PSContainer.Commands;

// The first process of a container.
public abstract partial class ContainerCreateCmdlet
{
    /// <summary>
    /// <para type="description">The command and its arguments, after <c>--</c>; without one the built-in init keeps the container alive.</para>
    /// </summary>
    [Parameter(ParameterSetName = CreateSet, ValueFromRemainingArguments = true)]
    public string[] Command { get; set; } = [];

    /// <summary><para type="description">A line for /bin/sh -c, instead of a command.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public string? ShellCommand { get; set; }

    /// <summary><para type="description">What stands before the command.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public string[] EntryPoint { get; set; } = [];

    /// <summary><para type="description">The command's working directory inside.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Alias("Workdir")]
    public string? WorkingDirectory { get; set; }

    /// <summary>
    /// <para type="description">Environment variables: a hashtable, or texts as NAME=value; a SecureString is opened, $null removes one.</para>
    /// </summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PairsTransformation]
    [Alias("Env")]
    public IDictionary? Environment { get; set; }

    /// <summary><para type="description">Files of NAME=value lines.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [HostPathTransformation]
    public string[] EnvironmentFile { get; set; } = [];

    /// <summary><para type="description">Who the command runs as: user, uid, user:group or uid:gid.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public string? User { get; set; }

    /// <summary><para type="description">The primary group, by name or number.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public string? Group { get; set; }

    /// <summary><para type="description">Supplementary groups, by name or number.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Alias("GroupAdd")]
    public string[] AdditionalGroup { get; set; } = [];

    /// <summary><para type="description">File mode creation mask, in octal.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ModeTransformation]
    public int? Umask { get; set; }

    /// <summary><para type="description">Gives the command a terminal.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter Tty { get; set; }

    /// <summary><para type="description">Keeps the command's standard input open.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter Interactive { get; set; }

    /// <summary><para type="description">Makes the built-in init PID 1: it reaps orphans and forwards signals.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter Init { get; set; }

    /// <summary><para type="description">The signal that asks the container to stop.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [SignalTransformation]
    public Signal? StopSignal { get; set; }

    /// <summary><para type="description">Time between that signal and SIGKILL; a number is seconds.</para></summary>
    [Parameter(ParameterSetName = CreateSet)]
    [DurationTransformation]
    public TimeSpan? StopTimeout { get; set; }

    /// <summary>
    /// <para type="description">Resource limits of processes: @{ nofile = '1024:4096' } or 'nofile=1024:4096'.</para>
    /// </summary>
    [Parameter(ParameterSetName = CreateSet)]
    [UlimitTransformation]
    public Dictionary<string, Ulimit>? Ulimit { get; set; }

    /// <summary>
    /// <para type="description">Who is killed first when the host is out of memory: -1000 never, 1000 first.</para>
    /// </summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateRange(-1000, 1000)]
    public int? OomScoreAdjust { get; set; }
}
