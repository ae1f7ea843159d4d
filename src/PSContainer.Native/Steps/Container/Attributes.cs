using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>Limits and other attributes of the process.</summary>
internal static unsafe class Attributes
{
    /// <summary>As <see cref="SetRlimit"/>, while it may be raised; none gets less than it has.</summary>
    public static nint RaiseRlimit(ChildContext* context, ChildOperation* operation)
    {
        ulong* asked = (ulong*)operation->Blob;
        ulong* limit = stackalloc ulong[2];
        nint result = context->Make(SyscallNumber.prlimit64, 0, (nint)operation->Number1, 0, (nint)limit);
        if (result < 0 || (asked[0] <= limit[0] && asked[1] <= limit[1]))
            return result;
        limit[0] = asked[0] > limit[0] ? asked[0] : limit[0];
        limit[1] = asked[1] > limit[1] ? asked[1] : limit[1];
        return context->Make(SyscallNumber.prlimit64, 0, (nint)operation->Number1, (nint)limit, 0);
    }

    /// <summary>Number1: RLIMIT_…; Blob: struct rlimit64.</summary>
    public static nint SetRlimit(ChildContext* context, ChildOperation* operation) =>
        context->Make(SyscallNumber.prlimit64, 0, (nint)operation->Number1, (nint)operation->Blob, 0);

    /// <summary>Number1: MPOL_…; Blob: the mask of nodes.</summary>
    public static nint SetMemoryPolicy(ChildContext* context, ChildOperation* operation)
    {
        // The kernel takes one bit less than it is told of.
        const int BitsInByte = 8;
        nint bits = operation->BlobLength == 0 ? 0 : operation->BlobLength * BitsInByte + 1;
        return context->Make(SyscallNumber.set_mempolicy, (nint)operation->Number1, (nint)operation->Blob, bits);
    }

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

    /// <summary>Blob: the program as struct sock_filter; Number1: SECCOMP_FILTER_FLAG_…; Number2: 1 where a listener is handed over.</summary>
    /// <remarks>
    /// With a listener any call may wait for its answer, and the parent has yet to fetch it: so until it has, no call is made.
    /// </remarks>
    public static nint LoadSeccomp(ChildContext* context, ChildOperation* operation)
    {
        nint cut = Lifeline.Cut(context);
        if (cut < 0)
            return cut;
        if (operation->Number2 == 0)
            return LoadFilter(context, operation->Blob, operation->BlobLength, operation->Number1);
        StepFailure* shared = context->Program->Failure;
        nint announced = Handshake.AnnounceListener(context);
        if (announced < 0)
            return announced;
        nint listener = LoadFilter(context, operation->Blob, operation->BlobLength, operation->Number1);
        if (listener < 0)
            return listener;
        shared->Listener = (int)listener + 1;
        // Of the order of a minute: a parent that was killed meanwhile never comes.
        for (long turns = 0; turns < 1L << 36; turns++)
        {
            if (shared->ListenerTaken == 0)
                continue;
            // While it is open here too, whoever lets go of it or dies leaves this process waiting for ever.
            Raw.Close((int)listener);
            return 0;
        }
        return -Errno.ETIMEDOUT;
    }

    /// <summary>Loads a filter, seccomp(2).</summary>
    /// <returns>The listener's descriptor where the flags ask for one, else 0.</returns>
    public static nint LoadFilter(ChildContext* context, byte* instructions, int length, long flags)
    {
        const int SetModeFilter = 1, InstructionSize = 8;
        nint* program = stackalloc nint[2];
        program[0] = length / InstructionSize;
        program[1] = (nint)instructions;
        return context->Make(SyscallNumber.seccomp, SetModeFilter, (nint)flags, (nint)program);
    }
}
