using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Namespaces;
using PSContainer.Proc;
using PSContainer.Spec;

namespace PSContainer.Commands;

/// <summary>Makes namespaces that stay until they are removed; one object of each type.</summary>
[Cmdlet(VerbsCommon.New, "Namespace", SupportsShouldProcess = true)]
[Alias("nns")]
[OutputType(typeof(Namespace))]
public sealed class NewNamespaceCommand : NamespaceCmdlet
{
    /// <summary>Which types: Mount, Uts, Ipc, Pid, Network, User, Cgroup, Time.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [NamespaceTypeTransformation]
    public NamespaceType[] Type { get; set; } = [];

    /// <summary>What they are called together; without one a name is made up.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValueTransformation]
    public string? Name { get; set; }

    /// <summary>The host name of the Uts namespace.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValueTransformation]
    public string? Hostname { get; set; }

    /// <summary>A User namespace in which only root exists and is the caller.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter MapRootUser { get; set; }

    /// <summary>User ids of the User namespace: 'INSIDE:OUTSIDE:COUNT'.</summary>
    [Parameter]
    [IdMapTransformation]
    public IdMapping[] UidMap { get; set; } = [];

    /// <summary>Group ids of the User namespace: 'INSIDE:OUTSIDE:COUNT'.</summary>
    [Parameter]
    [IdMapTransformation]
    public IdMapping[] GidMap { get; set; } = [];

    /// <summary>An existing user namespace that owns the new ones.</summary>
    [Parameter]
    [NamespaceTransformation]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    [ValidateCount(1, 1)]
    public NamespaceReference[] Owner { get; set; } = [];

    /// <summary>What is added to the monotonic clock in the Time namespace; a number is seconds.</summary>
    [Parameter]
    [DurationTransformation(CanBeNegative = true)]
    public TimeSpan? MonotonicOffset { get; set; }

    /// <summary>What is added to the clock since boot (uptime) in the Time namespace; a number is seconds.</summary>
    [Parameter]
    [DurationTransformation(CanBeNegative = true)]
    public TimeSpan? BootTimeOffset { get; set; }

    /// <summary>How mounts of the Mount namespace spread: Private, Slave, Shared or Unchanged.</summary>
    [Parameter]
    [ValueTransformation]
    public MountPropagation Propagation { get; set; } = MountPropagation.Private;

    /// <summary>Mounts a proc filesystem of the Pid namespace on /proc of the Mount namespace.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter MountProc { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(Name, () =>
    {
        NamespaceOptions options = new()
        {
            Types = Type,
            Name = Name,
            Hostname = Hostname,
            MapRootUser = MapRootUser,
            UidMap = UidMap,
            GidMap = GidMap,
            Owner = OwnerOf(Owner),
            MonotonicOffset = MonotonicOffset,
            BootTimeOffset = BootTimeOffset,
            Propagation = Propagation,
            MountProc = MountProc,
        };
        if (ShouldCarryOut(Name ?? string.Join(", ", Type), $"Make namespaces ({string.Join(", ", Type)})", () => Store.Plan(options)))
            WriteObject(Store.Create(options), enumerateCollection: true);
    });

    // A set or a process has several; the user namespace among them is what can own others.
    private static Namespace? OwnerOf(NamespaceReference[] references)
    {
        if (references is not [var reference])
            return null;
        IReadOnlyList<Namespace> found = reference.Resolve();
        return found.FirstOrDefault(one => one.Type == NamespaceType.User) ?? found.FirstOrDefault()
            ?? throw new NamespaceNotFoundException($"There are no namespaces named '{reference}'.") { Target = reference.Text };
    }
}
