using System.Text;
using PSContainer.FileSystems;
using PSContainer.Kernel;
using PSContainer.Mounts;
using static PSContainer.Kernel.Files;

namespace PSContainer.Overlays;

/// <summary>The calls that mount an overlay, in the form that the kernel has.</summary>
internal sealed class OverlayCalls(OverlayForm form, bool readOnly) : IDisposable
{
    private const int LongestText = 255;
    private FileHandle? fs;
    private FileHandle? mount;

    /// <summary>Adds them.</summary>
    internal void Add<T>(
        MountOperation<T> operation, IReadOnlyList<string> lowers, HeldDirectory? upper, HeldDirectory? work,
        IReadOnlyList<string> options, HeldDirectory place)
    {
        string[] texts = [.. lowers, upper?.Path ?? "", work?.Path ?? ""];
        if (form == OverlayForm.Legacy || (form == OverlayForm.Text && texts.Any(IsLong)))
        {
            AddLegacy(operation, lowers, upper, work, options, place);
            return;
        }
        operation.Owns(this);
        operation.Add("fsopen", "overlay", "", () => fs = OverlayFeatures.Open(), Dispose);
        foreach (string lower in lowers)
            operation.Add("fsconfig", "lowerdir+", lower, () => SetLower(lower));
        if (upper is not null && work is not null)
        {
            operation.Add("fsconfig", "upperdir", upper.Path, () => SetDirectory("upperdir", upper));
            operation.Add("fsconfig", "workdir", work.Path, () => SetDirectory("workdir", work));
        }
        foreach (string option in options)
            operation.Add("fsconfig", option, "", () => SetOption(option));
        operation.Add(
            "fsconfig", "FSCONFIG_CMD_CREATE", "", () => Require(MountCalls.fsconfig_create(fs!.Fd), "fsconfig", place.Path));
        operation.Add("fsmount", "overlay", readOnly ? "MOUNT_ATTR_RDONLY" : "", Make, Dispose);
        operation.Add(
            "move_mount", place.Path, "",
            () => Require(MountCalls.move_mount(mount!.Fd, place.Fd), "move_mount", place.Path), Unmount);
    }

    /// <summary>Closes what is open.</summary>
    public void Dispose()
    {
        fs?.Dispose();
        mount?.Dispose();
    }

    private static bool IsLong(string path) => Encoding.UTF8.GetByteCount(path) > LongestText;

    private void AddLegacy<T>(
        MountOperation<T> operation, IReadOnlyList<string> lowers, HeldDirectory? upper, HeldDirectory? work,
        IReadOnlyList<string> options, HeldDirectory place)
    {
        string text = OverlayOptions.Format(lowers, upper?.Path ?? "", work?.Path ?? "", options);
        operation.Add("mount", place.Path, text, Run, () => MountCalls.umount2(place.Path, MountApi.MntDetach));

        void Run()
        {
            upper?.RequireInPlace();
            work?.RequireInPlace();
            nint result = MountCalls.mount("overlay", place.ByDescriptor, "overlay", readOnly ? MountApi.MsRdonly : 0, text);
            Require(result, "mount", place.Path);
        }
    }

    private void SetLower(string path)
    {
        if (form == OverlayForm.Text)
        {
            Require(MountCalls.fsconfig(fs!.Fd, "lowerdir+", path), "fsconfig", path);
            return;
        }
        using var directory = new FileHandle((int)Syscall.Check(openat(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC),
            "openat", path));
        Require(MountCalls.fsconfig(fs!.Fd, "lowerdir+", directory.Fd), "fsconfig", path);
    }

    private void SetDirectory(string key, HeldDirectory directory)
    {
        if (form == OverlayForm.Descriptor)
        {
            Require(MountCalls.fsconfig(fs!.Fd, key, directory.Fd), "fsconfig", directory.Path);
            return;
        }
        // Before Linux 6.13 the kernel looks for them by path. Of all paths given as texts, only these two have backslashes taken
        // away.
        directory.RequireInPlace();
        string text = directory.Path.Replace("\\", "\\\\", StringComparison.Ordinal);
        Require(MountCalls.fsconfig(fs!.Fd, key, text), "fsconfig", directory.Path);
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

    // By the mount itself: its path may lead elsewhere by now.
    private void Unmount() => MountCalls.umount2(HeldDirectory.PathOf(mount!.Fd), MountApi.MntDetach);

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
