using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Spec;

namespace PSContainer.Containers.Audit;

/// <summary>Capabilities, no_new_privs and the system call filter.</summary>
internal static class PrivilegeAudit
{
    private const int FilterMode = 2;

    internal static void Run(AuditReport report, ProcessSpec process, SeccompSpec? seccomp, ProcStatus status)
    {
        CapabilitiesSpec asked = process.Capabilities ?? new();
        // execve(2) takes permitted and effective ones from every user but root, unless they are ambient.
        bool isRoot = (process.User?.Uid ?? 0) == 0;
        IReadOnlyList<string>? kept = isRoot ? null : asked.Ambient ?? [];
        Compare(report, "Bounding", asked.Bounding, status.Capabilities("CapBnd"));
        Compare(report, "Permitted", kept ?? asked.Permitted, status.Capabilities("CapPrm"));
        Compare(report, "Effective", kept ?? asked.Effective, status.Capabilities("CapEff"));
        Compare(report, "Inheritable", asked.Inheritable, status.Capabilities("CapInh"));
        Compare(report, "Ambient", asked.Ambient, status.Capabilities("CapAmb"));
        report.Compare("NoNewPrivileges", Word(process.NoNewPrivileges), Word(status.NoNewPrivileges));

        // What this process itself is under, the container is under too.
        int inherited = ProcStatus.Read(Environment.ProcessId)?.SeccompFilters ?? 0;
        int own = status.SeccompFilters - inherited;
        report.Add(
            "Seccomp", seccomp is null ? "none" : "filter",
            own > 0 ? string.Create(CultureInfo.InvariantCulture, $"filter ({own})") : "none",
            seccomp is null ? own <= 0 : own > 0 && status.SeccompMode == FilterMode);
    }

    private static void Compare(AuditReport report, string set, IReadOnlyList<string>? asked, ulong inForce)
    {
        ulong bits = 0;
        foreach (string name in asked ?? [])
        {
            // A kernel that does not know a capability cannot give it.
            if (CapabilityName.TryParse(name, out Capability capability))
                bits |= 1UL << (int)capability;
        }
        report.Compare($"Capability.{set}", Names(bits), Names(inForce));
    }

    private static string Names(ulong bits)
    {
        var names = new List<string>();
        for (int bit = 0; bit < 64; bit++)
        {
            if ((bits & (1UL << bit)) != 0)
                names.Add(bit < CapabilityName.Count ? ((Capability)bit).ToString() : bit.ToString(CultureInfo.InvariantCulture));
        }
        return names.Count == 0 ? "none" : string.Join(',', names);
    }

    private static string Word(bool on) => on ? "on" : "off";
}
