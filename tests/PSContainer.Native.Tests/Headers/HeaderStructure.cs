using System.Reflection;
using System.Runtime.InteropServices;
using PSContainer.Kernel;

namespace PSContainer.Native.Tests.Headers;

/// <summary>A structure of the sources and the one of C that it is handed to the kernel as. Both processors lay ours out alike.</summary>
/// <param name="Type">Ours.</param>
/// <param name="Name">C's.</param>
/// <param name="Members">C's names of our fields in their order; empty: ours bear them.</param>
/// <param name="IsWhole">Whether the size is C's too.</param>
internal sealed record HeaderStructure(Type Type, string Name, string Members = "", bool IsWhole = true)
{
    /// <summary>All that there are.</summary>
    public static readonly HeaderStructure[] All =
    [
        new(typeof(CloneArguments), "struct clone_args",
            "flags pidfd child_tid parent_tid exit_signal stack stack_size tls set_tid set_tid_size cgroup"),
        new(typeof(MountAttr), "struct mount_attr", "attr_set attr_clr propagation userns_fd"),
        new(typeof(PollEntry), "struct pollfd", "fd events revents"),
        new(typeof(Termios), "struct ktermios", "c_iflag c_oflag c_cflag c_lflag c_line", IsWhole: false),
        new(typeof(Openat2.open_how), "struct open_how"),
        new(typeof(Files.time_spec), "struct timespec"),
        new(typeof(Files.statx_timestamp), "struct statx_timestamp"),
        new(typeof(Files.statx_data), "struct statx"),
        new(Find("Bpf+LoadAttributes"), "union bpf_attr",
            "prog_type insn_cnt insns license log_level log_size log_buf kern_version prog_flags prog_name", IsWhole: false),
        new(Find("Bpf+AttachAttributes"), "union bpf_attr", "target_fd attach_bpf_fd attach_type attach_flags replace_bpf_fd", IsWhole: false),
        new(Find("Bpf+QueryAttributes"), "union bpf_attr",
            "query.target_fd query.attach_type query.query_flags query.attach_flags query.prog_ids query.prog_cnt", IsWhole: false),
        new(Find("Bpf+InfoAttributes"), "union bpf_attr", "info.bpf_fd info.info_len info.info", IsWhole: false),
        new(Find("Signals+KernelAction"), "struct sigaction", "sa_handler sa_flags sa_restorer sa_mask", IsWhole: false),
        new(typeof(PSContainer.Freestanding.KernelTime), "struct timespec", "tv_sec tv_nsec"),
        new(Find("InitMain+PollEntry"), "struct pollfd", "fd events revents"),
        new(Find("EventLoop+PollEntry"), "struct pollfd", "fd events revents"),
    ];

    /// <summary>C expressions with what they are for ours.</summary>
    public IEnumerable<(string Expression, long Ours)> Expect()
    {
        if (IsWhole)
            yield return ($"sizeof({Name})", Marshal.SizeOf(Type));
        string[] members = Members.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        FieldInfo[] fields = [.. Type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).OrderBy(field => field.MetadataToken)];
        foreach ((FieldInfo field, int index) in fields.Select((field, index) => (field, index)))
        {
            // What is ours alone: fields that are left empty.
            if (members.Length > 0 ? index < members.Length : field.IsPublic)
                yield return ($"offsetof({Name}, {(members.Length > 0 ? members[index] : field.Name)})", (long)Marshal.OffsetOf(Type, field.Name));
        }
    }

    private static Type Find(string name) =>
        typeof(CloneArguments).Assembly.GetTypes().Single(type => type.FullName!.EndsWith($".{name}", StringComparison.Ordinal));
}
