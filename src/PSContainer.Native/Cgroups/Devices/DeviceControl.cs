using System.Text;
using PSContainer.Kernel;

namespace PSContainer.Cgroups.Devices;

/// <summary>Puts device rules in force, on v1 through its files, on v2 through an eBPF program.</summary>
internal static class DeviceControl
{
    private const int MostPrograms = 64;

    /// <summary>Writes the rules of a v1 cgroup; <see langword="null"/> allows everything.</summary>
    internal static void WriteLegacy(string directory, DeviceRules? rules)
    {
        (bool defaultAllow, IReadOnlyList<DeviceRule> exceptions) = rules?.ToLegacy() ?? (true, []);
        string resets = directory + (defaultAllow ? "/devices.allow" : "/devices.deny");
        Syscall.Check(SmallFile.TryWrite(resets, "a"), "write", resets);
        string path = directory + (defaultAllow ? "/devices.deny" : "/devices.allow");
        using var file = new FileHandle((int)Syscall.Check(SmallFile.Open(path, Files.O_WRONLY), "openat", path));
        foreach (DeviceRule rule in exceptions)
        {
            string line = rule.ToString();
            int result = SmallFile.TryWrite(file.Fd, line);
            if (result < 0)
                throw Syscall.Failure(-result, "write", $"{path}: {line}");
        }
    }

    /// <summary>Attaches the rules to a v2 cgroup, in place of those that it had from us.</summary>
    /// <param name="cgroup">A readable descriptor of its directory.</param>
    /// <param name="directory">Its path, for messages.</param>
    /// <param name="rules">The rules; <see langword="null"/> takes away those in force.</param>
    internal static void AttachUnified(int cgroup, string directory, DeviceRules? rules)
    {
        List<FileHandle> old = FindOwn(cgroup);
        try
        {
            if (rules is not null)
            {
                using FileHandle program = Load(rules, directory);
                int flags = Bpf.BPF_F_ALLOW_MULTI | (old.Count == 1 ? Bpf.BPF_F_REPLACE : 0);
                int replaced = old.Count == 1 ? old[0].Fd : 0;
                Syscall.Check(
                    Bpf.Attach(cgroup, program.Fd, Bpf.BPF_CGROUP_DEVICE, flags, replaced), "bpf(BPF_PROG_ATTACH)", directory);
                if (old.Count == 1)
                    return;
            }
            foreach (FileHandle program in old)
                Syscall.Check(Bpf.Detach(cgroup, program.Fd, Bpf.BPF_CGROUP_DEVICE), "bpf(BPF_PROG_DETACH)", directory);
        }
        finally
        {
            old.ForEach(program => program.Dispose());
        }
    }

    /// <summary>Loads the program of a list of rules.</summary>
    internal static FileHandle Load(DeviceRules rules, string target)
    {
        ulong[] code = DeviceProgram.Assemble(rules);
        int fd = Bpf.Load(Bpf.BPF_PROG_TYPE_CGROUP_DEVICE, code, DeviceProgram.Name, []);
        if (fd is -Errno.EINVAL or -Errno.EACCES)
            throw Refused(code, fd, target);
        return new FileHandle((int)Syscall.Check(fd, "bpf(BPF_PROG_LOAD)", target));
    }

    private static ContainerException Refused(ulong[] code, int result, string target)
    {
        byte[] log = new byte[64 << 10];
        int again = Bpf.Load(Bpf.BPF_PROG_TYPE_CGROUP_DEVICE, code, DeviceProgram.Name, log);
        if (again >= 0)
            Syscall.Call(SyscallNumber.close, again);
        string reason = Encoding.UTF8.GetString(log).TrimEnd('\0').Trim();
        return new ContainerException(
            $"bpf(BPF_PROG_LOAD): the kernel refused the device rules of '{target}': {reason}",
            "Check that the kernel has CONFIG_CGROUP_BPF.")
        { Call = "bpf", Errno = -result, Target = target };
    }

    private static List<FileHandle> FindOwn(int cgroup)
    {
        var found = new List<FileHandle>();
        Span<int> ids = stackalloc int[MostPrograms];
        int count = Bpf.Query(cgroup, Bpf.BPF_CGROUP_DEVICE, ids);
        for (int i = 0; i < count; i++)
        {
            int fd = Bpf.Open(ids[i]);
            if (fd >= 0 && Bpf.HasName(fd, DeviceProgram.Name))
                found.Add(new FileHandle(fd));
            else if (fd >= 0)
                Syscall.Call(SyscallNumber.close, fd);
        }
        return found;
    }
}
