using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>Writes below /proc, through the procfs that nothing can be mounted over (CVE-2019-16884, CVE-2025-52881).</summary>
internal static unsafe class ProcFiles
{
    /// <summary>Text1: path relative to /proc; Text2: what to write.</summary>
    public static nint Write(ChildContext* context, ChildOperation* operation)
    {
        const int WriteOnly = 1;
        int file = RootPath.OpenAt(context, context->Proc, operation->Text1, WriteOnly | RootPath.O_CLOEXEC,
            RootPath.Beneath | RootPath.NoMagicLinks | RootPath.NoXdev);
        return WriteTo(context, operation, file);
    }

    /// <summary>Text1: a file of this process below the host's /proc, while that is the one seen; Text2: what to write.</summary>
    public static nint WriteHost(ChildContext* context, ChildOperation* operation) => WriteTo(context, operation,
        (int)context->Make(SyscallNumber.openat, Raw.AtFdCwd, (nint)operation->Text1, Files.O_WRONLY | Files.O_CLOEXEC));

    private static nint WriteTo(ChildContext* context, ChildOperation* operation, int file)
    {
        nint result = file;
        if (file >= 0)
        {
            result = context->Make(SyscallNumber.write, file, (nint)operation->Text2, Bytes.Length(operation->Text2));
            Raw.Close(file);
        }
        if (result < 0)
            context->Explain(operation->Text1);
        return result;
    }
}
