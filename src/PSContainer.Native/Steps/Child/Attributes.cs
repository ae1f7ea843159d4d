using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Child;

/// <summary>Limits and other attributes of the process.</summary>
internal static unsafe class Attributes
{
    /// <summary>Number1: RLIMIT_…; Blob: struct rlimit64.</summary>
    public static nint SetRlimit(ChildContext* context, ChildOperation* operation) =>
        context->Make(SyscallNumber.prlimit64, 0, (nint)operation->Number1, (nint)operation->Blob, 0);

    /// <summary>Text1: an absolute path inside the container.</summary>
    public static nint ChangeDirectory(ChildContext* context, ChildOperation* operation)
    {
        nint result = context->Make(SyscallNumber.chdir, (nint)operation->Text1);
        if (result < 0)
        {
            context->Explain(operation->Text1);
            return result;
        }
        // A directory outside the root, reached through a leaked descriptor, has no path in it (CVE-2024-21626).
        byte* path = stackalloc byte[4096];
        result = context->Make(SyscallNumber.getcwd, (nint)path, 4096);
        return result >= 0 && path[0] != (byte)'/' ? -Errno.ENOTDIR : result;
    }

    /// <summary>Blob: the program as struct sock_filter; Number1: SECCOMP_FILTER_FLAG_….</summary>
    public static nint LoadSeccomp(ChildContext* context, ChildOperation* operation)
    {
        const int SetModeFilter = 1, InstructionSize = 8;
        nint* program = stackalloc nint[2];
        program[0] = operation->BlobLength / InstructionSize;
        program[1] = (nint)operation->Blob;
        return context->Make(SyscallNumber.seccomp, SetModeFilter, (nint)operation->Number1, (nint)program);
    }
}
