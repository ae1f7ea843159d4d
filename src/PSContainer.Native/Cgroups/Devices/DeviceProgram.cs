namespace PSContainer.Cgroups.Devices;

/// <summary>Device rules as an eBPF program: v2 has no device files.</summary>
/// <remarks>
/// The program gets <c>struct bpf_cgroup_dev_ctx</c> (access and type, major, minor) and returns 1 to allow. It goes through
/// the rules from the last to the first and keeps the kinds of access that no rule has decided yet: a rule that allows takes
/// its own away, a rule that denies one of them ends it. So each kind of access is decided by the last rule that names it.
/// </remarks>
internal static class DeviceProgram
{
    /// <summary>The name that programs of ours bear in the kernel.</summary>
    internal static ReadOnlySpan<byte> Name => "psc_devices"u8;

    private const byte Context = 1, Kind = 2, Undecided = 3, Major = 4, Minor = 5, Scratch = 6, Result = 0;

    // linux/bpf_common.h, linux/bpf.h: class | size or source | operation.
    private const byte LoadWord = 0x61, Move = 0xb4, MoveRegister = 0xbc, And = 0x54, ShiftRight = 0x74, Exit = 0x95;
    private const byte JumpIfEqual = 0x16, JumpIfNotEqual = 0x56;

    /// <summary>Assembles the program.</summary>
    internal static ulong[] Assemble(DeviceRules rules)
    {
        var code = new List<ulong>
        {
            Instruction(LoadWord, Kind, Context, 0),
            Instruction(MoveRegister, Undecided, Kind),
            Instruction(And, Kind, 0, 0, 0xffff),
            Instruction(ShiftRight, Undecided, 0, 0, 16),
            Instruction(LoadWord, Major, Context, 4),
            Instruction(LoadWord, Minor, Context, 8),
        };
        for (int i = rules.Ordered.Count - 1; i >= 0; i--)
            AddRule(code, rules.Ordered[i]);
        AddVerdict(code, 0);
        return [.. code];
    }

    private static void AddRule(List<ulong> code, DeviceRule rule)
    {
        var action = new List<ulong>();
        if (rule.Allow)
        {
            action.Add(Instruction(And, Undecided, 0, 0, (uint)(DeviceAccess.All & ~rule.Access)));
            action.Add(Instruction(JumpIfNotEqual, Undecided, 0, 2));
        }
        else
        {
            action.Add(Instruction(MoveRegister, Scratch, Undecided));
            action.Add(Instruction(And, Scratch, 0, 0, (uint)rule.Access));
            action.Add(Instruction(JumpIfEqual, Scratch, 0, 2));
        }
        AddVerdict(action, rule.Allow ? 1u : 0u);

        var conditions = new List<(byte Register, uint Value)> { (Kind, (uint)rule.Kind) };
        if (rule.Major != DeviceRule.Any)
            conditions.Add((Major, (uint)rule.Major));
        if (rule.Minor != DeviceRule.Any)
            conditions.Add((Minor, (uint)rule.Minor));
        for (int i = 0; i < conditions.Count; i++)
        {
            int skip = conditions.Count - i - 1 + action.Count;
            code.Add(Instruction(JumpIfNotEqual, conditions[i].Register, 0, (short)skip, conditions[i].Value));
        }
        code.AddRange(action);
    }

    private static void AddVerdict(List<ulong> code, uint verdict)
    {
        code.Add(Instruction(Move, Result, 0, 0, verdict));
        code.Add(Instruction(Exit, 0));
    }

    private static ulong Instruction(byte operation, byte destination, byte source = 0, short offset = 0, uint value = 0) =>
        operation | ((ulong)destination << 8) | ((ulong)source << 12) | ((ulong)(ushort)offset << 16) | ((ulong)value << 32);
}
