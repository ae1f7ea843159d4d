using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.FileSystems;
using PSContainer.Overlays;

namespace PSContainer.Commands;

/// <summary>A cmdlet about mounts or overlays: what they share is how calls are told, and how references are followed.</summary>
public abstract class MountCmdlet : ContainerCmdlet
{
    /// <summary>
    /// Does an operation when it is wanted. With <c>-WhatIf</c> every call of it is listed; with <c>-Verbose</c> it is told.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    protected bool Run<T>(MountOperation<T> operation, string target, string action, Action<T>? emit = null)
    {
        if (IsOn("WhatIf", "WhatIfPreference"))
        {
            foreach (MountCall call in operation.Calls)
                ShouldProcess(Views.ViewText.Plain(call.ToString()), call.ToString(), action, out _);
            return false;
        }
        if (!ShouldProcess(target, action))
            return false;
        foreach (MountCall call in operation.Calls)
        {
            WriteVerbose(Views.ViewText.Plain(call.ToString()));
            if (IsDebugged)
                WriteDebug(Views.ViewText.Plain(call.ToString()));
        }
        T result = operation.Run(StopToken);
        emit?.Invoke(result);
        return true;
    }

    /// <summary>
    /// The overlays that references mean; one that means none is an error of its own, and the others have their turn.
    /// </summary>
    protected IEnumerable<Overlay> Resolve(IEnumerable<OverlayReference> references)
    {
        foreach (OverlayReference reference in references)
        {
            IReadOnlyList<Overlay> found = [];
            Attempt(reference.Text, () => found = Find(reference));
            foreach (Overlay overlay in found)
                yield return overlay;
        }
    }

    private static IReadOnlyList<Overlay> Find(OverlayReference reference)
    {
        if (reference.Overlay is { } overlay)
            return [overlay];
        if (!reference.IsPattern)
            return [OverlayEngine.Default.Get(reference.Path)];
        var pattern = new WildcardPattern(reference.Path);
        return [.. OverlayEngine.Default.List().Where(one => pattern.IsMatch(one.Path))];
    }

    /// <summary>Files of the namespaces that references mean.</summary>
    /// <exception cref="ContainerException">One of them is gone.</exception>
    protected static string[] FilesOf(IEnumerable<NamespaceReference> references) =>
        [.. references.SelectMany(reference => reference.Resolve()).Distinct().Select(one => one.RequirePath())];

    /// <summary>The mounts that references mean.</summary>
    /// <param name="references">What was written.</param>
    /// <param name="all">The mounts to choose from.</param>
    protected IEnumerable<MountPoint> Resolve(IEnumerable<MountPointReference> references, Func<IReadOnlyList<MountPoint>> all)
    {
        foreach (MountPointReference reference in references)
        {
            IReadOnlyList<MountPoint> found = [];
            Attempt(reference.Text, () => found = Find(reference, all()));
            foreach (MountPoint mount in found)
                yield return mount;
        }
    }

    private static IReadOnlyList<MountPoint> Find(MountPointReference reference, IReadOnlyList<MountPoint> all)
    {
        if (reference.MountPoint is { } mount)
            return [mount];
        if (reference.IsPattern)
        {
            var pattern = new WildcardPattern(reference.Path);
            return [.. all.Where(one => pattern.IsMatch(one.Path))];
        }
        string path = reference.Path.Length > 1 ? reference.Path.TrimEnd('/') : reference.Path;
        // The last one covers the others.
        return all.LastOrDefault(one => one.Path == path) is { } found
            ? [found]
            : throw new MountPointNotFoundException(path) { Target = path };
    }
}
