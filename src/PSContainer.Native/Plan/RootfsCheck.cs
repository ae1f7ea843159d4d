using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Spec;

namespace PSContainer.Plan;

/// <summary>Whether the root filesystem is there, before anything is made.</summary>
internal static class RootfsCheck
{
    /// <summary>Absolute path of a configuration's root; of an overlay, its topmost lower directory is not it.</summary>
    public static string PathOf(ContainerSpec spec, string bundle) => HostPath.Full(spec.Root?.Path ?? "rootfs", bundle);

    /// <summary>Refuses a root that is missing or no directory.</summary>
    /// <exception cref="RootfsNotFoundException">It is.</exception>
    public static void Require(ContainerSpec spec, string bundle)
    {
        if (spec.Annotations?.TryGetValue(Annotation.OverlayMount, out string? overlay) == true)
            RequireOverlay(overlay, spec.Annotations.GetValueOrDefault(Annotation.OverlayMountUpper));
        if (spec.Annotations?.TryGetValue(Annotation.OverlayLower, out string? lowers) == true)
        {
            foreach (string lower in SpecReader.ParseTexts(lowers, Annotation.OverlayLower))
                RequireDirectory(lower);
            return;
        }
        RequireDirectory(PathOf(spec, bundle));
    }

    // Without it the mount point is there all the same, an empty directory.
    private static void RequireOverlay(string path, string? upper)
    {
        if (MountTable.At(path) is { FileSystem: "overlay" } mount && OverlayLayerText.Of(mount).Upper == (upper is "" ? null : upper))
            return;
        throw new RootfsNotFoundException(
            $"The overlay that is the container's root is not mounted on '{path}' any more.",
            string.IsNullOrEmpty(upper)
                ? Advice.Choose("Mount it there again with Mount-Overlay, or make the container anew.",
                    "Mount it there again, or make the container anew.")
                : Advice.Choose(
                    $"Mount it there again: Mount-Overlay -Lower ... -Upper '{upper}' -Path '{path}'; an ephemeral one is gone.",
                    $"Mount it there again, with the upper directory '{upper}'; an ephemeral one is gone."))
        { Target = path };
    }

    private static void RequireDirectory(string root)
    {
        if (Directory.Exists(root))
            return;
        throw File.Exists(root)
            ? new RootfsNotFoundException($"The root filesystem '{root}' is a file.",
                Advice.Choose("Unpack it first: Expand-ContainerImage makes a directory of a tarball.", "Unpack it into a directory first."))
            { Target = root }
            : new RootfsNotFoundException($"The root filesystem '{root}' does not exist.", "Name a directory that holds a Linux root filesystem.") { Target = root };
    }
}
