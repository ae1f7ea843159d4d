using PSContainer.Kernel;
using PSContainer.Proc;
using PSContainer.Spec;
using PSContainer.Steps.Container;

namespace PSContainer.Plan;

/// <summary>Turns namespaces that are asked for into the ordered steps of making them. Pure, as <see cref="Planner"/>.</summary>
public static class NamespaceCreatePlanner
{
    private static readonly string[] Order = ["user", "mount", "uts", "ipc", "pid", "network", "cgroup", "time"];

    /// <summary>Plans.</summary>
    public static StartPlan Plan(NamespaceRequest request)
    {
        var plan = new PlanBuilder();
        bool hasOffsets = request.Makes("time") && request.TimeOffsets.Count > 0;
        // A joined user namespace owns only what is made after it was joined, and offsets must be set before a process is in.
        bool isTwoStage = hasOffsets || request.Owner is not null;
        bool makesUser = request.Makes("user");
        int flags = 0;
        foreach (string type in Order)
        {
            // Not the cgroup namespace: its root is the cgroup of the process that makes it.
            if (request.Makes(type) && type != "cgroup" && !(type == "user" && isTwoStage) && !(type == "time" && hasOffsets))
                flags |= NamespaceTypes.Flag(type);
        }
        plan.Parent("ClaimName", "mkdirat", request.Directory, "0700");
        if (request.Owner is { } owner)
            plan.Parent("OpenNamespace", "openat", owner, "user");
        string words = string.Join('|', Order.Where(type => (flags & NamespaceTypes.Flag(type)) != 0).Select(NamespaceTypes.FlagName));
        plan.Parent("CloneNamespaces", "clone3", "", !isTwoStage ? words : makesUser ? "CLONE_NEWUSER" : "CLONE_PIDFD");
        if (request.Owner is not null)
        {
            // Who may not mount reads the new namespaces from /proc, and may not of a hidden process; he is its equal inside and outside.
            if (request.IsPinned)
            {
                if (hasOffsets)
                    plan.Child(new ChildStep(OperationKind.OpenTimeOffsets), "OpenTimeOffsets", "openat", "/proc/self/timens_offsets");
                plan.Child(new ChildStep(OperationKind.HideProcess), "HideProcess", "prctl", "PR_SET_DUMPABLE", "0");
            }
            plan.Child(new ChildStep(OperationKind.JoinNamespaces) { Text1 = request.Owner, Number2 = CloneFlags.NewUser },
                "JoinNamespace", "setns", request.Owner, "CLONE_NEWUSER");
            plan.Child(new ChildStep(OperationKind.BecomeRoot), "BecomeRoot", "setresuid", "", "0");
        }
        if (makesUser)
        {
            plan.Parent("WriteIdMaps", "write", "/proc/PID/uid_map, gid_map", string.Join(' ', request.UidMappings!));
            plan.Child(new ChildStep(OperationKind.WaitForParent), "WaitForIdMaps", "read");
            plan.Child(new ChildStep(OperationKind.BecomeRoot), "BecomeRoot", "setresuid", "", "0");
        }
        if (hasOffsets)
        {
            string lines = TimeOffsetLines.Format(request.TimeOffsets);
            plan.Child(new ChildStep(OperationKind.SetTimeOffsets) { Text1 = lines },
                "SetTimeOffsets", "write", "/proc/self/timens_offsets", TimeOffsetLines.Describe(lines));
        }
        if (isTwoStage)
            plan.Child(new ChildStep(OperationKind.Fork) { Number1 = flags }, "CloneNamespaces", "clone3", "", words);
        AddInside(plan, request);
        AddPins(plan, request);
        if (request.HasHolder)
            AddHolder(plan);
        return new StartPlan(plan.Steps)
        {
            CloneFlags = flags,
            FirstCloneFlags = makesUser ? CloneFlags.NewUser : 0,
            Joined = request.Owner is null ? [] : [new NamespaceSpec { Type = "user", Path = request.Owner }],
            UidMappings = makesUser ? request.UidMappings : null,
            GidMappings = makesUser ? request.GidMappings : null,
            MapsBeforeFork = isTwoStage && makesUser,
            Arguments = ["pscontainer", "init"],
            UsesInit = request.HasHolder,
        };
    }

    private static void AddInside(PlanBuilder plan, NamespaceRequest request)
    {
        if (request.HasHolder)
            plan.Child(new ChildStep(OperationKind.DetachStreams), "DetachStreams", "dup3", "/dev/null");
        if (request.Makes("cgroup"))
            plan.Child(new ChildStep(OperationKind.UnshareCgroup), "MakeCgroupNamespace", "unshare", "", "CLONE_NEWCGROUP");
        if (request.Makes("network"))
            plan.Child(new ChildStep(OperationKind.BringUpLoopback), "BringUpLoopback", "ioctl", "lo", "IFF_UP");
        if (request.Hostname is { } hostname)
            plan.Child(new ChildStep(OperationKind.SetHostname) { Text1 = hostname }, "SetHostname", "sethostname", hostname);
        if (!request.Makes("mount"))
            return;
        if (request.Propagation != 0)
        {
            string word = request.Propagation switch
            {
                MountApi.MsShared => "MS_SHARED",
                MountApi.MsSlave => "MS_SLAVE",
                _ => "MS_PRIVATE",
            };
            plan.Child(new ChildStep(OperationKind.SetPropagation) { Number1 = request.Propagation | MountApi.MsRec },
                "SetPropagation", "mount", "/", $"{word}|MS_REC");
        }
        // The kernel lets nobody unmount what came along into the mount namespace of another user namespace.
        if (request.OtherSets.Count > 0 && !request.Makes("user") && request.Owner is null)
        {
            plan.Child(new ChildStep(OperationKind.LeaveMounts) { List1 = request.OtherSets },
                "LeaveMounts", "umount2", string.Join(' ', request.OtherSets), "MNT_DETACH");
        }
        if (request.MountsProc)
        {
            plan.Child(new ChildStep(OperationKind.OpenRoot), "OpenRoot", "openat", "/");
            MountPlan.AddMount(plan,
                new MountSpec { Destination = "/proc", Type = "proc", Source = "proc", Options = ["nosuid", "nodev", "noexec"] }, "/");
        }
    }

    private static void AddPins(PlanBuilder plan, NamespaceRequest request)
    {
        plan.Child(new ChildStep(OperationKind.ReportReady), "ReportReady", "sendto");
        if (request.IsPinned)
            plan.Parent("MakePrivate", "mount", request.Directory, "MS_BIND, MS_PRIVATE");
        foreach (string type in Order.Where(request.Makes))
        {
            string file = $"{request.Directory}/{NamespaceTypes.FileName(type)}";
            if (request.IsPinned)
                plan.Parent("PinNamespace", "mount", $"/proc/PID/ns/{NamespaceTypes.FileName(type)} on {file}", "MS_BIND");
            else
                plan.Parent("NoteNamespace", "renameat2", file);
        }
        if (request.HasHolder)
            plan.Parent("NoteHolder", "renameat2", $"{request.Directory}/holder");
        plan.Child(new ChildStep(OperationKind.WaitForStart), "WaitForStart", "read");
    }

    private static void AddHolder(PlanBuilder plan)
    {
        plan.Child(new ChildStep(OperationKind.SetSid), "StartSession", "setsid");
        plan.Child(new ChildStep(OperationKind.OpenRoot), "OpenRoot", "openat", "/");
        plan.Child(new ChildStep(OperationKind.ChangeDirectory) { Text1 = "/" }, "ChangeDirectory", "chdir", "/");
        plan.Child(new ChildStep(OperationKind.Execute) { Text1 = "pscontainer" }, "HoldNamespaces", "execveat", "pscontainer", "init");
    }
}
