using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>Landlock's rules, landlock(7).</summary>
internal static unsafe class PathRules
{
    /// <summary>Number1: all rights that the rules are about. Our own init, where there is one, may be executed.</summary>
    public static nint MakeRuleset(ChildContext* context, ChildOperation* operation)
    {
        // struct landlock_ruleset_attr as of its first version: a shorter one is good for every kernel.
        long handled = operation->Number1;
        nint ruleset = context->Make(SyscallNumber.landlock_create_ruleset, (nint)(&handled), sizeof(long), 0);
        if (ruleset < 0)
            return ruleset;
        context->Landlock = (int)ruleset;
        if (context->Program->ExecutableFd < 0)
            return 0;
        const long ReadAndExecute = LandlockCalls.LANDLOCK_ACCESS_FS_EXECUTE | LandlockCalls.LANDLOCK_ACCESS_FS_READ_FILE;
        nint result = AddRule(context, context->Program->ExecutableFd, ReadAndExecute);
        // A sealed copy in memory is on no mount that rules are about: it needs none.
        return result == -Errno.EBADFD ? 0 : result;
    }

    /// <summary>Text1: the path; Number1: its rights; Number2: the rights that a file can have.</summary>
    public static nint Add(ChildContext* context, ChildOperation* operation)
    {
        int place = RootPath.Open(context, operation->Text1);
        nint result = place;
        if (place >= 0)
        {
            FileFacts facts;
            result = FileFacts.Read(context, place, &facts);
            if (result >= 0)
                result = AddRule(context, place, facts.IsDirectory ? operation->Number1 : operation->Number1 & operation->Number2);
            Raw.Close(place);
        }
        if (result < 0)
            context->Explain(operation->Text1);
        return result;
    }

    /// <summary>Puts the rules in force.</summary>
    public static nint Enforce(ChildContext* context) =>
        context->Make(SyscallNumber.landlock_restrict_self, context->Landlock, 0);

    private static nint AddRule(ChildContext* context, int place, long rights)
    {
        // struct landlock_path_beneath_attr is packed: 12 bytes.
        byte* rule = stackalloc byte[12];
        *(long*)rule = rights;
        *(int*)(rule + sizeof(long)) = place;
        return context->Make(SyscallNumber.landlock_add_rule, context->Landlock, LandlockCalls.LANDLOCK_RULE_PATH_BENEATH, (nint)rule, 0);
    }
}
