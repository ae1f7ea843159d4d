using PSContainer.FileSystems;
using PSContainer.Kernel;
using PSContainer.Mounts;
using PSContainer.Rooted;
using static PSContainer.Kernel.Files;

namespace PSContainer.Overlays;

public sealed partial class OverlayEngine
{
    /// <summary>Checks an overlay that is asked for, and says what mounting it takes. Nothing is made yet.</summary>
    /// <exception cref="ContainerException">What is asked is wrong, or this host cannot do it.</exception>
    public MountOperation<Overlay> PrepareMount(OverlayRequest request)
    {
        request = Absolute(request);
        OverlayForm form = OverlayFeatures.Probe();
        OverlayChecks.Run(request);
        OverlaySweep.Run(engine.Store);
        return Prepare(request, form);
    }

    /// <summary>Mounts an overlay.</summary>
    /// <exception cref="ContainerException">What is asked is wrong, or a step failed; nothing is left of it.</exception>
    public Overlay Mount(OverlayRequest request) => PrepareMount(request).Run();

    internal MountOperation<Overlay> Prepare(OverlayRequest request, OverlayForm form)
    {
        var operation = new MountOperation<Overlay>();
        string path, upper = request.Upper ?? "", work = request.Work ?? (upper.Length > 0 ? OverlayChecks.DefaultWork(upper)
            : "");
        OverlayPlace? place = null;
        if (request.Ephemeral || request.Path is null || request is { Upper: null, Lower.Count: 1 })
        {
            place = OverlayPlace.New(engine.Store);
            AddPlace(operation, request, place);
            if (request.Ephemeral)
                (upper, work) = (place.Upper, place.Work);
        }
        path = request.Path ?? place!.Root;
        HeldDirectory? upperDirectory = upper.Length > 0 ? Held(operation, upper, true, request.Lower[0]) : null;
        HeldDirectory? workDirectory = work.Length > 0 ? Held(operation, work, true) : null;
        HeldDirectory mountPoint = Held(operation, path, request.Path is not null);
        if (workDirectory is not null)
        {
            operation.Add(
                "fsetxattr", work, "probe what an upper layer needs",
                () => UpperProbe.Run(workDirectory, UsesUserXattr(request)));
        }
        IReadOnlyList<string> lowers = request is { Upper: null, Ephemeral: false, Lower.Count: 1 } ? [request.Lower[0],
            place!.Empty] : request.Lower;
        new OverlayCalls(form, request.ReadOnly)
            .Add(operation, lowers, upperDirectory, workDirectory, OptionsOf(request), mountPoint);
        operation.Yield(() => Get(path));
        return operation;
    }

    private void AddPlace(MountOperation<Overlay> operation, OverlayRequest request, OverlayPlace place)
    {
        int? owner = request.Ephemeral ? Environment.ProcessId : null;
        string executable = request.Ephemeral ? engine.Runtime.Path : "";
        operation.Add("mkdirat", place.Directory, "", () => place.Make(request.Path, owner), place.Remove);
        if (!request.Ephemeral)
            return;
        operation.Add(
            "posix_spawn", "pscontainer", "removes it when this process has ended",
            () => SessionReaper.Ensure(executable, engine.Store.Root));
        operation.Add("fsmount", place.Layer, "tmpfs mode=0700", () => MountMemory(place.Layer));
    }

    private static void MountMemory(string path)
    {
        using var fs = new FileHandle((int)Syscall.Check(MountCalls.fsopen("tmpfs"), "fsopen", "tmpfs"));
        Syscall.Check(MountCalls.fsconfig(fs.Fd, "source", "pscontainer"), "fsconfig", "source");
        Syscall.Check(MountCalls.fsconfig(fs.Fd, "mode", "0700"), "fsconfig", "mode");
        Syscall.Check(MountCalls.fsconfig_create(fs.Fd), "fsconfig", "tmpfs");
        using var mount = new FileHandle((int)Syscall.Check(MountCalls.fsmount(fs.Fd, MountApi.AttrNodev), "fsmount", path));
        using var place = new FileHandle((int)Syscall.Check(openat(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC), "openat",
            path));
        Syscall.Check(MountCalls.move_mount(mount.Fd, place.Fd), "move_mount", path);
    }

    // The root of the overlay has the upper directory's owner and mode: those of the lower one that it covers.
    private static HeldDirectory Held(MountOperation<Overlay> operation, string path, bool mayMake, string? like = null)
    {
        var directory = new HeldDirectory(path);
        operation.Owns(directory);
        if (mayMake && !Path.Exists(path))
            operation.Add("mkdirat", path, "", () => directory.Make(like), directory.Unmake);
        return directory;
    }

    private static bool UsesUserXattr(OverlayRequest request) => request.UserXattr || OverlayFeatures.InUserNamespace;

    private static List<string> OptionsOf(OverlayRequest request)
    {
        List<string> options = [.. request.Options];
        Add(request.Volatile, "volatile");
        Add(UsesUserXattr(request), "userxattr");
        Add(request.Index, "index=on");
        Add(request.RedirectDir is not null, $"redirect_dir={request.RedirectDir}");
        Add(request.Metacopy, "metacopy=on");
        return options;

        void Add(bool wanted, string option)
        {
            if (wanted)
                options.Add(option);
        }
    }

    private static OverlayRequest Absolute(OverlayRequest request) => request with
    {
        Lower = [.. request.Lower.Select(HostPath.Full)],
        Upper = FullPath(request.Upper),
        Work = FullPath(request.Work),
        Path = FullPath(request.Path),
    };

    private static string? FullPath(string? path)
    {
        if (path is null)
            return null;
        _ = PathBytes.From(path);
        string full = HostPath.Full(path);
        return full.Length > 1 ? full.TrimEnd('/') : full;
    }
}
