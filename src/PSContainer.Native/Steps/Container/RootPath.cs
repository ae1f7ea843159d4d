using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Steps.Container;

/// <summary>
/// Paths below the container's root, for the child. A link of the container leads to the container and nowhere else:
/// openat2(2) with RESOLVE_IN_ROOT resolves against the root's descriptor, and magic links are refused.
/// </summary>
internal static unsafe class RootPath
{
    public const int O_PATH = Files.O_PATH, O_CLOEXEC = Files.O_CLOEXEC;

    public static int O_DIRECTORY => Files.O_DIRECTORY;

    public static int O_NOFOLLOW => Files.O_NOFOLLOW;

    public const ulong NoXdev = 1, NoMagicLinks = 2, NoSymlinks = 4, Beneath = 8, InRoot = 16;
    private const int PathMax = 4096, NewDirectoryMode = 0x1ED, NewFileMode = 0x1A4, RegularFile = 0x8000, MostLinks = 10, MostAttempts = 128;

    /// <summary>A place below the root as an O_PATH descriptor, or a negated error number.</summary>
    public static int Open(ChildContext* context, byte* path, ulong resolve = 0) => Open(context, path, O_PATH, resolve);

    /// <summary>Opens a place below the root.</summary>
    /// <returns>A descriptor, or a negated error number.</returns>
    public static int Open(ChildContext* context, byte* path, int flags, ulong resolve)
    {
        int opened = Resolve(context, path, flags, resolve);
        if (opened == -Errno.ENOTDIR)
            ExplainNoDirectory(context, path);
        else if (opened < 0 && opened != -Errno.ENOENT)
            context->Explain(path);
        return opened;
    }

    private static int Resolve(ChildContext* context, byte* path, int flags, ulong resolve)
    {
        byte* rest;
        int mount = MountPlaces.Find(context, path, &rest);
        int opened = mount < 0 ? -Errno.EXDEV : OpenBelow(context, mount, rest, flags, resolve);
        // A link on the way leads out of the mount: what it names is looked for as by a program inside.
        if (opened == -Errno.EXDEV)
            opened = Call(context, context->Root, path, flags, InRoot | NoMagicLinks | resolve);
        return opened;
    }

    // Of the names in a path the one that is there and no directory, though the path goes on.
    private static void ExplainNoDirectory(ChildContext* context, byte* path)
    {
        int refused = context->Call;
        byte* prefix = stackalloc byte[PathMax];
        nint length = Bytes.Length(path);
        int found = -Errno.ENOTDIR;
        if (length < PathMax)
            Bytes.Copy(prefix, path, length);
        while (length is > 0 and < PathMax && found == -Errno.ENOTDIR)
        {
            prefix[length] = 0;
            found = Resolve(context, prefix, O_PATH, 0);
            length = PrefixLength(prefix);
            while (length > 0 && prefix[length - 1] == (byte)'/')
                length--;
        }
        context->Explain(found >= 0 ? prefix : path);
        Raw.Close(found);
        context->Call = refused;
    }

    /// <summary>openat2(2).</summary>
    public static int OpenAt(ChildContext* context, int directory, byte* path, int flags, ulong resolve)
    {
        int opened = Call(context, directory, path, flags, resolve);
        if (opened < 0 && opened != -Errno.ENOENT)
            context->Explain(path);
        return opened;
    }

    private static int OpenBelow(ChildContext* context, int mount, byte* rest, int flags, ulong resolve)
    {
        const int DuplicateCloseOnExec = 1030;
        if (*rest != 0)
            return Call(context, mount, rest, flags, Beneath | NoMagicLinks | resolve);
        return flags == O_PATH ? (int)context->Make(SyscallNumber.fcntl, mount, DuplicateCloseOnExec, 0) : -Errno.EXDEV;
    }

    private static int Call(ChildContext* context, int directory, byte* path, int flags, ulong resolve)
    {
        ulong* how = stackalloc ulong[3];
        how[0] = (uint)(flags | O_CLOEXEC);
        how[1] = 0;
        how[2] = resolve;
        int opened;
        int attempt = 0;
        // EAGAIN: something was renamed or mounted anywhere meanwhile, and the kernel could not tell whether ".." stays inside.
        do
            opened = (int)context->Make(SyscallNumber.openat2, directory, (nint)path, (nint)how, 24);
        while (opened == -Errno.EAGAIN && attempt++ < MostAttempts);
        return opened;
    }

    /// <summary>
    /// A place below the root that is made when it is missing, with all directories above it; where a link leads to nothing, what
    /// it names is made.
    /// </summary>
    public static int OpenOrMake(ChildContext* context, byte* path, bool directory, ulong resolve = 0, int links = MostLinks)
    {
        int opened = Open(context, path, resolve);
        if (opened != -Errno.ENOENT)
            return opened;
        byte* name = stackalloc byte[256];
        int parent = OpenParent(context, path, name, links);
        if (parent < 0)
            return parent;
        nint made = directory
            ? context->Make(SyscallNumber.mkdirat, parent, (nint)name, NewDirectoryMode)
            : context->Make(SyscallNumber.mknodat, parent, (nint)name, RegularFile | NewFileMode, 0);
        if (made < 0 && made != -Errno.EEXIST)
        {
            Raw.Close(parent);
            context->Explain(path);
            return (int)made;
        }
        opened = Open(context, path, resolve);
        if (opened == -Errno.ENOENT && made == -Errno.EEXIST)
            opened = MakeTarget(context, parent, path, PrefixLength(path), name, directory, resolve, links);
        Raw.Close(parent);
        if (opened < 0)
            context->Explain(path);
        return opened;
    }

    /// <summary>As <see cref="OpenOrMake"/>, but a link in the last place is the place itself.</summary>
    public static int OpenLast(ChildContext* context, byte* path, bool directory)
    {
        byte* name = stackalloc byte[256];
        int parent = OpenParent(context, path, name);
        if (parent < 0)
            return parent;
        nint opened = context->Make(SyscallNumber.openat, parent, (nint)name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        Raw.Close(parent);
        return opened == -Errno.ENOENT ? OpenOrMake(context, path, directory, NoSymlinks) : (int)opened;
    }

    /// <summary>The directory that a path's last name is in, made when missing; the name is copied out.</summary>
    /// <param name="context">The child.</param>
    /// <param name="path">An absolute path inside the container.</param>
    /// <param name="name">Room for 256 bytes.</param>
    /// <param name="links">How many links to nothing may be followed.</param>
    public static int OpenParent(ChildContext* context, byte* path, byte* name, int links = MostLinks)
    {
        nint length = Bytes.Length(path);
        while (length > 1 && path[length - 1] == (byte)'/')
            length--;
        nint slash = PrefixLength(path) - 1;
        nint nameLength = length - slash - 1;
        if (length >= PathMax || nameLength is 0 or > 255)
        {
            context->Explain(path);
            return -Errno.ENAMETOOLONG;
        }
        Bytes.Copy(name, path + slash + 1, nameLength);
        name[nameLength] = 0;
        byte* parent = stackalloc byte[PathMax];
        parent[0] = (byte)'/';
        parent[1] = 0;
        if (slash > 0)
        {
            Bytes.Copy(parent, path, slash);
            parent[slash] = 0;
        }
        int opened = Open(context, parent);
        return opened == -Errno.ENOENT ? MakeDirectories(context, parent, links) : opened;
    }

    // What is before a path's last name.
    private static nint PrefixLength(byte* path)
    {
        nint length = Bytes.Length(path);
        while (length > 1 && path[length - 1] == (byte)'/')
            length--;
        while (length > 0 && path[length - 1] != (byte)'/')
            length--;
        return length;
    }

    // As a program in the container would see it: a relative target begins where the link is, an absolute one at the root.
    private static int MakeTarget(
        ChildContext* context, int parent, byte* path, nint prefix, byte* name, bool directory, ulong resolve, int links)
    {
        byte* target = stackalloc byte[2 * PathMax];
        nint length = context->Make(SyscallNumber.readlinkat, parent, (nint)name, (nint)(target + PathMax), PathMax - 1);
        // No link: somebody else's file that came and went.
        if (length == -Errno.EINVAL)
            return -Errno.ENOENT;
        if (length < 0)
            return (int)length;
        if (links == 0)
            return -Errno.ELOOP;
        if (target[PathMax] == (byte)'/')
            prefix = 0;
        if (prefix + length >= PathMax)
            return -Errno.ENAMETOOLONG;
        Bytes.Copy(target, path, prefix);
        Bytes.Copy(target + prefix, target + PathMax, length);
        target[prefix + length] = 0;
        return OpenOrMake(context, target, directory, resolve, links - 1);
    }

    // Prefix by prefix: each is resolved anew below the root, so a link that is swapped in between stays inside.
    private static int MakeDirectories(ChildContext* context, byte* path, int links)
    {
        int directory = context->Root;
        byte* end = path;
        while (true)
        {
            while (*end == (byte)'/')
                end++;
            if (*end == 0)
                return directory;
            byte* name = end;
            while (*end != 0 && *end != (byte)'/')
                end++;
            byte after = *end;
            *end = 0;
            int next = Open(context, path);
            if (next == -Errno.ENOENT)
            {
                nint made = context->Make(SyscallNumber.mkdirat, directory, (nint)name, NewDirectoryMode);
                next = made < 0 && made != -Errno.EEXIST ? (int)made : Open(context, path);
                if (next == -Errno.ENOENT && made == -Errno.EEXIST)
                    next = MakeTarget(context, directory, path, (nint)(name - path), name, directory: true, resolve: 0, links);
            }
            if (next < 0)
                context->Explain(path);
            *end = after;
            if (directory != context->Root)
                Raw.Close(directory);
            if (next < 0)
                return next;
            directory = next;
        }
    }
}
