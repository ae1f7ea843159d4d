using System.Management.Automation;
using PSContainer.Binding;

namespace PSContainer.Commands;

/// <summary>A cmdlet that does something with each of the cgroups it is given.</summary>
public abstract class CgroupTargetCmdlet : ContainerCmdlet
{
    /// <summary>The cgroups: paths, names, patterns, objects; also containers, for theirs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "Path", "Container", "InputObject")]
    [CgroupTransformation]
    [ArgumentCompleter(typeof(CgroupCompleter))]
    [SupportsWildcards]
    public CgroupReference[] Cgroup { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (CgroupTarget target in Resolve(Cgroup))
            Process(target);
    }

    /// <summary>Does the work for one cgroup.</summary>
    protected abstract void Process(CgroupTarget target);
}

/// <summary>A cmdlet that changes each cgroup it is given, and passes on what came in when asked to.</summary>
public abstract class CgroupActionCmdlet : CgroupTargetCmdlet
{
    /// <summary>Emits what came in: cgroups, or containers.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected sealed override void Process(CgroupTarget target)
    {
        bool done = false;
        bool succeeded = Attempt(target.Original, () =>
        {
            if (MayEndanger(Harm(target), target.Cgroup.Path, Deed, IsForced) && ShouldWrite(target.Cgroup.Path, Action, Writes(target)))
            {
                Act(target);
                done = true;
            }
        });
        if (succeeded && done && PassThru)
            WriteObject(target.Original);
    }

    /// <summary>The operation in a few words.</summary>
    protected abstract string Action { get; }

    /// <summary>The operation as a verb, as a refusal calls it.</summary>
    private protected virtual string Deed => "change";

    /// <summary>Whether <c>-Force</c> was said.</summary>
    private protected virtual bool IsForced => false;

    /// <summary>What the session or the host would lose by it, in words; <see langword="null"/>: nothing.</summary>
    private protected virtual string? Harm(CgroupTarget target) => null;

    /// <summary>What the kernel will get, for <c>-WhatIf</c>.</summary>
    protected abstract IEnumerable<Cgroups.Hierarchies.CgroupFileWrite> Writes(CgroupTarget target);

    /// <summary>The operation.</summary>
    protected abstract void Act(CgroupTarget target);
}
