using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Containers.Options;
using PSContainer.Namespaces;
using PSContainer.Proc;

namespace PSContainer.Commands;

/// <summary>A cmdlet that runs something in namespaces: all that are named, together.</summary>
public abstract class NamespaceCommandCmdlet : NamespaceCmdlet
{
    private protected const string NamespaceSet = "Namespace", ProcessSet = "Process", ContainerSet = "Container";

    /// <summary>Those of a process, by pid.</summary>
    [Parameter(ParameterSetName = ProcessSet, Mandatory = true)]
    [Alias("Pid", "Target")]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    [ValidateCount(1, 1)]
    [ValueTransformation]
    public int[] ProcessId { get; set; } = [];

    /// <summary>Those of a container.</summary>
    [Parameter(ParameterSetName = ContainerSet, Mandatory = true)]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [ValidateCount(1, 1)]
    public ContainerReference[] Container { get; set; } = [];

    /// <summary>Only these types.</summary>
    [Parameter]
    [NamespaceTypeTransformation]
    public NamespaceType[] Type { get; set; } = [];

    /// <summary>A directory that becomes the root, as the joined Mount namespace names it.</summary>
    [Parameter]
    [RootfsTransformation]
    public RootfsSource? Rootfs { get; set; }

    /// <summary>Who the command runs as: user, uid, user:group or uid:gid.</summary>
    [Parameter]
    [ValueTransformation]
    public string? User { get; set; }

    /// <summary>The working directory, below the root.</summary>
    [Parameter]
    [Alias("Workdir")]
    [ValueTransformation]
    public string? WorkingDirectory { get; set; }

    /// <summary>The command, ready to be executed.</summary>
    /// <param name="namespaces">What was named otherwise than by a process or a container.</param>
    /// <param name="command">The command.</param>
    /// <param name="tty">Whether it gets a terminal.</param>
    /// <exception cref="ContainerException">A namespace is gone, or an option is wrong.</exception>
    private protected NamespaceCommand Prepare(IEnumerable<NamespaceReference> namespaces, IReadOnlyList<string> command, bool tty)
    {
        NamespaceReference[] references = [.. Together(namespaces, ProcessId, Container.Select(Find))];
        List<Namespace> found = [.. references.SelectMany(reference => reference.Resolve()).Distinct().Where(IsWanted)];
        if (Type.FirstOrDefault(type => found.TrueForAll(one => one.Type != type), (NamespaceType)(-1)) is >= 0 and var missing)
        {
            throw new NamespaceNotFoundException(
                $"No {NamespaceWord.Of(missing)} namespace is among what was named.", "Leave it out of -Type, or name one.");
        }
        var options = new NamespaceCommandOptions
        {
            Namespaces = found,
            Command = command,
            User = User,
            Rootfs = Rootfs is null ? null : Rootfs.Path ?? "/",
            WorkingDirectory = WorkingDirectory,
            Tty = tty,
        };
        if (options.LendsRootOfHost)
        {
            WriteWarning(
                $"'{command[0]}' is a program of another root filesystem and runs with the rights of root of this host: nothing that holds a "
                + "container back is in force for it. Use Invoke-ContainerCommand or Enter-Container for a container you do not trust, or name "
                + "the namespaces that a tool of the host needs, as -Type Network.");
        }
        return new(options);
    }

    private static Container Find(ContainerReference reference) => reference.Container ?? ContainerEngine.Default.Get(reference.Text);

    private bool IsWanted(Namespace one) => Type.Length == 0 || Type.Contains(one.Type);
}
