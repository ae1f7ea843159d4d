using System.Globalization;
using System.Management.Automation;
using PSContainer.Containers;
using PSContainer.Namespaces;
using PSContainer.Proc;

namespace PSContainer.Binding;

/// <summary>
/// Namespaces as they were named: by an object, a name, a number, a file, a process or a container; the last two mean all they
/// are in.
/// </summary>
public sealed class NamespaceReference
{
    private readonly Func<IReadOnlyList<Namespace>> _find;

    /// <summary>Refers by name, pattern, number, path, or the kernel's text (<c>net:[4026531840]</c>).</summary>
    public NamespaceReference(string text) : this(text, () => Find(text))
    {
    }

    /// <summary>Refers to a namespace by its object.</summary>
    public NamespaceReference(Namespace @namespace) : this(@namespace.ToString(), () => [@namespace])
    {
    }

    /// <summary>Refers to all namespaces that a container is in.</summary>
    public NamespaceReference(Container container) : this(container.Name, () => OfContainer(container))
    {
    }

    internal NamespaceReference(string text, Func<IReadOnlyList<Namespace>> find)
    {
        Text = text;
        _find = find;
    }

    /// <summary>What was written; of an object its name.</summary>
    public string Text { get; }

    /// <summary><see cref="Text"/>.</summary>
    public override string ToString() => Text;

    /// <summary>What is meant.</summary>
    /// <exception cref="ContainerException">There is no such namespace, container or process.</exception>
    internal IReadOnlyList<Namespace> Resolve() => _find();

    /// <summary>All namespaces of a process.</summary>
    internal static NamespaceReference OfProcess(int pid) =>
        new(pid.ToString(CultureInfo.InvariantCulture), () => NamespaceStore.Default.OfProcess(pid) is { Count: > 0 } found
            ? found
            : throw new NamespaceNotFoundException(
                $"The namespaces of process {pid} cannot be read: it is gone, or is not this user's to look at.",
                "See the processes with Get-Process.") { Target = $"{pid}" });

    /// <summary>The namespace with a number, if its type is still the one it was.</summary>
    internal static NamespaceReference OfInode(ulong inode, NamespaceType? type) =>
        new(inode.ToString(CultureInfo.InvariantCulture), () =>
            NamespaceStore.Default.Find(inode) is { } found && (type is null || found.Type == type)
                ? [found]
                : throw new NamespaceNotFoundException(
                    $"There is no {(type is { } known ? NamespaceWord.Of(known) + " " : "")}namespace {inode}.") { Target = $"{inode}" });

    private static IReadOnlyList<Namespace> OfContainer(Container container) =>
        NamespaceStore.Default.OfProcess(container.Pid ?? throw ContainerStateException.NotRunning(container.Name, "it is in no namespaces"));

    private static IReadOnlyList<Namespace> Find(string text)
    {
        NamespaceStore store = NamespaceStore.Default;
        if (NamespaceWord.TryParseLink(text) is var (type, inode))
            return OfInode(inode, type).Resolve();
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
            return OfInode(number, null).Resolve();
        if (text.Contains('/', StringComparison.Ordinal))
            return [store.OfPath(text)];
        return FindByName(store, text);
    }

    /// <summary>The namespaces of a name or pattern.</summary>
    /// <exception cref="NamespaceNotFoundException">A name that is no pattern has none.</exception>
    internal static IReadOnlyList<Namespace> FindByName(NamespaceStore store, string name)
    {
        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
        List<Namespace> found = [.. store.List().Where(one => one.Name is { } own && pattern.IsMatch(own))];
        return found.Count > 0 || WildcardPattern.ContainsWildcardCharacters(name)
            ? found
            : throw new NamespaceNotFoundException(
                $"There are no namespaces named '{name}'.",
                ContainerEngine.Default.Find(name) is null
                    ? "List them with: Get-Namespace" : "A container is: name it with -Container, or pipe it as an object of Get-Container.")
            { Target = name };
    }
}
