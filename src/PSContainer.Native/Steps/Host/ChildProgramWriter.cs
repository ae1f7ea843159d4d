using System.Runtime.InteropServices;
using PSContainer.Freestanding;
using PSContainer.Kernel;
using PSContainer.Plan;
using PSContainer.Steps.Container;

namespace PSContainer.Steps.Host;

/// <summary>What is known only once the host's half is done: the descriptors that the child's steps work on.</summary>
internal sealed record ChildDescriptors
{
    /// <summary>The child's end of the handshake.</summary>
    public required int Socket { get; init; }

    /// <summary><c>tasks</c> files of v1 hierarchies.</summary>
    public IReadOnlyList<int> Cgroups { get; init; } = [];

    /// <summary>Namespaces to join, in the order of the plan's steps.</summary>
    public IReadOnlyList<int> Namespaces { get; init; } = [];

    /// <summary>Our own executable, for a container with an init; -1 otherwise.</summary>
    public int Executable { get; init; } = -1;

    /// <summary>The start socket; -1 when the process goes on at once.</summary>
    public int Start { get; init; } = -1;

    /// <summary>A terminal's side for the process; -1 without one.</summary>
    public int Terminal { get; init; } = -1;

    /// <summary>What becomes the child's descriptors 0 to 2, -1 for the caller's own.</summary>
    public IReadOnlyList<int> Streams { get; init; } = CallersOwn;

    /// <summary>The caller's own streams.</summary>
    public static IReadOnlyList<int> CallersOwn { get; } = [-1, -1, -1];

    /// <summary>Whether the process ends with the runtime, also once it runs.</summary>
    public bool EndsWithRuntime { get; init; }

    /// <summary>How many descriptors from 3 on the command keeps.</summary>
    public int Preserved { get; init; }
}

/// <summary>Lays the child's steps of a plan out in unmanaged memory.</summary>
internal static unsafe class ChildProgramWriter
{
    // Each is looked at, and nobody has passed more.
    private const int MostPreserved = 1 << 16;

    public static ChildProgram* Write(UnmanagedArena arena, StartPlan plan, ChildDescriptors descriptors, StepFailure* failure)
    {
        var program = (ChildProgram*)arena.Allocate(sizeof(ChildProgram));
        program->Operations = (ChildOperation*)arena.Allocate(plan.Steps.Count * sizeof(ChildOperation));
        HashSet<int> mounted = MountedPaths.Find(plan.Steps);
        program->Places = (MountPlace*)arena.Allocate(mounted.Count * sizeof(MountPlace));
        int joined = 0;
        foreach (PlanStep step in plan.Steps)
        {
            if (step.Child is not { } child)
                continue;
            ChildOperation* operation = program->Operations + program->Count++;
            *operation = Lower(arena, child);
            operation->Step = step.Number;
            if (child.Kind == OperationKind.JoinNamespaces)
                operation->Number1 = descriptors.Namespaces[joined++];
            if (mounted.Contains(step.Number))
                program->Places[program->PlaceCount++] = new() { Path = operation->Text3, Fd = MountPlace.NotMade };
            if (child.Kind == OperationKind.JoinCgroups)
                SetBlob(arena, operation, MemoryMarshal.AsBytes<int>(descriptors.Cgroups.ToArray()));
        }
        program->Socket = descriptors.Socket;
        program->Failure = failure;
        program->Arguments = arena.TextList(plan.Arguments);
        program->Environment = arena.TextList(plan.Environment);
        program->ExecutableFd = descriptors.Executable;
        program->PreservedFds = Math.Clamp(descriptors.Preserved, 0, MostPreserved);
        int[] needed = Needed(descriptors);
        program->NeededFds = (int*)arena.Bytes(MemoryMarshal.AsBytes<int>(needed));
        program->NeededCount = needed.Length;
        program->CallerMemory = CallerMemory.Start;
        program->CallerMemoryLength = CallerMemory.Length;
        for (int stream = 0; stream < ChildProgram.StreamCount; stream++)
            program->Streams[stream] = descriptors.Streams[stream];
        program->StartFd = descriptors.Start;
        program->EndsWithRuntime = descriptors.EndsWithRuntime ? 1 : 0;
        return program;
    }

    private static int[] Needed(ChildDescriptors descriptors)
    {
        int[] needed =
        [
            descriptors.Socket, descriptors.Executable, descriptors.Start, descriptors.Terminal,
            .. descriptors.Cgroups, .. descriptors.Namespaces,
        ];
        Array.Sort(needed);
        // What is not there is -1.
        return needed[(Array.FindLastIndex(needed, static fd => fd < 0) + 1)..];
    }

    private static ChildOperation Lower(UnmanagedArena arena, ChildStep step)
    {
        ChildOperation operation = default;
        operation.Kind = step.Kind;
        operation.Number1 = step.Number1;
        operation.Number2 = step.Number2;
        operation.Number3 = step.Number3;
        operation.Text1 = arena.Text(step.Text1);
        operation.Text2 = arena.Text(step.Text2);
        operation.Text3 = arena.Text(step.Text3);
        operation.List1 = arena.TextList(step.List1);
        operation.List2 = arena.TextList(step.List2);
        SetBlob(arena, &operation, step.Blob);
        return operation;
    }

    private static void SetBlob(UnmanagedArena arena, ChildOperation* operation, ReadOnlySpan<byte> bytes)
    {
        operation->Blob = arena.Bytes(bytes);
        operation->BlobLength = bytes.Length;
    }
}
