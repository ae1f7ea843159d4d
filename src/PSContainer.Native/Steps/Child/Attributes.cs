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
        // No magic link is followed: a descriptor of the host's, left open by mistake, would be a way out (CVE-2024-21626).
        int directory = RootPath.OpenAt(context, context->Root, operation->Text1, RootPath.O_PATH | RootPath.O_DIRECTORY | RootPath.O_CLOEXEC,
            RootPath.InRoot | RootPath.NoMagicLinks);
        nint result = directory < 0 ? directory : context->Make(SyscallNumber.fchdir, directory);
        Raw.Close(directory);
        if (result < 0)
        {
            context->Explain(operation->Text1);
            return result;
        }
        // And a directory outside the root has no path in it, however it was reached.
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
