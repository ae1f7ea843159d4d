using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers.Options;
using PSContainer.Security.Seccomp;

namespace PSContainer.Commands;

/// <summary>Makes a system call filter: from nothing, or from another that is changed.</summary>
[Cmdlet(VerbsCommon.New, "SeccompProfile")]
[OutputType(typeof(SeccompProfile))]
public sealed class NewSeccompProfileCommand : ContainerCmdlet
{
    /// <summary>The profile to change: Default, the path of one, or an object; without it there is none.</summary>
    [Parameter(ValueFromPipeline = true)]
    [SeccompTransformation]
    [ArgumentCompleter(typeof(SeccompBaseCompleter))]
    [Alias("InputObject")]
    public SeccompSource? Base { get; set; }

    /// <summary>What happens to calls that no rule names: Errno (the default), Allow, KillProcess, Log and others.</summary>
    [Parameter(Position = 0)]
    [SeccompActionTransformation]
    [ArgumentCompleter(typeof(SeccompActionCompleter))]
    public string? DefaultAction { get; set; }

    /// <summary>Calls that are let, whatever the base says of them.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SyscallCompleter))]
    [ValueTransformation]
    public string[] Allow { get; set; } = [];

    /// <summary>Calls that fail, whatever the base says of them.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SyscallCompleter))]
    [ValueTransformation]
    public string[] Deny { get; set; } = [];

    /// <summary>The error of a call that fails, by name or number: EPERM without it.</summary>
    [Parameter]
    [ErrnoTransformation]
    [Alias("ErrnoRet")]
    public uint? Errno { get; set; }

    /// <summary>Further rules: @{ names = 'socket'; action = 'Allow'; args = @{ index = 0; op = 'LT'; value = 38 } }.</summary>
    [Parameter]
    [SeccompRuleTransformation]
    public SeccompProfileRule[] Rule { get; set; } = [];

    /// <summary>Architectures whose programs may run: X86_64, X86, X32, AARCH64, ARM.</summary>
    [Parameter]
    [SeccompArchitectureTransformation]
    [ArgumentCompleter(typeof(SeccompArchitectureCompleter))]
    public string[] Architecture { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(Base, () => WriteObject(Make()));

    private SeccompProfile Make()
    {
        if (Allow.Intersect(Deny).FirstOrDefault() is { } both)
            throw new InvalidSpecException($"'{both}' is both allowed and denied.", "Name each call once.") { Target = both };
        const string Refuse = "SCMP_ACT_ERRNO";
        SeccompProfile profile = Base is null
            ? new() { DefaultAction = DefaultAction ?? Refuse, ArchMap = SeccompProfile.Default.ArchMap }
            : Base.Load() ?? throw new InvalidSpecException("Unconfined is no profile that could be changed.", "Use -Base Default.");
        if (DefaultAction is not null)
            profile = profile with { DefaultAction = DefaultAction, DefaultErrnoRet = null };
        if (Errno is not null && profile.DefaultAction == Refuse && (Base is null || DefaultAction is not null))
            profile = profile with { DefaultErrnoRet = Errno };
        if (Architecture.Length > 0)
            profile = profile with { Architectures = Architecture, ArchMap = [] };
        profile = profile.With(Allow, "SCMP_ACT_ALLOW").With(Deny, Refuse, Errno);
        return profile with { Syscalls = (SeccompProfileRule[])[.. profile.Syscalls, .. Rule] };
    }
}
