using PSContainer.Freestanding;

namespace PSContainer.Steps.Container;

/// <summary>What the handlers of a child program share while it runs.</summary>
internal unsafe struct ChildContext
{
    public ChildProgram* Program;

    /// <summary>The container's root, as a descriptor that nothing in it can influence.</summary>
    public int Root;

    /// <summary>A procfs of the container's pid namespace that is attached nowhere: nothing can be mounted over its files.</summary>
    public int Proc;

    /// <summary>The empty read-only directory that covers masked directories; -1 until the first.</summary>
    public int EmptyDirectory;

    /// <summary>The null device that covers masked files; -1 until the first.</summary>
    public int NullDevice;

    /// <summary>
    /// Where an overlay is put together, opened while the process may still look into the state directory; -1 without one.
    /// </summary>
    public int OverlayPlace;

    /// <summary>The terminal's other side inside the container; -1 without one.</summary>
    public int Console;

    /// <summary>The ruleset of Landlock; -1 without one.</summary>
    public int Landlock;

    /// <summary>The clocks of its time namespace; -1 where they are not open.</summary>
    public int TimeOffsets;

    /// <summary>Whether it is hidden from those inside.</summary>
    public bool IsHidden;

    /// <summary>Whether it ends with the runtime, <see cref="Lifeline"/>.</summary>
    public bool IsTied;

    /// <summary>The call being made, for a failure's record.</summary>
    public int Call;

    /// <summary>The command found by <see cref="OperationKind.FindCommand"/>.</summary>
    public fixed byte Command[4096];

    /// <summary>Makes a system call and remembers which.</summary>
    public nint Make(int number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0)
    {
        Call = number;
        return Raw.Retry(number, a, b, c, d, e, f);
    }

    /// <summary>Says in the failure record which path or word it was about; only the first counts.</summary>
    public readonly void Explain(byte* text)
    {
        byte* target = Program->Failure->Text;
        if (*target != 0)
            return;
        nint length = Bytes.Length(text);
        if (length > StepFailure.TextSize - 1)
            length = StepFailure.TextSize - 1;
        Bytes.Copy(target, text, length);
        target[length] = 0;
    }

    /// <summary>Ends the child with a record of what failed.</summary>
    public readonly void Fail(int step, nint result)
    {
        StepFailure* failure = Program->Failure;
        failure->Step = step;
        failure->Call = Call;
        failure->Errno = (int)-result;
        Raw.Exit(1);
    }
}
