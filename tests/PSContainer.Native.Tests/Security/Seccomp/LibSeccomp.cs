using System.Runtime.InteropServices;
using PSContainer.Security.Seccomp;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Security;

/// <summary>Compiles a specification with the system's libseccomp, calling it as container runtimes do.</summary>
internal static partial class LibSeccomp
{
    private const string Library = "libseccomp.so.2";

    /// <summary>Why the library cannot be used, or <see langword="null"/>.</summary>
    public static string? Missing { get; } = NativeLibrary.TryLoad(Library, out _) ? null : $"needs {Library}";

    [StructLayout(LayoutKind.Sequential)]
    private struct Comparison
    {
        public uint Argument;
        public int Operator;
        public ulong First;
        public ulong Second;
    }

    /// <summary>The number of a call on an architecture, negative when the library knows none.</summary>
    public static int Resolve(SeccompArchitecture architecture, string name) =>
        ResolveOn(ResolveArchitecture(ShortName(SeccompArchitectures.SpecName(architecture))), name);

    /// <summary>Whether the library has numbers for a call that do not differ from ours.</summary>
    public static bool Knows(string name)
    {
        if (ResolveName(name) == -1)
            return false;
        SyscallTable.TryFind(name, out SyscallNumbers numbers);
        foreach (SeccompArchitecture architecture in Enum.GetValues<SeccompArchitecture>())
        {
            int theirs = Resolve(architecture, name);
            bool multiplexed = theirs is <= -100 and >= -224;
            if (theirs < 0 && !multiplexed && numbers.TryGet(architecture, out _))
                return false;
        }
        return true;
    }

    /// <summary>Compiles.</summary>
    /// <returns>The program, or <see langword="null"/> when the library refuses a rule as contradicting another.</returns>
    public static byte[]? Compile(SeccompSpec spec)
    {
        uint defaultAction = Action(spec.DefaultAction, spec.DefaultErrnoRet);
        nint context = Init(defaultAction);
        Assert.NotEqual(0, context);
        try
        {
            foreach (string architecture in spec.Architectures ?? [])
            {
                int added = AddArchitecture(context, ResolveArchitecture(ShortName(architecture)));
                Assert.True(added is 0 or -17, $"{architecture}: {added}");
            }
            foreach (SeccompRuleSpec rule in spec.Syscalls ?? [])
            {
                uint action = Action(rule.Action, rule.ErrnoRet);
                if (action != defaultAction && !AddRule(context, rule, action))
                    return null;
            }
            return Export(context);
        }
        finally
        {
            Release(context);
        }
    }

    private static string ShortName(string name) => name["SCMP_ARCH_".Length..].ToLowerInvariant();

    private static bool AddRule(nint context, SeccompRuleSpec rule, uint action)
    {
        var comparisons = new List<Comparison>();
        foreach (SeccompArgSpec condition in rule.Args ?? [])
        {
            comparisons.Add(new Comparison
            {
                Argument = condition.Index,
                Operator = Array.IndexOf(
                    ["", "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ"],
                    condition.Op),
                First = condition.Value,
                Second = condition.ValueTwo,
            });
        }
        bool repeated = comparisons.Select(comparison => comparison.Argument).Distinct().Count() != comparisons.Count;
        foreach (string name in rule.Names)
        {
            int call = ResolveName(name);
            if (call == -1)
                continue;
            IEnumerable<Comparison[]> groups = repeated ? comparisons.Select(one => new[] { one }) : [[.. comparisons]];
            foreach (Comparison[] group in groups)
            {
                int added = AddRule(context, action, call, (uint)group.Length, group);
                Assert.True(added is 0 or -17, $"{name}: {added}");
                if (added != 0)
                    return false;
            }
        }
        return true;
    }

    private static uint Action(string name, uint? errno) => name switch
    {
        "SCMP_ACT_ALLOW" => 0x7fff0000,
        "SCMP_ACT_ERRNO" => 0x00050000 | (errno ?? 1),
        "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => 0,
        "SCMP_ACT_KILL_PROCESS" => 0x80000000,
        "SCMP_ACT_TRAP" => 0x00030000,
        "SCMP_ACT_TRACE" => 0x7ff00000 | (errno ?? 1),
        "SCMP_ACT_LOG" => 0x7ffc0000,
        "SCMP_ACT_NOTIFY" => 0x7fc00000,
        _ => throw new ArgumentException(name),
    };

    private static byte[] Export(nint context)
    {
        using var file = File.OpenHandle(
            $"/tmp/psc-test-{Guid.NewGuid():n}", FileMode.CreateNew, FileAccess.ReadWrite, options: FileOptions.DeleteOnClose);
        Assert.Equal(0, ExportBpf(context, (int)file.DangerousGetHandle()));
        byte[] program = new byte[RandomAccess.GetLength(file)];
        Assert.Equal(program.Length, RandomAccess.Read(file, program, 0));
        return program;
    }

    [LibraryImport(Library, EntryPoint = "seccomp_init")]
    private static partial nint Init(uint action);

    [LibraryImport(Library, EntryPoint = "seccomp_release")]
    private static partial void Release(nint context);

    [LibraryImport(Library, EntryPoint = "seccomp_arch_add")]
    private static partial int AddArchitecture(nint context, uint architecture);

    [LibraryImport(Library, EntryPoint = "seccomp_arch_resolve_name", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint ResolveArchitecture(string name);

    [LibraryImport(Library, EntryPoint = "seccomp_syscall_resolve_name", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ResolveName(string name);

    [LibraryImport(Library, EntryPoint = "seccomp_syscall_resolve_name_arch", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ResolveOn(uint architecture, string name);

    [LibraryImport(Library, EntryPoint = "seccomp_rule_add_array")]
    private static partial int AddRule(nint context, uint action, int call, uint count, Comparison[] comparisons);

    [LibraryImport(Library, EntryPoint = "seccomp_export_bpf")]
    private static partial int ExportBpf(nint context, int file);
}
