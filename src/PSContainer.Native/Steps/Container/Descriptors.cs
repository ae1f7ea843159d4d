using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>The descriptors that go on to the command.</summary>
internal static unsafe class Descriptors
{
    /// <summary>
    /// Closes what is the runtime's own among them: a caller need not have passed as many as he says, and what is opened here takes
    /// the free numbers. His have no close-on-exec, or this program would not have them.
    /// </summary>
    /// <param name="count">How many go on, from 3.</param>
    /// <param name="needed">What the steps still work on.</param>
    /// <param name="neededCount">How many these are.</param>
    public static void CloseOwn(int count, int* needed, int neededCount)
    {
        const int GetFlags = 1, CloseOnExec = 1, First = 3;
        for (int descriptor = First; descriptor < First + count; descriptor++)
        {
            nint flags = Raw.Call(SyscallNumber.fcntl, descriptor, GetFlags);
            if (flags >= 0 && (flags & CloseOnExec) != 0 && !Contains(needed, neededCount, descriptor))
                Raw.Close(descriptor);
        }
    }

    /// <summary>Closes all but the standard streams, what goes on to the command, and what a parked init still needs.</summary>
    /// <remarks>
    /// It waits for as long as its engine likes, and a process that is executed in the container meanwhile sees its descriptors: none
    /// of the host's may be among them (CVE-2024-21626).
    /// </remarks>
    public static nint CloseAllBut(ChildContext* context)
    {
        const int Kept = 4;
        ChildProgram* program = context->Program;
        int* kept = stackalloc int[Kept];
        kept[0] = program->StartFd;
        kept[1] = program->ExecutableFd;
        kept[2] = program->Socket;
        kept[3] = context->Landlock;
        CloseOwn(program->PreservedFds, kept, Kept);
        int from = 3 + program->PreservedFds;
        while (true)
        {
            int next = int.MaxValue;
            for (int i = 0; i < Kept; i++)
            {
                if (kept[i] >= from && kept[i] < next)
                    next = kept[i];
            }
            if (next == int.MaxValue)
                break;
            if (next > from)
                context->Make(SyscallNumber.close_range, from, next - 1, 0);
            from = next + 1;
        }
        return context->Make(SyscallNumber.close_range, from, -1, 0);
    }

    private static bool Contains(int* numbers, int count, int number)
    {
        for (int i = 0; i < count; i++)
        {
            if (numbers[i] == number)
                return true;
        }
        return false;
    }
}
