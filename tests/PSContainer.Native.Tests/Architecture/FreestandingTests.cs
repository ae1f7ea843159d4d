using System.Reflection;
using System.Reflection.Emit;
using PSContainer.Init;
using PSContainer.Monitor;
using PSContainer.Steps.Container;

namespace PSContainer.Native.Tests.Architecture;

/// <summary>
/// Code that runs without a .NET runtime, or after clone3 in the copy of a process that has one, may need nothing of it. This
/// follows every call from where such code begins and looks at every instruction.
/// </summary>
public sealed class FreestandingTests
{
    private static readonly OpCode[] Forbidden =
    [
        OpCodes.Newarr, OpCodes.Ldstr, OpCodes.Throw, OpCodes.Rethrow, OpCodes.Box, OpCodes.Unbox, OpCodes.Unbox_Any, OpCodes.Castclass,
        OpCodes.Isinst, OpCodes.Callvirt, OpCodes.Ldsfld, OpCodes.Stsfld, OpCodes.Ldftn, OpCodes.Ldvirtftn, OpCodes.Ldtoken,
    ];

    // What the compiler itself turns into plain instructions: spans over literals, and pointers.
    private static readonly string[] Allowed =
    [
        "System.ReadOnlySpan`1", "System.Span`1", "System.Runtime.CompilerServices.Unsafe", "System.IntPtr", "System.UIntPtr",
        "System.Runtime.InteropServices.MemoryMarshal",
        // IsSupported, a constant.
        "System.Runtime.Intrinsics.Arm.ArmBase",
    ];

    public static TheoryData<string> Beginnings => new() { nameof(ChildMain), nameof(MonitorMain), nameof(InitMain), nameof(ReaperMain) };

    [Theory]
    [MemberData(nameof(Beginnings))]
    public void Nothing_reached_from_the_beginning_needs_a_runtime(string beginning)
    {
        Type type = typeof(ChildMain).Assembly.GetTypes().Single(one => one.Name == beginning);
        MethodInfo run = type.GetMethod("Run", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
        var seen = new HashSet<MethodBase> { run };
        var open = new Queue<MethodBase>(seen);
        var broken = new List<string>();
        while (open.TryDequeue(out MethodBase? method))
        {
            if (method.DeclaringType!.TypeInitializer is not null)
                broken.Add($"{Name(method)}: its type has a static initialiser");
            foreach (Instruction instruction in MethodBody.Read(method))
            {
                if (Why(instruction) is { } why)
                    broken.Add($"{Name(method)}: {why}");
                if (instruction.Member is MethodBase called && called.DeclaringType!.Assembly == type.Assembly && seen.Add(called))
                    open.Enqueue(called);
            }
        }
        Assert.True(seen.Count > 5, "the calls were not followed");
        Assert.True(broken.Count == 0, string.Join('\n', broken));
    }

    [Fact]
    public void Nobody_calls_kill()
    {
        var callers = new List<string>();
        foreach (MethodBase method in typeof(ChildMain).Assembly.GetTypes().SelectMany(type => type.GetMethods(
            BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)))
        {
            if (method.GetCustomAttribute<System.Runtime.InteropServices.DllImportAttribute>() is { EntryPoint: "kill" or "killpg" or "tgkill" })
                callers.Add(Name(method));
        }
        Assert.Empty(callers);
        string sources = Path.Combine(PSContainer.Tests.TestRepository.Root, "src");
        Assert.DoesNotContain(
            Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal)),
            file => System.Text.RegularExpressions.Regex.IsMatch(File.ReadAllText(file), @"SyscallNumber\.(kill|tkill|tgkill)\b"));
    }

    private static string? Why(Instruction instruction)
    {
        (OpCode code, MemberInfo? member) = instruction;
        // The bytes of a u8 literal are data of the executable; the compiler reads them through such a field's address.
        if (Forbidden.Contains(code))
            return $"{code.Name} {member?.DeclaringType?.FullName}.{member?.Name}";
        if (code == OpCodes.Newobj && !member!.DeclaringType!.IsValueType)
            return $"makes an object of {member.DeclaringType.FullName}";
        if (member is not MethodBase called || called.DeclaringType!.Assembly == typeof(ChildMain).Assembly)
            return null;
        string type = called.DeclaringType.IsGenericType ? called.DeclaringType.GetGenericTypeDefinition().FullName! : called.DeclaringType.FullName!;
        return Allowed.Contains(type) ? null : $"calls {type}.{called.Name}";
    }

    private static string Name(MethodBase method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
