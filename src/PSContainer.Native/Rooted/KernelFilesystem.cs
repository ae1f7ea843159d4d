using PSContainer.Kernel;

namespace PSContainer.Rooted;

/// <summary>Filesystems whose files are made up by the kernel when they are read: nothing to copy.</summary>
internal static class KernelFilesystem
{
    // f_type of statfs(2), include/uapi/linux/magic.h
    private const long Sysfs = 0x62656572, Devpts = 0x1cd1, Mqueue = 0x19800202, Debugfs = 0x64626720,
        Tracefs = 0x74726163, Securityfs = 0x73636673, Bpffs = 0xcafe4a11;

    internal static bool Is(int fd) =>
        Statfs.Type(fd) is Statfs.PROC_SUPER_MAGIC or Sysfs or Devpts or Mqueue or Debugfs or Tracefs
            or Securityfs or Bpffs or Statfs.CGROUP_SUPER_MAGIC or Statfs.CGROUP2_SUPER_MAGIC;
}
