using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>The command: finding it and becoming it.</summary>
internal static unsafe class Execution
{
    /// <summary>Finds the command before the container counts as created. Text1: as it was asked for; List1: where it may be.</summary>
    public static nint FindCommand(ChildContext* context, ChildOperation* operation)
    {
        nint failure = -Errno.ENOENT;
        for (byte** candidate = operation->List1; *candidate != null; candidate++)
        {
            nint result = Check(context, *candidate);
            if (result >= 0)
            {
                nint length = Bytes.Length(*candidate) + 1;
                if (length > 4096)
                    return -Errno.ENAMETOOLONG;
                Bytes.Copy(context->Command, *candidate, length);
                return 0;
            }
            // As a shell does: a file that cannot be executed is worth more than one that is missing.
            if (result is not (-Errno.ENOENT or -Errno.ENOTDIR))
                failure = result;
        }
        context->Explain(operation->Text1);
        return failure;
    }

    /// <summary>execve(2); with <see cref="ChildProgram.ExecutableFd"/> of that executable. Text1: as it was asked for.</summary>
    public static nint Execute(ChildContext* context, ChildOperation* operation)
    {
        ChildProgram* program = context->Program;
        nint result;
        if (program->ExecutableFd >= 0)
        {
            // Until the init reads its signals they wait: what is not blocked is lost on a PID 1 that has no handler for it.
            Signals.SetMask(~0UL);
            fixed (byte* empty = "\0"u8)
            {
                result = context->Make(SyscallNumber.execveat, program->ExecutableFd, (nint)empty, (nint)program->Arguments,
                    (nint)program->Environment, MountApi.AtEmptyPath);
            }
        }
        else
        {
            result = context->Make(SyscallNumber.execve, (nint)context->Command, (nint)program->Arguments, (nint)program->Environment);
        }
        context->Explain(operation->Text1);
        return result;
    }

    private static nint Check(ChildContext* context, byte* path)
    {
        const int Execute = 1, EffectiveIds = 0x200;
        nint file = context->Make(SyscallNumber.openat, Raw.AtFdCwd, (nint)path, RootPath.O_PATH | RootPath.O_CLOEXEC);
        if (file < 0)
            return file;
        FileFacts facts;
        nint result = FileFacts.Read(context, (int)file, &facts);
        Raw.Close((int)file);
        if (result >= 0)
            result = facts.IsRegular ? context->Make(SyscallNumber.faccessat2, Raw.AtFdCwd, (nint)path, Execute, EffectiveIds) : -Errno.EACCES;
        // A filter that is older than this call refuses it; all ids are the same by now, so the older call says the same.
        if (result is -Errno.EPERM or -Errno.ENOSYS)
            result = context->Make(SyscallNumber.faccessat, Raw.AtFdCwd, (nint)path, Execute);
        return result;
    }
}
