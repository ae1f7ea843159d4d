using PSContainer.Kernel;

namespace PSContainer.Proc;

/// <summary>Who owns a namespace: what decides the order of joining several.</summary>
/// <remarks>
/// To join one takes CAP_SYS_ADMIN in the user namespace that owns it. Whoever has joined a user namespace has that there and
/// below, and nowhere else any more, user_namespaces(7).
/// </remarks>
internal static class NamespaceOwnership
{
    /// <summary>Whether a namespace belongs to a user namespace or one below it, so that it is joined after that one.</summary>
    /// <param name="path">The file of the namespace.</param>
    /// <param name="user">The file of the user namespace.</param>
    internal static bool IsBelow(string path, string user)
    {
        using FileHandle? file = NamespaceFile.Open(path), owner = NamespaceFile.Open(user);
        if (file is null || owner is null || NamespaceFile.InodeOf(owner.Fd) is not { } wanted)
            return true;
        nint fd = NamespaceFile.OpenOwner(file.Fd);
        while (fd >= 0)
        {
            using var current = new FileHandle((int)fd);
            if (NamespaceFile.InodeOf(current.Fd) == wanted)
                return true;
            fd = NamespaceFile.OpenParent(current.Fd);
        }
        return false;
    }
}
