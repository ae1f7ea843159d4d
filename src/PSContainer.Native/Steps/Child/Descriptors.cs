using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Child;

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
