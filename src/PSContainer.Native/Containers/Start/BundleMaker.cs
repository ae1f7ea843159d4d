using System.Text.Json;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Containers.Compose;
using PSContainer.Containers.Options;
using PSContainer.Kernel;
using PSContainer.Machine;
using PSContainer.Plan;
using PSContainer.Runtimes;
using PSContainer.Security.Seccomp;
using PSContainer.Spec;
using PSContainer.State;

namespace PSContainer.Containers.Start;

/// <summary>Composes a container and claims its place in the store: id, name, state directory with the configuration.</summary>
internal sealed class BundleMaker(ContainerEngine engine)
{
    private const int NameAttempts = 5;
    private static readonly Lazy<HostFacts> HostFactsCache = new(HostFacts.Read);

    /// <summary>The configuration, checked. Nothing is made.</summary>
    /// <exception cref="ContainerException">Something asked is wrong, or the host cannot do it.</exception>
    internal ContainerSpec Compose(ContainerOptions options, string id)
    {
        if (options.Name is { } name)
        {
            ContainerId.Require(name);
            if (engine.Store.Resolve(name) is not null)
                throw new ContainerAlreadyExistsException(name) { Target = name };
        }
        ContainerSpec spec = options.Spec is { } complete
            ? WithLifetime(WithOwnCgroup(complete, id), options)
            : SpecComposer.Compose(options, id, HostFactsCache.Value, engine.PidOf);
        SeccompNeeds.Require(spec.Linux?.Seccomp, ProcessPlan.UsesInit(spec));
        // Says what controller a limit lacks before there is anything to undo.
        CgroupPlan.Make(CgroupHost.Current, spec.Linux?.CgroupsPath ?? CgroupPath.Default(id), spec.Linux?.Resources);
        return spec;
    }

    // One configuration can make many containers, and each has a cgroup to itself.
    private static ContainerSpec WithOwnCgroup(ContainerSpec spec, string id) => spec.Linux is { CgroupsPath: { } path } linux
        ? spec with { Linux = linux with { CgroupsPath = CgroupPath.ForContainer(path, id) } }
        : spec;

    /// <summary>Makes the state directory of a new container.</summary>
    /// <returns>Its id and configuration, and what says that it is being made until it is disposed of.</returns>
    /// <exception cref="ContainerException">
    /// Something asked is wrong, or the name was taken meanwhile; nothing is left.
    /// </exception>
    internal (string Id, ContainerSpec Spec, FileHandle? Making) Make(ContainerOptions options)
    {
        string id = ContainerName.NewId();
        string? runtime = options.Runtime is { } other ? OciRuntime.Find(other) : null;
        for (int attempt = 1; ; attempt++)
        {
            ContainerOptions named = options.Name is null ? options with { Name = ContainerName.NewName() } : options;
            (ContainerSpec spec, IReadOnlyDictionary<string, string> files) = WithNameFiles(Compose(named, id), named, id);
            _ = engine.Runtime.Path;
            try
            {
                return (id, spec, Claim(id, named.Name!, spec, files, runtime));
            }
            catch (ContainerAlreadyExistsException) when (options.Name is null && attempt < NameAttempts)
            {
                // A made-up name that somebody has: make up another.
            }
        }
    }

    /// <summary>A composed configuration with the binds by which the container finds names, and the files that they take.</summary>
    internal (ContainerSpec Spec, IReadOnlyDictionary<string, string> Files) WithNameFiles(ContainerSpec spec, ContainerOptions options, string id) =>
        options.Spec is null
            ? NameFiles.Add(spec, options, HostFactsCache.Value, engine.Store.DirectoryOf(id))
            : (NameFiles.Remove(spec), new Dictionary<string, string>());

    private FileHandle Claim(string id, string name, ContainerSpec spec, IReadOnlyDictionary<string, string> files, string? runtime)
    {
        FileHandle making = engine.Store.Claim(id);
        try
        {
            engine.Store.ClaimName(name, id);
            if (runtime is not null)
                OciRuntime.Write(engine.Store, id, runtime, engine.Runtime.Path);
            NameFiles.Write(engine.Store.DirectoryOf(id), files);
            AtomicFile.Write(
                engine.Store.FileOf(id, "config.json"),
                JsonSerializer.SerializeToUtf8Bytes(spec, SpecJson.Default.ContainerSpec));
            return making;
        }
        catch
        {
            making.Dispose();
            engine.Store.ReleaseName(name, id);
            Directory.Delete(engine.Store.DirectoryOf(id), recursive: true);
            throw;
        }
    }

    private static ContainerSpec WithLifetime(ContainerSpec spec, ContainerOptions options)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in spec.Annotations ?? annotations)
            annotations[key] = value;
        AnnotationComposer.AddLifetime(options, annotations);
        spec = spec with { Annotations = annotations };
        SpecRules.Check(spec);
        return spec;
    }
}
