using System.Net;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Kernel;
using PSContainer.Runtime.Criu;
using PSContainer.Spec;
using PSContainer.State;
using PSContainer.Steps.Host;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>checkpoint</c>: the state of a container's processes into files, by criu(8).</summary>
internal static class CheckpointVerb
{
    private const string Log = "dump.log";

    public static readonly Syntax Syntax = new("checkpoint", "CONTAINER", "save the state of a container's processes with criu",
    [
        .. CriuOptions.Shared,
        new Option("leave-running", "let it run on; else it ends and is removed"),
        new Option("parent-path", "images of an earlier pre-dump, relative to the new ones", "DIR"),
        new Option("pre-dump", "save memory only and let it run on"),
        new Option("link-remap", "link files that were unlinked back into place"),
        new Option("tcp-skip-in-flight", "leave out connections that are being made"),
        new Option("page-server", "server that takes the memory, ADDRESS:PORT", "SERVER"),
        new Option("status-fd", "descriptor that gets a NUL once lazy pages can be asked for", "N"),
    ]);

    public static int Run(GlobalOptions options)
    {
        var line = new CommandLine(Syntax, options.VerbArguments);
        string id = ContainerWord.Resolve(options, line.Word(0, "container's id"));
        // criu has to be let go when this one is ended: what it holds still would stay so.
        using var wayOut = WayOut.OfSignals(ForwardedSignals.Ending);
        wayOut.What = "The checkpoint";
        using StateLock transition = options.Store.TryLock(id, wait: true)!;
        ContainerState? state = options.Store.Read(id);
        ContainerStatus status = options.Store.StatusOf(id, state);
        if (status is not (ContainerStatus.Running or ContainerStatus.Paused))
            throw ContainerWord.NotRunning(id, status, "a running or paused one can be checkpointed");
        ContainerSpec spec = options.Store.ReadSpec(id)
            ?? throw new ContainerStateException($"The configuration of the container '{id}' cannot be read.",
                "It cannot be checkpointed.") { Target = id };
        if (spec.Annotations?.ContainsKey(Annotation.OverlayLower) == true)
        {
            throw new InvalidSpecException($"The container '{id}' has an overlay as its root, which criu cannot take along.",
                "Checkpoint one whose root is a directory of the host.")
            { Target = id };
        }
        using (var criu = new CriuOptions(line, makes: true))
            Dump(line, criu, state!, spec);
        if (!line.Has("leave-running") && !line.Has("pre-dump"))
            ContainerCleanup.Remove(options.Store, id, () => MappedVerb.Executable);
        return 0;
    }

    private static void Dump(CommandLine line, CriuOptions criu, ContainerState state, ContainerSpec spec)
    {
        bool isPreDump = line.Has("pre-dump");
        Message request = criu.Message(Log, CriuConfiguration.Find(spec)).Add(2, state.Pid).Add(13, state.Rootfs);
        request.AddIf(3, line.Has("leave-running")).AddIf(18, line.Has("link-remap")).AddIf(46, line.Has("tcp-skip-in-flight"));
        AddParent(request, line, criu.Images, isPreDump);
        AddPageServer(request, line);
        if (FreezerOf(state) is { } freezer)
            request.Add(44, freezer);
        CriuNamespaces.AddForDump(request, spec);
        if (!isPreDump)
        {
            CriuMounts.AddForDump(request, spec, state.Bundle, state.Pid, criu);
            ExternalStreams.Save(state.Pid, criu);
        }
        int statusDescriptor = line.Number("status-fd", -1);
        using var session = new CriuSession([]);
        try
        {
            session.Call(isPreDump ? CriuSession.PreDump : CriuSession.Dump, request, (script, _, _) =>
                Tell(script, statusDescriptor));
        }
        catch (CriuException failure)
        {
            throw criu.Describe("checkpoint", Log, failure);
        }
    }

    private static void Tell(string script, int statusDescriptor)
    {
        if (script != "status-ready" || statusDescriptor < 0)
            return;
        Files.write(statusDescriptor, "\0"u8);
        new FileHandle(statusDescriptor).Dispose();
    }

    private static void AddParent(Message request, CommandLine line, string images, bool isPreDump)
    {
        if (line.Value("parent-path") is { } parent)
        {
            if (Path.IsPathRooted(parent))
                throw new UsageException("--parent-path must be relative to the directory of the images");
            if (!Directory.Exists(Path.Combine(images, parent)))
                throw new UsageException($"invalid --parent-path: there is no directory '{Path.Combine(images, parent)}'");
            request.Add(14, parent);
        }
        request.AddIf(15, isPreDump || line.Value("parent-path") is not null);
    }

    private static void AddPageServer(Message request, CommandLine line)
    {
        if (line.Value("page-server") is not { } server)
            return;
        if (!IPEndPoint.TryParse(server, out IPEndPoint? end) || end.Port == 0)
            throw new UsageException($"--page-server {server} is not ADDRESS:PORT");
        request.Add(11, new Message().Add(1, end.Address.ToString()).Add(2, end.Port));
    }

    private static string? FreezerOf(ContainerState state)
    {
        CgroupHost host = CgroupHost.Current;
        foreach (string directory in state.Cgroups)
        {
            if (host.HierarchyOf(directory) is { } hierarchy && hierarchy.Controllers.Contains("freezer"))
                return directory;
        }
        return state.Cgroups.FirstOrDefault(directory => File.Exists($"{directory}/cgroup.freeze"));
    }
}
