using PSContainer.Kernel;
using static PSContainer.Kernel.Files;

namespace PSContainer.Mounts;

/// <summary>How this kernel's overlayfs is told its layers.</summary>
internal enum OverlayForm
{
    /// <summary>By descriptors, which any path can be (Linux 6.13).</summary>
    Descriptor,

    /// <summary>By one text a layer, below 256 bytes (<c>lowerdir+</c>, Linux 6.8).</summary>
    Text,

    /// <summary>By one text for all, with escapes, below a page: mount(2).</summary>
    Legacy,
}

/// <summary>What this kernel's overlayfs can do.</summary>
internal static class OverlayFeatures
{
    /// <summary>The best form that the kernel has.</summary>
    /// <exception cref="OverlayUnsupportedException">The kernel has no overlayfs.</exception>
    /// <exception cref="ContainerPermissionException">The caller may not mount.</exception>
    internal static OverlayForm Probe()
    {
        using FileHandle fs = Open();
        using var root = new FileHandle((int)Syscall.Check(openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY | O_CLOEXEC), "openat",
            "/"));
        if (MountCalls.fsconfig(fs.Fd, "lowerdir+", root.Fd) == 0)
            return OverlayForm.Descriptor;
        return MountCalls.fsconfig(fs.Fd, "lowerdir+", "/") == 0 ? OverlayForm.Text : OverlayForm.Legacy;
    }

    /// <summary>fsopen(2).</summary>
    internal static FileHandle Open()
    {
        nint fs = MountCalls.fsopen("overlay");
        return -fs switch
        {
            Errno.ENODEV => throw new OverlayUnsupportedException(
                "The kernel has no overlayfs.", "Load the module (modprobe overlay), or use a kernel with CONFIG_OVERLAY_FS.")
            { Call = "fsopen", Errno = Errno.ENODEV, Target = "overlay" },
            Errno.EPERM => throw MayNotMount("fsopen", "overlay"),
            _ => new FileHandle((int)Syscall.Check(fs, "fsopen", "overlay")),
        };
    }

    /// <summary>Refuses what takes mounting where nothing may be mounted, before anything is done or said to be.</summary>
    /// <param name="target">What it is for.</param>
    /// <param name="call">The call that the kernel would refuse.</param>
    internal static void RequireMounting(string target, string call = "mount")
    {
        // Its capabilities do not tell: root of a user namespace alone is still in the mount namespace of another. The kernel asks
        // for the same in all these calls, and this one touches nothing.
        nint fs = MountCalls.fsopen("tmpfs");
        if (fs == -Errno.EPERM)
            throw MayNotMount(call, target);
        if (fs >= 0)
            Syscall.Call(SyscallNumber.close, fs);
    }

    /// <summary>The caller lacks the privilege to mount anything.</summary>
    internal static ContainerPermissionException MayNotMount(string call, string target) => new(
        $"{call} '{target}': EPERM: mounting takes CAP_SYS_ADMIN in the user namespace that owns this mount namespace.",
        Advice.RunAsRoot("in namespaces of your own: unshare --user --map-root-user --mount pwsh"))
    { Call = call, Errno = Errno.EPERM, Target = target };

    /// <summary>
    /// Whether this process is not in the host's user namespace, where <c>trusted.*</c> attributes are out of reach.
    /// </summary>
    internal static bool InUserNamespace
    {
        get
        {
            string[] words = (Kernel.ProcFile.Read("/proc/self/uid_map") ?? "").Split((char[]?)null,
                StringSplitOptions.RemoveEmptyEntries);
            return words is not ["0", "0", "4294967295"];
        }
    }
}
