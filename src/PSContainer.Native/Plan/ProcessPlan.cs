using System.Buffers.Binary;
using System.Globalization;
using PSContainer.Spec;
using PSContainer.Steps.Container;
using PSContainer.Words;

namespace PSContainer.Plan;

/// <summary>What makes the process: names, limits, terminal, identity, filter, command.</summary>
internal static class ProcessPlan
{
    public static bool UsesInit(ContainerSpec spec) => spec.Annotations?.GetValueOrDefault(Annotation.Init) == "true";

    /// <summary>The command line of the first process: the command, or our init in front of it.</summary>
    public static IReadOnlyList<string> Arguments(ContainerSpec spec, ProcessSpec process)
    {
        IReadOnlyList<string> command = process.Args ?? [];
        return UsesInit(spec) ? ["pscontainer", "init", "--", .. command] : command;
    }

    public static void AddNames(PlanBuilder plan, ContainerSpec spec)
    {
        if (!string.IsNullOrEmpty(spec.Hostname))
            plan.Child(new ChildStep(OperationKind.SetHostname) { Text1 = spec.Hostname }, "SetHostname", "sethostname", spec.Hostname);
        if (!string.IsNullOrEmpty(spec.Domainname))
            plan.Child(new ChildStep(OperationKind.SetDomainname) { Text1 = spec.Domainname }, "SetDomainname", "setdomainname", spec.Domainname);
        foreach ((string name, string value) in spec.Linux?.Sysctl ?? new Dictionary<string, string>())
        {
            plan.Child(new ChildStep(OperationKind.WriteSysctl) { Text1 = $"sys/{SysctlName.ToPath(name)}", Text2 = value },
                "WriteSysctl", "write", name, value);
        }
    }

    public static void AddLimits(PlanBuilder plan, ProcessSpec process)
    {
        RlimitPlan.AddRaises(plan, process);
        if (process.Scheduler is { } scheduler)
            plan.Child(new ChildStep(OperationKind.SetScheduler) { Blob = SchedulerAttributes.Encode(scheduler) }, "SetScheduler", "sched_setattr", scheduler.Policy);
        if (process.IoPriority is { } priority)
        {
            plan.Child(new ChildStep(OperationKind.SetIoPriority) { Number1 = SchedulerAttributes.EncodeIoPriority(priority) },
                "SetIoPriority", "ioprio_set", priority.Class, $"{priority.Priority}");
        }
    }

    /// <summary>While the host's /proc is the one seen, and before the process is hidden: then the file is root's.</summary>
    public static void AddOomScore(PlanBuilder plan, ProcessSpec process)
    {
        if (process.OomScoreAdj is not { } score)
            return;
        plan.Child(
            new ChildStep(OperationKind.WriteHostProcSelf) { Text1 = "/proc/self/oom_score_adj", Text2 = score.ToString(CultureInfo.InvariantCulture) },
            "SetOomScoreAdj", "write", "oom_score_adj", $"{score}");
    }

    /// <summary>After the cgroup is entered, whose nodes bound the policy.</summary>
    public static void AddMemoryPolicy(PlanBuilder plan, LinuxSpec linux)
    {
        if (linux.MemoryPolicy is not { } asked)
            return;
        MemoryPolicy policy = MemoryPolicy.Read(asked);
        plan.Child(new ChildStep(OperationKind.SetMemoryPolicy) { Number1 = policy.Mode, Blob = policy.Nodes },
            "SetMemoryPolicy", "set_mempolicy", asked.Mode, asked.Nodes ?? "");
    }

    /// <summary>The runtime's own affinity is not the container's: that has the processors of its cgroup.</summary>
    public static void AddAffinityReset(PlanBuilder plan, PlanContext context)
    {
        if (context.HasNarrowAffinity)
            plan.Child(new ChildStep(OperationKind.SetAffinity) { Blob = CpuAffinity.All }, "ResetAffinity", "sched_setaffinity");
    }

    /// <summary>CPUs of a process that enters later; the first process has those of its cgroup.</summary>
    public static void AddAffinity(PlanBuilder plan, string? cpus)
    {
        if (!string.IsNullOrEmpty(cpus))
            plan.Child(new ChildStep(OperationKind.SetAffinity) { Blob = NumberList.ReadMask(cpus) }, "SetAffinity", "sched_setaffinity", cpus);
    }

    public static void AddTerminal(PlanBuilder plan, ProcessSpec process, bool makesConsole) =>
        plan.Child(
            new ChildStep(OperationKind.OpenConsole)
            {
                Number1 = makesConsole ? 1 : 0,
                Number2 = process.ConsoleSize is { } size ? (long)(ushort)size.Height << 32 | (ushort)size.Width : 0,
                Number3 = process.User?.Uid ?? 0,
            },
            "OpenTerminal", "ioctl", "/dev/pts/ptmx", "TIOCGPTPEER");

    public static void AddWorkingDirectory(PlanBuilder plan, ProcessSpec process)
    {
        if (process.Cwd != "/")
            plan.Child(new ChildStep(OperationKind.MakeDirectory) { Text1 = process.Cwd }, "MakeWorkingDirectory", "mkdirat", process.Cwd);
    }

    /// <summary>Everything from the keyring to no_new_privs; each step still needs what a later one takes away.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="process">The process.</param>
    /// <param name="linux">The Linux part of the configuration.</param>
    /// <param name="context">Facts of the host.</param>
    /// <param name="hiding">When it is hidden.</param>
    /// <param name="inOwnUser">Whether its user namespace is another than the runtime's: then it can have all capabilities.</param>
    /// <param name="entersRunning">Whether the container runs already, and could have changed what is in it.</param>
    public static void AddIdentity(PlanBuilder plan, ProcessSpec process, LinuxSpec linux, PlanContext context, HidingPlan hiding, bool inOwnUser, bool entersRunning)
    {
        UserSpec user = process.User ?? new UserSpec();
        if (!context.NoNewKeyring)
            plan.Child(new ChildStep(OperationKind.MakeSessionKeyring) { Text1 = $"_ses.{context.Id}" }, "MakeSessionKeyring", "keyctl", "", "KEYCTL_JOIN_SESSION_KEYRING");
        plan.Child(new ChildStep(OperationKind.SetSid) { Number1 = entersRunning ? 1 : 0 }, "StartSession", "setsid");
        plan.Child(new ChildStep(OperationKind.ChangeDirectory) { Text1 = process.Cwd }, "ChangeDirectory", "chdir", process.Cwd);
        AddLabels(plan, process);
        if (linux.Personality is { } personality)
        {
            plan.Child(new ChildStep(OperationKind.SetPersonality) { Number1 = personality.Domain == "LINUX32" ? 8 : 0 },
                "SetPersonality", "personality", personality.Domain);
        }
        LandlockPlan.AddRules(plan, context);
        // Once it has no more capabilities than they have, others inside may trace it and look into its /proc directory; what
        // it has open is closed before, and until execve it may not be traced at all.
        plan.Child(new ChildStep(OperationKind.LetGo), "LetGo", "close");
        // Before a filter that need not allow it: the command may never make this call.
        if (context.Parks)
            plan.Child(new ChildStep(OperationKind.CloseOthers), "CloseOthers", "close_range");
        hiding.AddBeforeWaiting();
        // Without no_new_privs only CAP_SYS_ADMIN may do these, so they go before the capabilities do.
        if (!process.NoNewPrivileges)
            AddLastWalls(plan, process, context);
        CapabilityMasks masks = CapabilityMasks.Read(process.Capabilities, inOwnUser ? -1 : context.GrantableCapabilities);
        if (masks.Refused.Count > 0)
            plan.Note($"Capabilities that this kernel does not know or this runtime does not have are left out: {string.Join(", ", masks.Refused)}.");
        if (masks.NotAmbient.Count > 0)
            plan.Note($"can't raise ambient capability {string.Join(", ", masks.NotAmbient)}: only what is permitted and inheritable can be ambient.");
        plan.Child(new ChildStep(OperationKind.DropBoundingSet) { Number1 = masks.Bounding }, "DropBoundingSet", "prctl", "PR_CAPBSET_DROP", masks.Describe(masks.Bounding));
        plan.Child(new ChildStep(OperationKind.KeepCapabilities), "KeepCapabilities", "prctl", "PR_SET_KEEPCAPS");
        if (!context.KeepsGroups)
            plan.Child(new ChildStep(OperationKind.SetGroups) { Blob = Groups(user), Number1 = context.IsRoot ? 0 : 1 }, "SetGroups", "setgroups", string.Join(',', user.AdditionalGids ?? []));
        plan.Child(new ChildStep(OperationKind.SetUser) { Number1 = user.Uid, Number2 = user.Gid }, "SetUser", "setresuid", $"{user.Uid}:{user.Gid}");
        plan.Child(new ChildStep(OperationKind.SetUmask) { Number1 = user.Umask ?? 0x12 }, "SetUmask", "umask", Convert.ToString(user.Umask ?? 0x12, 8).PadLeft(4, '0'));
        plan.Child(new ChildStep(OperationKind.SetCapabilities) { Blob = masks.Encode() }, "SetCapabilities", "capset", "", masks.Describe(masks.Effective));
        plan.Child(new ChildStep(OperationKind.RaiseAmbient) { Number1 = masks.Ambient }, "RaiseAmbient", "prctl", "PR_CAP_AMBIENT", masks.Describe(masks.Ambient));
        if (process.NoNewPrivileges)
            plan.Child(new ChildStep(OperationKind.SetNoNewPrivileges), "SetNoNewPrivileges", "prctl", "PR_SET_NO_NEW_PRIVS");
    }

    /// <summary>Finding the command, and the meeting point with the parent.</summary>
    public static void AddMeeting(PlanBuilder plan, ProcessSpec process, PlanContext context, IReadOnlyList<string> arguments, bool hasHooks)
    {
        if (process.Args is { Count: > 0 })
        {
            string command = Command(process, arguments);
            plan.Child(new ChildStep(OperationKind.FindCommand) { Text1 = command, List1 = CommandPath.Candidates(command, process.Env, process.Cwd) },
                "FindCommand", "faccessat2", command);
        }
        // Now, while the parent is there to hand the listener over; and where somebody can be inside before the command, he finds
        // a process that can do no more than he.
        if (process.NoNewPrivileges && !HasWallsLast(process, context, hasHooks))
            AddLastWalls(plan, process, context);
        else if (process.NoNewPrivileges && (context.Parks || hasHooks))
            WarnOfLateFilter(plan, process, context, hasHooks);
        plan.Child(new ChildStep(OperationKind.ReportReady), "ReportReady", "sendto");
        plan.Child(new ChildStep(OperationKind.WaitForStart), "WaitForStart", "read", context.Parks ? $"{context.StateDirectory}/start" : "");
    }

    /// <summary>The last walls and execve.</summary>
    public static void AddExecution(PlanBuilder plan, ProcessSpec process, PlanContext context, IReadOnlyList<string> arguments, bool hasHooks)
    {
        // Last, so that they need not allow what setting up takes.
        bool hasWallsLast = HasWallsLast(process, context, hasHooks);
        if (hasWallsLast || !RlimitPlan.IsRefusedBy(context.SeccompProgram))
            RlimitPlan.AddLast(plan, process);
        if (hasWallsLast)
            AddWalls(plan, context);
        plan.Child(new ChildStep(OperationKind.Execute) { Text1 = Command(process, arguments) }, "Execute", "execve",
            Command(process, arguments), string.Join(' ', arguments.Skip(1)));
    }

    /// <summary>Whether path rules and the filter come only before execve.</summary>
    public static bool HasWallsLast(ProcessSpec process, PlanContext context, bool hasHooks) =>
        process.NoNewPrivileges && !context.HasSeccompListener
        && (!(context.Parks || hasHooks) || RefusedCalls(process, context, hasHooks).Count > 0);

    private static IReadOnlyList<string> RefusedCalls(ProcessSpec process, PlanContext context, bool hasHooks) =>
        WaitingCalls.Refused(context.SeccompProgram, hasHooks, RlimitPlan.HasLast(process));

    private static void WarnOfLateFilter(PlanBuilder plan, ProcessSpec process, PlanContext context, bool hasHooks) => plan.Warn(
        "The system call filter is in force only from the command on: it refuses "
        + $"{string.Join(", ", RefusedCalls(process, context, hasHooks))}, "
        + $"which {(hasHooks ? "hooks in the container take" : "waiting for the start takes")}.");

    private static string Command(ProcessSpec process, IReadOnlyList<string> arguments) =>
        process.Args is { Count: > 0 } args ? args[0] : arguments.Count > 0 ? arguments[0] : "";

    // What is limited after a filter takes a call that the filter may refuse.
    private static void AddLastWalls(PlanBuilder plan, ProcessSpec process, PlanContext context)
    {
        if (RlimitPlan.IsRefusedBy(context.SeccompProgram))
            RlimitPlan.AddLast(plan, process);
        AddWalls(plan, context);
    }

    private static void AddWalls(PlanBuilder plan, PlanContext context)
    {
        LandlockPlan.AddWall(plan, context);
        if (context.SeccompProgram is { } program)
        {
            plan.Child(new ChildStep(OperationKind.LoadSeccomp) { Blob = program, Number1 = context.SeccompFlags, Number2 = context.HasSeccompListener ? 1 : 0 },
                "LoadSeccomp", "seccomp", "", $"{program.Length / 8} instructions");
        }
    }

    private static void AddLabels(PlanBuilder plan, ProcessSpec process)
    {
        if (!string.IsNullOrEmpty(process.ApparmorProfile))
        {
            plan.Child(new ChildStep(OperationKind.WriteProcSelf) { Text1 = "self/attr/apparmor/exec", Text2 = $"exec {process.ApparmorProfile}" },
                "SetAppArmorProfile", "write", process.ApparmorProfile);
        }
        if (!string.IsNullOrEmpty(process.SelinuxLabel))
        {
            plan.Child(new ChildStep(OperationKind.WriteProcSelf) { Text1 = "self/attr/exec", Text2 = process.SelinuxLabel },
                "SetSELinuxLabel", "write", process.SelinuxLabel);
        }
    }

    private static byte[] Groups(UserSpec user)
    {
        IReadOnlyList<uint> groups = user.AdditionalGids ?? [];
        byte[] blob = new byte[groups.Count * sizeof(uint)];
        for (int i = 0; i < groups.Count; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(i * sizeof(uint)), groups[i]);
        return blob;
    }
}
