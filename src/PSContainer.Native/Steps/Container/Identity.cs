using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>Users, groups and capabilities. The planner orders them: each step still needs what a later one takes away.</summary>
internal static unsafe class Identity
{
    /// <summary>
    /// Becomes root of a user namespace whose maps are written; one without a root it is in as who it is, with all capabilities.
    /// Number1: 1 when the supplementary groups stay.
    /// </summary>
    public static nint BecomeRoot(ChildContext* context, ChildOperation* operation)
    {
        nint result = context->Make(SyscallNumber.setresgid, 0, 0, 0);
        if (result is < 0 and not -Errno.EINVAL)
            return result;
        if (operation->Number1 != 1)
            result = context->Make(SyscallNumber.setgroups, 0, 0);
        // Denied in a namespace that an ordinary user mapped without newgidmap (CVE-2014-8989); its groups are unmapped.
        if (result is < 0 and not (-Errno.EPERM or -Errno.EINVAL))
            return result;
        result = context->Make(SyscallNumber.setresuid, 0, 0, 0);
        return result is < 0 and not -Errno.EINVAL ? result : 0;
    }

    /// <summary>
    /// Closes what setting up took. From here on the process may become one that others inside may look into, and a procfs or
    /// a directory of the host is none of theirs.
    /// </summary>
    public static nint LetGo(ChildContext* context)
    {
        Raw.Close(context->Root);
        Raw.Close(context->Proc);
        Raw.Close(context->EmptyDirectory);
        Raw.Close(context->NullDevice);
        Raw.Close(context->OverlayPlace);
        MountPlaces.LetGo(context);
        context->Root = context->Proc = context->EmptyDirectory = context->NullDevice = context->OverlayPlace = -1;
        return 0;
    }

    /// <summary>Keeps permitted capabilities while the user changes.</summary>
    public static nint KeepCapabilities(ChildContext* context) => context->Make(SyscallNumber.prctl, Prctl.SetKeepCaps, 1);

    /// <summary>Number1: mask of the capabilities that stay in the bounding set.</summary>
    public static nint DropBoundingSet(ChildContext* context, ChildOperation* operation)
    {
        for (int capability = 0; capability < 64; capability++)
        {
            if ((operation->Number1 >> capability & 1) != 0)
                continue;
            nint result = context->Make(SyscallNumber.prctl, Prctl.CapBsetDrop, capability);
            if (result == -Errno.EINVAL)
                return 0;
            if (result < 0)
                return result;
        }
        return 0;
    }

    /// <summary>Blob: the group ids, also none. Number1: 1 when setgroups may be denied.</summary>
    public static nint SetGroups(ChildContext* context, ChildOperation* operation)
    {
        int count = operation->BlobLength / sizeof(uint);
        nint result = context->Make(SyscallNumber.setgroups, count, (nint)operation->Blob);
        return result == -Errno.EPERM && count == 0 && operation->Number1 == 1 ? 0 : result;
    }

    /// <summary>Number1: uid; Number2: gid.</summary>
    public static nint SetUser(ChildContext* context, ChildOperation* operation)
    {
        nint uid = (nint)operation->Number1, gid = (nint)operation->Number2;
        if (uid != 0)
            StandardStreams.Give(context, uid);
        nint result = context->Make(SyscallNumber.setresgid, gid, gid, gid);
        return result < 0 ? result : context->Make(SyscallNumber.setresuid, uid, uid, uid);
    }

    /// <summary>Blob: header and data of capset(2).</summary>
    public static nint SetCapabilities(ChildContext* context, ChildOperation* operation)
    {
        const int HeaderSize = 8;
        return context->Make(SyscallNumber.capset, (nint)operation->Blob, (nint)(operation->Blob + HeaderSize));
    }

    /// <summary>Number1: mask of the ambient capabilities.</summary>
    public static nint RaiseAmbient(ChildContext* context, ChildOperation* operation)
    {
        nint result = context->Make(SyscallNumber.prctl, Prctl.CapAmbient, Prctl.CapAmbientClearAll, 0, 0, 0);
        for (int capability = 0; capability < 64 && result >= 0; capability++)
        {
            if ((operation->Number1 >> capability & 1) != 0)
                result = context->Make(SyscallNumber.prctl, Prctl.CapAmbient, Prctl.CapAmbientRaise, capability, 0, 0);
        }
        return result;
    }
}
