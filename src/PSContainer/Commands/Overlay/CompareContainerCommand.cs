using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Kernel;
using PSContainer.Overlays;
using PSContainer.Spec;

namespace PSContainer.Commands;

/// <summary>Says what containers changed in the overlays that are their roots.</summary>
[Cmdlet(VerbsData.Compare, "Container")]
[OutputType(typeof(OverlayChange))]
public sealed class CompareContainerCommand : ContainerTargetCmdlet
{
    /// <summary>Names everything else in the overlay too.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter IncludeUnchanged { get; set; }

    /// <inheritdoc/>
    protected override void Process(Container container) =>
        Attempt(container, () => OverlayEngine.Compare(Find(container), WriteObject, IncludeUnchanged, StopToken));

    private static Overlay Find(Container container)
    {
        IReadOnlyDictionary<string, string> annotations = container.Spec?.Annotations ?? new Dictionary<string, string>();
        if (annotations.ContainsKey(Annotation.OverlayLower))
        {
            throw new InvalidMountException(
                $"What the container '{container}' changes is in memory, where only it can see it (-Ephemeral).",
                AdviceOf("Give it an overlay of its own: Mount-Overlay ./rootfs -Ephemeral | Start-Container"))
            { Target = container.Name };
        }
        if (annotations.TryGetValue(Annotation.OverlayMount, out string? path))
            return OverlayEngine.Default.Get(path);
        throw new InvalidMountException(
            $"The root of the container '{container}' is a directory as it is, so there is nothing to compare it with.",
            AdviceOf("Give it an overlay: Mount-Overlay ./rootfs -Upper ./changes | Start-Container"))
        { Target = container.Name };
    }

    private static string AdviceOf(string advice) => Files.geteuid() == 0
        ? advice
        : $"{advice}; a user needs namespaces for it first: unshare --user --map-root-user --mount pwsh";
}
