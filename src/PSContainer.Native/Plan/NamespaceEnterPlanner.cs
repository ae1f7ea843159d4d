using System.Buffers.Binary;
using PSContainer.Proc;
using PSContainer.Spec;
using PSContainer.Steps.Container;

namespace PSContainer.Plan;

/// <summary>A command to run in namespaces that exist: what <c>pscontainer namespace exec</c> is given.</summary>
public sealed record NamespaceEnterRequest
{
    /// <summary>Which to join, in the order of joining.</summary>
    public required IReadOnlyList<NamespaceSpec> Joined { get; init; }

    /// <summary>A directory that becomes the root, as it is named in the mount namespace; <see langword="null"/>: none.</summary>
    public string? Rootfs { get; init; }

    /// <summary>Whether the command ends with the process that started it, however that one ends.</summary>
    public bool EndsWithRuntime { get; init; }

    /// <summary>The working directory below that root; <see langword="null"/>: the root, or the caller's without either.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Who the command runs as; <see langword="null"/>: root of a joined user namespace, else the caller.</summary>
    public UserSpec? User { get; init; }

    /// <summary>The terminal's side for the command, open; -1 without one.</summary>
    public int Terminal { get; init; } = -1;

    /// <summary>The command and its arguments.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Its environment.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Where the caller is.</summary>
    public string CurrentDirectory { get; init; } = "/";
}

/// <summary>Turns a command in other namespaces into steps. Pure, as <see cref="Planner"/>.</summary>
public static class NamespaceEnterPlanner
{
    /// <summary>Plans.</summary>
    public static StartPlan Plan(NamespaceEnterRequest request)
    {
        var plan = new PlanBuilder();
        foreach (NamespaceSpec item in request.Joined)
            plan.Parent("OpenNamespace", "openat", item.Path!, item.Type);
        plan.Parent("CloneProcess", "clone3", "", "CLONE_PIDFD");
        // Until it is executed it is this executable, with descriptors of the host: nobody inside may look into it.
        plan.Child(new ChildStep(OperationKind.HideProcess), "HideProcess", "prctl", "", "PR_SET_DUMPABLE 0");
        foreach (NamespaceSpec item in request.Joined)
        {
            plan.Child(new ChildStep(OperationKind.JoinNamespaces) { Text1 = item.Path, Number2 = NamespaceTypes.Flag(item.Type) },
                "JoinNamespace", "setns", item.Path!, NamespaceTypes.FlagName(item.Type));
        }
        // These two hold only for children.
        if (request.Joined.Any(item => item.Type is "pid" or "time"))
            plan.Child(new ChildStep(OperationKind.Fork), "CloneProcess", "clone3", "", "CLONE_PARENT");
        bool joinsUser = request.Joined.Any(item => item.Type == "user");
        if (joinsUser && request.User is null)
            plan.Child(new ChildStep(OperationKind.BecomeRoot), "BecomeRoot", "setresuid", "", "0");
        AddPlace(plan, request);
        if (request.Terminal >= 0)
        {
            plan.Child(new ChildStep(OperationKind.TakeTerminal) { Number1 = request.Terminal }, "TakeTerminal", "dup3");
            plan.Child(new ChildStep(OperationKind.SetSid), "StartSession", "setsid");
        }
        if (request.User is { } user)
            AddUser(plan, user);
        string command = request.Arguments[0];
        // A command that is a path begins where the command will be; one that is a name is searched for.
        string place = request.WorkingDirectory ?? (MovesRoot(request) ? "/" : request.CurrentDirectory);
        plan.Child(new ChildStep(OperationKind.FindCommand) { Text1 = command, List1 = CommandPath.Candidates(command, request.Environment, place) },
            "FindCommand", "faccessat2", command);
        plan.Child(new ChildStep(OperationKind.ReportReady), "ReportReady", "sendto");
        plan.Child(new ChildStep(OperationKind.WaitForStart), "WaitForStart", "read");
        plan.Child(new ChildStep(OperationKind.Execute) { Text1 = command }, "Execute", "execve", command, string.Join(' ', request.Arguments.Skip(1)));
        return new StartPlan(plan.Steps)
        {
            Joined = request.Joined,
            Arguments = request.Arguments,
            Environment = request.Environment,
        };
    }

    private static bool MovesRoot(NamespaceEnterRequest request) =>
        request.Rootfs is not null || request.Joined.Any(item => item.Type == "mount");

    private static void AddPlace(PlanBuilder plan, NamespaceEnterRequest request)
    {
        if (request.Rootfs is { } rootfs)
            plan.Child(new ChildStep(OperationKind.ChangeRoot) { Text1 = rootfs }, "ChangeRoot", "chroot", rootfs);
        if (request.WorkingDirectory is not { } directory)
            return;
        if (request.Rootfs is null)
            plan.Child(new ChildStep(OperationKind.OpenRoot), "OpenRoot", "openat", "/");
        plan.Child(new ChildStep(OperationKind.ChangeDirectory) { Text1 = directory }, "ChangeDirectory", "chdir", directory);
    }

    private static void AddUser(PlanBuilder plan, UserSpec user)
    {
        IReadOnlyList<uint> groups = user.AdditionalGids ?? [];
        byte[] blob = new byte[groups.Count * sizeof(uint)];
        for (int i = 0; i < groups.Count; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(i * sizeof(uint)), groups[i]);
        plan.Child(new ChildStep(OperationKind.SetGroups) { Blob = blob, Number1 = 1 }, "SetGroups", "setgroups", string.Join(',', groups));
        plan.Child(new ChildStep(OperationKind.SetUser) { Number1 = user.Uid, Number2 = user.Gid }, "SetUser", "setresuid", $"{user.Uid}:{user.Gid}");
    }
}
