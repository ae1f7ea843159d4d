using PSContainer.Containers.Options;
using PSContainer.Mounts;
using PSContainer.Rooted;
using PSContainer.Spec;

namespace PSContainer.Containers.Compose;

/// <summary>The root filesystem of a container: a directory as it is, or below an empty layer.</summary>
internal static class RootComposer
{
    /// <summary>Opens the directory that the root filesystem is, or is above.</summary>
    /// <exception cref="RootfsNotFoundException">There is none.</exception>
    internal static RootedDirectory Open(ContainerOptions options)
    {
        if (options.Rootfs is null)
        {
            throw new InvalidSpecException(
                "A container needs a root filesystem.",
                "Give one with -Rootfs ./directory, or use the host's own with -Rootfs Host.");
        }
        string path = PathOf(options.Rootfs);
        if (File.Exists(path))
        {
            throw new RootfsNotFoundException(
                $"The root filesystem '{path}' is a file.",
                $"Unpack an archive with: Expand-ContainerImage '{path}' -Destination ./rootfs")
            { Target = path };
        }
        if (!Directory.Exists(path))
        {
            throw new RootfsNotFoundException(
                $"The root filesystem '{path}' does not exist.",
                "Give a directory that holds one, or use the host's own with -Rootfs Host.")
            { Target = path };
        }
        if (path == "/" && !options.Ephemeral && !options.Rootfs.IsHost)
        {
            throw new InvalidSpecException(
                "The host's own root would be the container's, and whatever it writes or deletes the host's.",
                "Use -Rootfs Host, which puts an empty layer over it.")
            { Target = path };
        }
        return RootedDirectory.OpenHost(path);
    }

    /// <summary>The root's part of the configuration.</summary>
    internal static RootSpec Compose(ContainerOptions options) =>
        new() { Path = PathOf(options.Rootfs!), Readonly = options.ReadOnly };

    /// <summary>Annotations that put a layer over the directory.</summary>
    internal static void AddAnnotations(ContainerOptions options, Dictionary<string, string> annotations)
    {
        string path = PathOf(options.Rootfs!);
        if (options.Ephemeral || options.Rootfs!.IsHost)
            annotations[Annotation.OverlayLower] = OverlayLayers.Format(path);
        // An overlay somebody mounted is used as it is: a second one over the same upper directory would be undefined.
        if (path == "/" || MountTable.At(path) is not { FileSystem: "overlay" } mount)
            return;
        annotations[Annotation.OverlayMount] = mount.MountPoint;
        annotations[Annotation.OverlayMountUpper] = OverlayLayerText.Of(mount).Upper ?? "";
    }

    private static string PathOf(RootfsSource rootfs) => rootfs.Path ?? "/";
}
