namespace PSContainer.Containers;

/// <summary>Kernel parameters: only such as belong to a namespace that the container has of its own (namespaces(7)).</summary>
internal static class SysctlComposer
{
    private static readonly string[] IpcParameters =
    [
        "kernel.auto_msgmni", "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.msg_next_id", "kernel.sem", "kernel.sem_next_id",
        "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_next_id", "kernel.shm_rmid_forced",
    ];

    /// <summary>The parameters.</summary>
    /// <exception cref="InvalidSpecException">One is the host's, or is no parameter.</exception>
    internal static IReadOnlyDictionary<string, string>? Compose(Composition composition)
    {
        ContainerOptions options = composition.Options;
        if (options.Sysctls.Count == 0)
            return null;
        foreach ((string name, string value) in options.Sysctls)
        {
            if (!IsName(name) || value.AsSpan().ContainsAny('\n', '\0'))
            {
                throw new InvalidSpecException($"'{name}' with the value '{value}' is not a kernel parameter.", "Write it as net.ipv4.ip_forward.")
                { Target = name };
            }
            Require(name, composition.Network.Kind, options.IpcMode.Kind);
        }
        return options.Sysctls;
    }

    private static void Require(string name, NamespaceModeKind network, NamespaceModeKind ipc)
    {
        (string Switch, NamespaceModeKind Kind)? owner =
            name.StartsWith("net.", StringComparison.Ordinal) ? ("-Network", network)
            : IpcParameters.Contains(name) || name.StartsWith("fs.mqueue.", StringComparison.Ordinal) ? ("-IpcMode", ipc)
            : null;
        if (owner is null)
        {
            throw new InvalidSpecException(
                $"The kernel parameter '{name}' is the whole host's.", "A container can set net.*, fs.mqueue.*, kernel.sem and kernel.msg*/shm*.")
            { Target = name };
        }
        if (owner.Value.Kind != NamespaceModeKind.Private)
        {
            throw new InvalidSpecException(
                $"The kernel parameter '{name}' needs a namespace of the container's own.", $"Leave {owner.Value.Switch} away.")
            { Target = name };
        }
    }

    private static bool IsName(string name) =>
        name.Length > 0 && !name.Contains("..", StringComparison.Ordinal) && !name.StartsWith('.') && !name.EndsWith('.')
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
