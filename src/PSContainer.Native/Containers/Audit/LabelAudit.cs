using System.Globalization;
using PSContainer.Kernel;
using PSContainer.Security.Landlock;
using PSContainer.Spec;

namespace PSContainer.Containers.Audit;

/// <summary>What security modules of the kernel enforce.</summary>
internal static class LabelAudit
{
    internal static void Run(AuditReport report, ProcessSpec process, IReadOnlyDictionary<string, string>? annotations, int pid)
    {
        string label = ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/attr/current"))?.TrimEnd('\0', '\n') ?? "";
        string inForce = label.Length == 0 ? "none" : label;
        // AppArmor writes its mode behind the profile: docker-default (enforce).
        if (process.ApparmorProfile is { Length: > 0 } profile)
            report.Add("AppArmorProfile", profile, inForce, label == profile || label.StartsWith($"{profile} (", StringComparison.Ordinal));
        if (process.SelinuxLabel is { Length: > 0 } context)
            report.Add("SELinuxLabel", context, inForce, label == context);
        if (LandlockRules.Of(annotations) is { } rules)
            report.Unknown("Landlock", string.Join(' ', rules), "the kernel shows nobody the rules of a process");
    }
}
