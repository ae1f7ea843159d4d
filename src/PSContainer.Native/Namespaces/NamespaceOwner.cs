using PSContainer.Kernel;
using PSContainer.Proc;

namespace PSContainer.Namespaces;

/// <summary>The user namespace that owns others, without which an ordinary user cannot join them.</summary>
internal static class NamespaceOwner
{
    /// <summary>
    /// The namespaces, and with them the user namespace of the caller's own that owns them: an ordinary user may join them only
    /// from there.
    /// </summary>
    internal static IReadOnlyList<Namespace> AddTo(IReadOnlyList<Namespace> namespaces)
    {
        if (Files.geteuid() == 0 || namespaces.Any(one => one.Type == NamespaceType.User))
            return namespaces;
        Namespace[] owners = [.. namespaces.Select(one => one.FindOwnerOfCaller()).OfType<Namespace>().Distinct()];
        return owners is [var owner] ? [owner, .. namespaces] : namespaces;
    }
}
