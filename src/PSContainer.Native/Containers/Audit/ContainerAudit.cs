using PSContainer.Mounts;
using PSContainer.Proc;
using PSContainer.Spec;

namespace PSContainer.Containers.Audit;

/// <summary>
/// Reads back from the kernel what is in force of a configuration. What it says is the kernel's word, not a memory of the
/// start.
/// </summary>
internal static class ContainerAudit
{
    /// <summary>Compares everything.</summary>
    /// <exception cref="ContainerStateException">The process is gone, or the configuration cannot be read.</exception>
    internal static IReadOnlyList<ContainerCheck> Run(Container container, int pid)
    {
        ContainerSpec spec = container.Spec
            ?? throw new ContainerStateException($"The configuration of the container '{container}' cannot be read.")
            { Target = container.Name };
        ProcStatus status = ProcStatus.Read(pid)
            ?? throw new ContainerStateException($"The container '{container}' ended while it was audited.")
            { Target = container.Name };
        var report = new AuditReport(container.Name);
        ProcessSpec process = spec.Process ?? new();
        PrivilegeAudit.Run(report, process, spec.Linux?.Seccomp, status);
        LabelAudit.Run(report, process, spec.Annotations, pid);
        IdentityAudit.Run(report, process, status, pid);
        NamespaceAudit.Run(report, spec.Linux?.Namespaces ?? [], pid);
        IReadOnlyList<MountInfo> mounts = MountInfo.Of(pid);
        MountAudit.Run(report, spec, mounts);
        WallAudit.Run(report, spec.Linux, mounts, pid);
        CgroupAudit.Run(report, container, spec.Linux?.Resources, pid);
        KernelAudit.Run(report, spec, pid);
        return report.Checks;
    }
}
