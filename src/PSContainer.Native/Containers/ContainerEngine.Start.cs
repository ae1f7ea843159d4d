using System.Text.Json;
using PSContainer.Containers.Compose;
using PSContainer.Containers.Options;
using PSContainer.Containers.Start;
using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Spec;
using PSContainer.State;
using PSContainer.Steps.Host;

namespace PSContainer.Containers;

public sealed partial class ContainerEngine
{
    /// <summary>Makes a container whose command waits to be started.</summary>
    /// <exception cref="ContainerException">The options are wrong, or a step failed; nothing is left of it.</exception>
    public Container Create(ContainerOptions options) => Make(options, parks: true);

    /// <summary>Makes a container and starts its command, in the background.</summary>
    /// <exception cref="ContainerException">The options are wrong, or a step failed; nothing is left of it.</exception>
    public Container Start(ContainerOptions options) => Make(options, parks: false);

    /// <summary>Starts a created container, or one that ended once more. Does nothing to one that runs.</summary>
    /// <exception cref="ContainerException">It cannot be started.</exception>
    public void Start(Container container)
    {
        switch (container.State)
        {
            case ContainerStatus.Created:
                StartSocket.Start(Store, container.Id, () => Runtime.Path);
                ContainerClock.MarkStart(container.StateDirectory);
                break;
            case ContainerStatus.Exited when Store.Exists(container.Id):
                StartAgain(container);
                break;
            case ContainerStatus.Exited:
                throw new ContainerNotFoundException(container.Name) { Target = container.Name };
            case ContainerStatus.Creating or ContainerStatus.Dead:
                throw new ContainerStateException(
                    $"The container '{container}' was never finished and cannot be started.",
                    $"Remove it with: Remove-Container {container} -Force")
                { Target = container.Name };
            case ContainerStatus.Paused:
                throw new ContainerStateException(
                    $"The container '{container}' is paused.", $"Let it run on with: Resume-Container {container}")
                { Target = container.Name };
        }
    }

    /// <summary>What a start would do, step by step. Nothing is made.</summary>
    /// <param name="options">What is asked.</param>
    /// <param name="parks">Whether the command waits to be started, as <see cref="Create"/> has it.</param>
    /// <exception cref="ContainerException">The options are wrong.</exception>
    public StartPlan Plan(ContainerOptions options, bool parks = false)
    {
        if (options.Runtime is { } other)
        {
            throw new InvalidSpecException($"What '{other}' does step by step is its own.", "Leave out -Runtime for the steps of PSContainer's own runtime.")
            { Target = other };
        }
        string id = ContainerName.NewId();
        var maker = new BundleMaker(this);
        ContainerSpec spec = maker.WithNameFiles(maker.Compose(options, id), options, id).Spec;
        using ContainerStart start = ContainerStart.Prepare(Store, new()
        {
            Id = id, Bundle = Store.DirectoryOf(id), Spec = spec, Json = [], Parks = parks,
        });
        return start.Plan;
    }

    /// <summary>The OCI configuration of what is asked. Nothing is made.</summary>
    /// <exception cref="ContainerException">The options are wrong.</exception>
    public ContainerSpec Compose(ContainerOptions options) => new BundleMaker(this).Compose(options, ContainerName.NewId());

    /// <summary>Prepares a container whose command runs in the foreground with the caller's own streams.</summary>
    /// <returns>What to execute; dispose of it when it ended, or to give up.</returns>
    /// <exception cref="ContainerException">The options are wrong.</exception>
    public ContainerRun PrepareRun(ContainerOptions options)
    {
        (string id, _, FileHandle? making) = new BundleMaker(this).Make(options with { RemoveOnExit = true });
        var cancel = new CancelPipe();
        string[] words = ["--root", Store.Root, "run", "--die-with-parent", "--cancel", cancel.Path, "--bundle", Store.DirectoryOf(id), id];
        return new(new Container(this, id), making, cancel, new(Runtime.Path, words));
    }

    /// <summary>The pid of a running container's first process, by name or id.</summary>
    /// <exception cref="ContainerException">There is none, or it does not run.</exception>
    internal int PidOf(string nameOrId)
    {
        Container container = Get(nameOrId);
        return container.Pid ?? throw ContainerStateException.NotRunning(container.Name, "nothing of it can be shared", nameOrId);
    }

    private Container Make(ContainerOptions options, bool parks)
    {
        (string id, ContainerSpec spec, FileHandle? making) = new BundleMaker(this).Make(options);
        using FileHandle? held = making;
        var container = new Container(this, id);
        try
        {
            new ContainerLaunch(this).Run(id, spec, parks, options.SessionBound);
            return container;
        }
        catch
        {
            // Also a container that came into being although nobody was left to tell: its monitor was killed, say.
            container.Remove(force: true);
            throw;
        }
    }

    // What the last run left is cleared: cgroups, state and the record of its end. The configuration and its layers stay.
    private void StartAgain(Container container)
    {
        if (container.IsForeign)
        {
            throw new ContainerStateException(
                $"The container '{container}' was made by another client of the runtime.", "Start it again with that client.")
            { Target = container.Name };
        }
        ContainerSpec spec = container.Spec ?? throw new ContainerStateException(
            $"The configuration of the container '{container}' cannot be read.",
            $"Remove it with: Remove-Container {container} -Force")
        { Target = container.Name };
        LastRun last;
        using FileHandle? making = Store.Hold(container.Id);
        using (StateLock? transition = Store.TryLock(container.Id, wait: true))
        {
            if (container.State != ContainerStatus.Exited)
                return;
            // The pid that the last run's configuration names may be anybody's by now.
            ContainerSpec now = NamespaceComposer.Refresh(spec, PidOf);
            if (now != spec)
                AtomicFile.Write(Store.FileOf(container.Id, "config.json"), JsonSerializer.SerializeToUtf8Bytes(now, SpecJson.Default.ContainerSpec));
            last = LastRun.TakeAway(Store, container.Id);
        }
        try
        {
            new ContainerLaunch(this).Run(container.Id, spec, parks: false, sessionBound: false);
        }
        catch
        {
            // Also one that came into being although nobody was left to tell.
            container.Kill();
            last.PutBack();
            throw;
        }
    }
}
