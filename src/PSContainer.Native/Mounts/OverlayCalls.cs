using System.Text;
using PSContainer.Kernel;
using PSContainer.Plan;
using static PSContainer.Kernel.Files;

namespace PSContainer.Mounts;

/// <summary>The calls that mount an overlay, in the form that the kernel has.</summary>
internal sealed class OverlayCalls(OverlayForm form, bool readOnly)
{
    private const int LongestText = 255;
    private FileHandle? fs;
    private FileHandle? mount;

    /// <summary>Adds them.</summary>
    internal void Add<T>(
        MountOperation<T> operation, IReadOnlyList<string> lowers, string upper, string work, IReadOnlyList<string> options,
            string path)
    {
        if (form == OverlayForm.Legacy || (form == OverlayForm.Text && lowers.Append(upper).Append(work).Any(IsLong)))
        {
            AddLegacy(operation, lowers, upper, work, options, path);
            return;
        }
        operation.Add("fsopen", "overlay", "", () => fs = OverlayFeatures.Open(), Close);
        foreach (string lower in lowers)
            operation.Add("fsconfig", "lowerdir+", lower, () => SetPath("lowerdir+", lower));
        if (upper.Length > 0)
        {
            operation.Add("fsconfig", "upperdir", upper, () => SetPath("upperdir", upper));
            operation.Add("fsconfig", "workdir", work, () => SetPath("workdir", work));
        }
        foreach (string option in options)
            operation.Add("fsconfig", option, "", () => SetOption(option));
        operation.Add("fsconfig", "FSCONFIG_CMD_CREATE", "", () => Require(MountCalls.fsconfig_create(fs!.Fd), "fsconfig", path));
        operation.Add("fsmount", "overlay", readOnly ? "MOUNT_ATTR_RDONLY" : "", Make, Close);
        operation.Add("move_mount", path, "", () => Move(path), () => MountCalls.umount2(path, MountApi.MntDetach));
    }

    private static bool IsLong(string path) => Encoding.UTF8.GetByteCount(path) > LongestText;

    private void AddLegacy<T>(
        MountOperation<T> operation, IReadOnlyList<string> lowers, string upper, string work, IReadOnlyList<string> options,
            string path)
    {
        string text = OverlayOptions.Format(lowers, upper, work, options);
        operation.Add(
            "mount", path, text,
            () => Require(MountCalls.mount("overlay", path, "overlay", readOnly ? MountApi.MsRdonly : 0, text), "mount", path),
            () => MountCalls.umount2(path, MountApi.MntDetach));
    }

    private void SetPath(string key, string path)
    {
        if (form == OverlayForm.Text)
        {
            // Of all paths given as texts, only these two have backslashes taken away.
            string text = key == "lowerdir+" ? path : path.Replace("\\", "\\\\", StringComparison.Ordinal);
            Require(MountCalls.fsconfig(fs!.Fd, key, text), "fsconfig", path);
            return;
        }
        using var directory = new FileHandle((int)Syscall.Check(openat(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC),
            "openat", path));
        Require(MountCalls.fsconfig(fs!.Fd, key, directory.Fd), "fsconfig", path);
    }

    private void SetOption(string option)
    {
        int equals = option.IndexOf('=', StringComparison.Ordinal);
        nint result = equals < 0
            ? MountCalls.fsconfig(fs!.Fd, option, null)
            : MountCalls.fsconfig(fs!.Fd, option[..equals], option[(equals + 1)..]);
        if (-result == Errno.EINVAL)
            throw new OverlayUnsupportedException(
                $"The kernel's overlayfs does not take the option '{option}'.{KernelMessages.Read(fs)}",
                "Leave it out, or see what this kernel has: /sys/module/overlay/parameters")
            { Call = "fsconfig", Errno = Errno.EINVAL, Target = option };
        Require(result, "fsconfig", option);
    }

    private void Make()
    {
        mount = new FileHandle((int)Require(MountCalls.fsmount(fs!.Fd, readOnly ? MountApi.AttrRdonly : 0), "fsmount",
            "overlay"));
        fs.Dispose();
    }

    private void Move(string path)
    {
        using (mount)
        {
            using var place = new FileHandle((int)Syscall.Check(openat(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC),
                "openat", path));
            Require(MountCalls.move_mount(mount!.Fd, place.Fd), "move_mount", path);
        }
    }

    private void Close()
    {
        fs?.Dispose();
        mount?.Dispose();
    }

    private nint Require(nint result, string call, string target)
    {
        if (result >= 0)
            return result;
        int errno = (int)-result;
        if (errno == Errno.EPERM)
            throw OverlayFeatures.MayNotMount(call, target);
        (string why, string recommendation) = errno switch
        {
            Errno.EINVAL => (
                "the kernel cannot make an overlay of these directories",
                "A layer may be of a filesystem that cannot be one, or an overlay of overlays: see dmesg."),
            Errno.ELOOP => ("layers lie in each other", "Give each layer a directory outside of the others."),
            Errno.EBUSY => ("the upper or work directory is in use by another overlay",
                "Choose another, or dismount the other first."),
            Errno.ESTALE => ("the upper directory belongs to other lower directories",
                "Use it with those, or an empty one; or leave out -Index."),
            Errno.ENOSPC => ("there are too many mounts in this namespace", "See fs.mount-max: sysctl fs.mount-max"),
            _ => (Errno.Describe(errno), $"See {call}(2) for what this error means."),
        };
        throw new MountFailedException($"{call} '{target}': {Errno.Name(errno)}: {why}.{KernelMessages.Read(fs)}", recommendation)
        {
            Step = "MountOverlay", Call = call, Errno = errno, Target = target,
        };
    }
}
