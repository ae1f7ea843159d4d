using System.Runtime.InteropServices;
using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Security.Seccomp;

/// <summary>
/// Which system calls containers may make, in the form that Docker and Podman read: rules that hold for some capabilities,
/// processors and kernels. <see cref="Resolve"/> makes the filter of one container.
/// </summary>
public sealed record SeccompProfile
{
    /// <summary>The profile of a container that asked for none.</summary>
    public static SeccompProfile Default => DefaultSeccompProfile.Create();

    /// <summary><c>SCMP_ACT_…</c> for calls that no rule names.</summary>
    public required string DefaultAction { get; init; }

    /// <summary>errno for a default action that returns one; <see langword="null"/> means EPERM.</summary>
    public uint? DefaultErrnoRet { get; init; }

    /// <summary>Which other architectures' programs run on an architecture; excludes <see cref="Architectures"/>.</summary>
    public IReadOnlyList<SeccompProfileArchitecture> ArchMap { get; init; } = [];

    /// <summary><c>SCMP_ARCH_…</c> names; empty means by <see cref="ArchMap"/>, or the native one alone.</summary>
    public IReadOnlyList<string> Architectures { get; init; } = [];

    /// <summary><c>SECCOMP_FILTER_FLAG_…</c> names; <see langword="null"/> leaves them to the runtime.</summary>
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary>A unix socket that receives the descriptor of a notify filter.</summary>
    public string? ListenerPath { get; init; }

    /// <summary>Opaque data sent along to <see cref="ListenerPath"/>.</summary>
    public string? ListenerMetadata { get; init; }

    /// <summary>Rules, each naming calls.</summary>
    public IReadOnlyList<SeccompProfileRule> Syscalls { get; init; } = [];

    /// <summary>Reads a profile from JSON, at most <see cref="SeccompProfileReader.LargestSize"/> bytes.</summary>
    /// <exception cref="InvalidSpecException">It is no such profile; the message names the member.</exception>
    public static SeccompProfile Read(Stream stream) => SeccompProfileReader.Read(stream, "The seccomp profile");

    /// <summary>Reads a profile from a file of JSON.</summary>
    /// <exception cref="InvalidSpecException">It is no such profile; the message names the member.</exception>
    /// <exception cref="ContainerException">The file cannot be read.</exception>
    public static SeccompProfile Read(string path) => SeccompProfileReader.Read(path);

    /// <summary>Writes the profile as JSON that <see cref="Read(Stream)"/>, Docker and Podman read.</summary>
    public void Write(Stream stream) => SeccompProfileWriter.Write(stream, this);

    /// <summary>The profile as JSON.</summary>
    public override string ToString()
    {
        using var text = new MemoryStream();
        Write(text);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>The profile with one decision for some calls, whatever its rules said of them before.</summary>
    /// <param name="calls">Names of system calls.</param>
    /// <param name="action"><c>SCMP_ACT_…</c>.</param>
    /// <param name="errno">errno for an action that returns one; <see langword="null"/> means EPERM.</param>
    /// <exception cref="InvalidSpecException">No architecture has such a call, or there is no such action.</exception>
    public SeccompProfile With(IReadOnlyCollection<string> calls, string action, uint? errno = null)
    {
        if (calls.Count == 0)
            return this;
        foreach (string call in calls)
        {
            if (!SyscallTable.TryFind(call, out _))
                throw new InvalidSpecException($"There is no system call '{call}'.", "Use names as in syscalls(2).") { Target = call };
        }
        SeccompAction.Parse(action, errno, SeccompMember.Default);
        var rules = new List<SeccompProfileRule>(Syscalls.Count + 1);
        foreach (SeccompProfileRule rule in Syscalls)
        {
            if (rule.Names.Except(calls).ToArray() is { Length: > 0 } others)
                rules.Add(rule with { Names = others });
        }
        rules.Add(new SeccompProfileRule { Names = [.. calls.Distinct()], Action = action, ErrnoRet = errno });
        return this with { Syscalls = rules };
    }

    /// <summary>Reads one rule from JSON.</summary>
    /// <exception cref="InvalidSpecException">It is no rule; the message names the member.</exception>
    public static SeccompProfileRule ReadRule(string json) => SeccompProfileReader.ReadRule(json, "The seccomp rule");

    /// <summary>The filter of one container.</summary>
    /// <param name="capabilities">The container's bounding set: with a capability come the calls that need it.</param>
    /// <param name="architecture">The machine's; <see langword="null"/> means this one's.</param>
    /// <param name="kernel">The kernel's version; <see langword="null"/> means this one's.</param>
    /// <exception cref="InvalidSpecException">No filter can be made for the architecture.</exception>
    public SeccompSpec Resolve(
        IReadOnlyCollection<Capability> capabilities, Architecture? architecture = null, Version? kernel = null)
    {
        SeccompArchitecture native = SeccompArchitectures.FromProcessor(architecture ?? RuntimeInformation.ProcessArchitecture);
        kernel ??= Environment.OSVersion.Version;
        ulong granted = 0;
        foreach (Capability capability in capabilities)
            granted |= 1UL << (int)capability;

        var rules = new List<SeccompRuleSpec>(Syscalls.Count);
        foreach (SeccompProfileRule rule in Syscalls)
        {
            if (rule.AppliesTo(granted, SeccompArchitectures.ProfileName(native), kernel))
                rules.Add(rule.ToSpec());
        }
        return new SeccompSpec
        {
            DefaultAction = DefaultAction,
            DefaultErrnoRet = DefaultErrnoRet,
            Architectures = ArchitecturesOn(SeccompArchitectures.SpecName(native)),
            Flags = Flags,
            ListenerPath = ListenerPath,
            ListenerMetadata = ListenerMetadata,
            Syscalls = rules,
        };
    }

    private IReadOnlyList<string> ArchitecturesOn(string native)
    {
        if (Architectures.Count > 0)
            return Architectures;
        foreach (SeccompProfileArchitecture entry in ArchMap)
        {
            if (entry.Architecture == native)
                return [native, .. entry.SubArchitectures];
        }
        return [native];
    }
}

/// <summary>An architecture and those whose programs run on it as well.</summary>
public sealed record SeccompProfileArchitecture
{
    /// <summary>The machine's, <c>SCMP_ARCH_…</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The others, <c>SCMP_ARCH_…</c>.</summary>
    public IReadOnlyList<string> SubArchitectures { get; init; } = [];
}

/// <summary>What happens on some calls, and for which containers the rule holds.</summary>
public sealed record SeccompProfileRule
{
    /// <summary>System call names; ones the architecture lacks are ignored.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary><c>SCMP_ACT_…</c>.</summary>
    public required string Action { get; init; }

    /// <summary>errno, or for SCMP_ACT_TRACE the message; <see langword="null"/> means EPERM.</summary>
    public uint? ErrnoRet { get; init; }

    /// <summary>Conditions that must all hold.</summary>
    public IReadOnlyList<SeccompArgSpec>? Args { get; init; }

    /// <summary>The rule holds only where all of this does.</summary>
    public SeccompProfileFilter? Includes { get; init; }

    /// <summary>The rule does not hold where any of this does.</summary>
    public SeccompProfileFilter? Excludes { get; init; }

    internal SeccompRuleSpec ToSpec() => new() { Names = Names, Action = Action, ErrnoRet = ErrnoRet, Args = Args };

    internal bool AppliesTo(ulong granted, string architecture, Version kernel) =>
        (Includes is null || Includes.Admits(granted, architecture, kernel))
        && (Excludes is null || !Excludes.Excludes(granted, architecture, kernel));
}

/// <summary>For which containers a rule holds.</summary>
public sealed record SeccompProfileFilter
{
    /// <summary>Capabilities.</summary>
    public IReadOnlyList<Capability> Caps { get; init; } = [];

    /// <summary>The machine's architecture, as Go names it: <c>amd64</c>, <c>arm64</c>; empty means any.</summary>
    public IReadOnlyList<string> Arches { get; init; } = [];

    /// <summary>The oldest kernel, or <see langword="null"/>.</summary>
    public Version? MinKernel { get; init; }

    private ulong CapabilityBits
    {
        get
        {
            ulong bits = 0;
            foreach (Capability capability in Caps)
                bits |= 1UL << (int)capability;
            return bits;
        }
    }

    internal bool Admits(ulong granted, string architecture, Version kernel) =>
        (CapabilityBits & ~granted) == 0
        && (Arches.Count == 0 || Arches.Contains(architecture))
        && (MinKernel is null || kernel >= MinKernel);

    internal bool Excludes(ulong granted, string architecture, Version kernel) =>
        (CapabilityBits & granted) != 0
        || Arches.Contains(architecture)
        || (MinKernel is not null && kernel >= MinKernel);
}
