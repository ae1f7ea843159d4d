using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>Device nodes and links in /dev.</summary>
internal static unsafe class Devices
{
    /// <summary>
    /// Attributes of a view of the host's own node. Programs are not started from devices. Read-only, the device is written to as
    /// ever, but its mode, owner and times, which are the host's, stay.
    /// </summary>
    public const long HostsNode = MountApi.AttrRdonly | MountApi.AttrNosuid | MountApi.AttrNoexec;

    private const int AtSymlinkNofollow = MountApi.AtSymlinkNofollow;

    /// <summary>Text1: path; Number1: type and mode; Number2: device number; Number3: uid in the upper half, gid in the lower.</summary>
    public static nint Make(ChildContext* context, ChildOperation* operation)
    {
        byte* name = stackalloc byte[256];
        int parent = RootPath.OpenParent(context, operation->Text1, name);
        if (parent < 0)
            return parent;
        nint result = context->Make(SyscallNumber.mknodat, parent, (nint)name, (nint)operation->Number1, (nint)operation->Number2);
        if (result == -Errno.EEXIST)
            result = IsSame(context, parent, name, operation) ? 0 : -Errno.EEXIST;
        else if (result >= 0 && operation->Number3 != 0)
        {
            result = context->Make(SyscallNumber.fchownat, parent, (nint)name, (nint)(operation->Number3 >> 32),
                (nint)(uint)operation->Number3, AtSymlinkNofollow);
        }
        Raw.Close(parent);
        if (result < 0)
            context->Explain(operation->Text1);
        return result;
    }

    /// <summary>Text1: the link; Text2: what it says; Number1: 1 when it replaces what is there.</summary>
    public static nint Link(ChildContext* context, ChildOperation* operation)
    {
        byte* name = stackalloc byte[256];
        int parent = RootPath.OpenParent(context, operation->Text1, name);
        if (parent < 0)
            return parent;
        nint result = context->Make(SyscallNumber.symlinkat, (nint)operation->Text2, parent, (nint)name);
        if (result == -Errno.EEXIST)
        {
            result = 0;
            if (operation->Number1 == 1)
            {
                context->Make(SyscallNumber.unlinkat, parent, (nint)name, 0);
                result = context->Make(SyscallNumber.symlinkat, (nint)operation->Text2, parent, (nint)name);
            }
        }
        Raw.Close(parent);
        if (result < 0)
            context->Explain(operation->Text1);
        return result;
    }

    /// <summary>Makes a link of the host's anew. Text1: the link; Text3: where. What is there already must say the same.</summary>
    /// <param name="context">The child.</param>
    /// <param name="operation">The bind.</param>
    /// <param name="isLink">Gets whether it is one; what is none is not copied.</param>
    public static nint CopyLink(ChildContext* context, ChildOperation* operation, bool* isLink)
    {
        const int PathMax = 4096;
        byte* said = stackalloc byte[2 * PathMax];
        nint length = context->Make(SyscallNumber.readlinkat, Raw.AtFdCwd, (nint)operation->Text1, (nint)said, PathMax - 1);
        *isLink = length >= 0;
        if (!*isLink)
            return 0;
        said[length] = 0;
        byte* name = stackalloc byte[256];
        int parent = RootPath.OpenParent(context, operation->Text3, name);
        if (parent < 0)
            return parent;
        nint result = context->Make(SyscallNumber.symlinkat, (nint)said, parent, (nint)name);
        if (result == -Errno.EEXIST)
        {
            nint other = Raw.Call(SyscallNumber.readlinkat, parent, (nint)name, (nint)(said + PathMax), PathMax - 1);
            bool isSame = other == length;
            for (nint i = 0; isSame && i < length; i++)
                isSame = said[i] == said[PathMax + i];
            result = isSame ? 0 : result;
        }
        Raw.Close(parent);
        if (result < 0)
            context->Explain(operation->Text3);
        return result;
    }

    /// <summary>Text1: a directory that the command will be in; made when missing, as image builders expect.</summary>
    public static nint MakeDirectory(ChildContext* context, ChildOperation* operation)
    {
        int directory = RootPath.OpenOrMake(context, operation->Text1, directory: true);
        Raw.Close(directory);
        return directory;
    }

    private static bool IsSame(ChildContext* context, int parent, byte* name, ChildOperation* operation)
    {
        nint existing = context->Make(SyscallNumber.openat, parent, (nint)name,
            RootPath.O_PATH | RootPath.O_NOFOLLOW | RootPath.O_CLOEXEC);
        if (existing < 0)
            return false;
        FileFacts facts;
        nint read = FileFacts.Read(context, (int)existing, &facts);
        Raw.Close((int)existing);
        context->Call = SyscallNumber.mknodat;
        return read >= 0 && (facts.Mode & 0xF000) == ((uint)operation->Number1 & 0xF000) && facts.Device == (ulong)operation->Number2;
    }
}
