using System.Text.Json;
using PSContainer.Cgroups.Hierarchies;
using PSContainer.Containers.Start;
using PSContainer.Kernel;
using PSContainer.Machine;
using PSContainer.Mapped;
using PSContainer.Plan;
using PSContainer.Rooted;
using PSContainer.Runtimes;
using PSContainer.Spec;
using PSContainer.Steps.Host;
using PSContainer.Trees;

namespace PSContainer.Containers;

/// <summary>OCI bundles on the disk: a directory with a <c>config.json</c> and, mostly, the root filesystem.</summary>
public static class SpecBundle
{
    private const string ConfigFile = "config.json", RootDirectory = "rootfs";
    private const uint OthersPass = 0x9;

    /// <summary>Reads a bundle; its relative paths become absolute, so that the configuration means the same everywhere.</summary>
    /// <param name="path">The bundle's directory, or its <c>config.json</c> or a configuration of another name.</param>
    /// <exception cref="InvalidSpecException">There is none, or it is not valid.</exception>
    public static ContainerSpec Read(string path)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, ConfigFile) : path;
        string bundle = Path.GetDirectoryName(Path.GetFullPath(file))!;
        ContainerSpec spec = SpecReader.Read(file, out _);
        SpecRules.Check(spec);
        Annotation.RequireNoDirectories(spec);
        return spec with
        {
            Annotations = WithoutHost(spec.Annotations),
            Root = (spec.Root ?? new RootSpec()) with { Path = Path.GetFullPath(spec.Root?.Path is { Length: > 0 } root ? root : RootDirectory, bundle) },
            Mounts = spec.Mounts is null ? null : [.. spec.Mounts.Select(mount => WithAbsoluteSource(mount, bundle))],
        };
    }

    /// <summary>Writes a bundle that any OCI runtime carries out.</summary>
    /// <param name="spec">The configuration.</param>
    /// <param name="destination">The directory, which is made.</param>
    /// <param name="ownExecutable">Our executable, the init of a container that asks for one.</param>
    /// <param name="copyRootfs">Whether the root filesystem is copied into the bundle; else the bundle names it where it is.</param>
    /// <param name="replace">Whether a configuration that is there may be replaced.</param>
    /// <param name="cancellation">Ends the copying; what it made is removed.</param>
    /// <exception cref="ContainerException">It could not be written; nothing is left.</exception>
    public static void Write(
        ContainerSpec spec, string destination, string ownExecutable, bool copyRootfs = false, bool replace = false,
        CancellationToken cancellation = default)
    {
        string file = Path.Combine(destination, ConfigFile), target = Path.Combine(destination, RootDirectory);
        if (!replace && File.Exists(file))
            throw new InvalidSpecException($"There is a configuration already: '{file}'.", "Give another directory, or -Force.") { Target = file };
        if (copyRootfs && Path.Exists(target))
            throw new InvalidSpecException($"There is a root filesystem already: '{target}'.", "Give another directory, or leave out -CopyRootfs.") { Target = target };
        SpecRules.Check(spec);
        string source = RootOf(spec, copyRootfs);
        ContainerSpec portable = PortableSpec.Make(NameFiles.Remove(spec), copyRootfs ? RootDirectory : source, ownExecutable);
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(WithoutOwnCgroup(portable), IndentedSpecJson.Default.ContainerSpec);
        // It may hold secrets and set-user-id files, and so is its owner's alone (CVE-2021-41091).
        MadeDirectory? made = null;
        try
        {
            nint result = MadeDirectory.TryMake(HostPath.Full(destination), makesAbove: true, out made);
            if (result != -Errno.EEXIST)
                Syscall.Check(result, "mkdirat", destination);
            if (made is not null && NeedsPassage(portable))
                Syscall.Check(Files.fchmod(made.Fd, FreshDirectory.Mode | OthersPass), "fchmod", destination);
            using RootedDirectory bundle = made?.OpenRooted() ?? RootedDirectory.OpenHost(destination);
            Fill(bundle, copyRootfs ? source : null, file, json, ownExecutable, cancellation);
            made?.RequireInPlace();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ContainerException { Call: "mkdirat" or "openat" })
        {
            made?.Remove();
            throw new ContainerException($"The bundle '{destination}' cannot be written: {failure.Message}", "Give a directory that you may write to.")
            { Target = destination };
        }
        catch
        {
            made?.Remove();
            throw;
        }
        finally
        {
            made?.Dispose();
        }
    }

    private static void Fill(
        RootedDirectory bundle, string? rootfs, string file, byte[] json, string ownExecutable, CancellationToken cancellation)
    {
        try
        {
            if (rootfs is not null)
                Copy(rootfs, bundle, ownExecutable, cancellation);
            AtomicFile.Write(file, json, directory: bundle.Fd);
        }
        catch when (rootfs is not null)
        {
            string copy = HostPath.Full($"{bundle.Path}/{RootDirectory}");
            if (Files.geteuid() == 0)
                TreeRemoval.Remove(bundle.Fd, PathBytes.From(RootDirectory), copy);
            else
                ContainerCleanup.RemoveTree(copy, () => ownExecutable);
            throw;
        }
    }

    // Other runtimes look for the root filesystem as the root of the user namespace, who is nobody on the way to it.
    private static bool NeedsPassage(ContainerSpec spec) => spec.Linux?.Namespaces?.Any(one => one.Type == "user") == true;

    private static string RootOf(ContainerSpec spec, bool copies)
    {
        if (!PortableSpec.HasOverlay(spec))
            return Path.GetFullPath(spec.Root?.Path ?? RootDirectory);
        IReadOnlyList<string> lowers = OverlayLayers.LowerOf(spec)!;
        if (!copies)
        {
            throw new InvalidSpecException(
                "The root filesystem is put together of layers, which the OCI specification does not know.",
                "Copy it into the bundle with -CopyRootfs, or run it by the module's -Runtime.")
            { Target = "root" };
        }
        if (lowers.Count > 1 || spec.Annotations!.ContainsKey(Annotation.OverlayUpper))
        {
            throw new InvalidSpecException(
                "The root filesystem has several layers.", "Merge them into one directory first, and make the specification of that.")
            { Target = "root" };
        }
        return lowers[0];
    }

    private static void Copy(string source, RootedDirectory bundle, string ownExecutable, CancellationToken cancellation)
    {
        if (source == "/")
        {
            throw new InvalidSpecException("The host's own root is not copied: /proc and everything mounted would come along.",
                "Give a root filesystem of its own.") { Target = source };
        }
        if (!TryCopyMapped(source, bundle, ownExecutable, cancellation))
        {
            bool isRoot = Files.geteuid() == 0;
            var options = new TreeCopyOptions { KeepPrivileges = true, KeepOwners = isRoot };
            TreeCopy.Into(source, bundle, RootDirectory, options, cancellation);
        }
    }

    // Files of a user's subordinate ids only root of a namespace that has them may read, and give their owners again.
    private static bool TryCopyMapped(
        string source, RootedDirectory bundle, string ownExecutable, CancellationToken cancellation)
    {
        HostFacts facts = HostFacts.Read();
        if (facts.UserId == 0 || facts.SubUids.Count == 0 || facts.SubGids.Count == 0)
            return false;
        var process = new MappedProcess(ownExecutable) { Root = bundle.Fd };
        var options = new TreeCopyOptions { KeepPrivileges = true, KeepOwners = true };
        try
        {
            process.Run(new MappedWork { Copy = new MappedCopy(true, source, RootDirectory, bundle.Path, options) }, cancellation);
            return true;
        }
        catch (ContainerStartException) when (!process.HasBegun)
        {
            // No user namespace can be made here: what the caller may read himself is copied.
            return false;
        }
    }

    // The path of our default is made of the id of the container that it was.
    private static ContainerSpec WithoutOwnCgroup(ContainerSpec spec) =>
        spec.Linux?.CgroupsPath?.StartsWith(CgroupPath.Default(""), StringComparison.Ordinal) == true
            ? spec with { Linux = spec.Linux with { CgroupsPath = null } }
            : spec;

    // Files and namespaces that a container of the module had; of another's bundle they could be an image's words.
    private static Dictionary<string, string>? WithoutHost(IReadOnlyDictionary<string, string>? annotations) =>
        annotations?.Where(static one => one.Key != Annotation.LogPath && !one.Key.StartsWith(Annotation.NamespacePrefix, StringComparison.Ordinal))
            .ToDictionary(StringComparer.Ordinal);

    private static MountSpec WithAbsoluteSource(MountSpec mount, string bundle) =>
        MountOptions.Parse(mount).IsBind && mount.Source is { Length: > 0 } source
            ? mount with { Source = Path.GetFullPath(source, bundle) }
            : mount;
}
