using System.Numerics;
using PSContainer.Kernel;
using PSContainer.Words;

namespace PSContainer.Plan;

/// <summary>The processors that this process may run on, sched_setaffinity(2): its own affair, and no limit of the container's.</summary>
internal static unsafe class CpuAffinity
{
    private const int MaskSize = 1024;

    /// <summary>All processors: the kernel takes away what there is not, and what the cgroup does not allow.</summary>
    public static byte[] All { get; } = Enumerable.Repeat((byte)0xFF, MaskSize).ToArray();

    /// <summary>Whether this process is kept from some of the host's processors.</summary>
    public static bool IsNarrow
    {
        get
        {
            byte* mask = stackalloc byte[MaskSize];
            nint size = Syscall.Call(SyscallNumber.sched_getaffinity, 0, MaskSize, (nint)mask);
            int own = 0;
            for (nint i = 0; i < size; i++)
                own += BitOperations.PopCount(mask[i]);
            return own > 0 && own < Online;
        }
    }

    private static int Online
    {
        get
        {
            try
            {
                return NumberList.Read(File.ReadAllText("/sys/devices/system/cpu/online").Trim()).Count;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return 0;
            }
        }
    }
}
