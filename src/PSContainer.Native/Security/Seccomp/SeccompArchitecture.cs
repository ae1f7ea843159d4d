using System.Runtime.InteropServices;

namespace PSContainer.Security.Seccomp;

/// <summary>Conventions that filters are compiled for; the values are columns of <see cref="SyscallTable"/>.</summary>
internal enum SeccompArchitecture
{
    X64,
    X86,
    X32,
    Arm64,
    Arm,
}

/// <summary>What the filter has to know of each architecture.</summary>
internal static class SeccompArchitectures
{
    /// <summary>How many architectures there are.</summary>
    public const int Count = 5;

    /// <summary>The bit of x32 calls (__X32_SYSCALL_BIT): their audit architecture is x86-64's.</summary>
    public const uint X32Bit = 0x4000_0000;

    /// <summary>The convention that the kernel uses for the programs of this process.</summary>
    /// <exception cref="InvalidSpecException">No table of system calls exists for it.</exception>
    public static SeccompArchitecture Native => FromProcessor(RuntimeInformation.ProcessArchitecture);

    /// <summary>The convention of a processor's own programs.</summary>
    /// <exception cref="InvalidSpecException">No table of system calls exists for it.</exception>
    public static SeccompArchitecture FromProcessor(Architecture processor) => processor switch
    {
        Architecture.X64 => SeccompArchitecture.X64,
        Architecture.X86 => SeccompArchitecture.X86,
        Architecture.Arm64 => SeccompArchitecture.Arm64,
        Architecture.Arm => SeccompArchitecture.Arm,
        _ => throw new InvalidSpecException(
            $"System call filters cannot be compiled for {processor}.", "Use a machine with an x86-64 or an AArch64 processor."),
    };

    /// <summary>The kernel's number of the architecture, linux/audit.h; x32 shares x86-64's.</summary>
    public static uint AuditNumber(SeccompArchitecture architecture) => architecture switch
    {
        SeccompArchitecture.X86 => 0x4000_0003,
        SeccompArchitecture.Arm64 => 0xC000_00B7,
        SeccompArchitecture.Arm => 0x4000_0028,
        _ => 0xC000_003E,
    };

    /// <summary>Whether arguments are compared in 64 bits. x32 passes its arguments in 32 bits.</summary>
    public static bool IsWide(SeccompArchitecture architecture) =>
        architecture is SeccompArchitecture.X64 or SeccompArchitecture.Arm64;

    /// <summary>The name that profiles give the architecture in their includes and excludes.</summary>
    public static string ProfileName(SeccompArchitecture architecture) => architecture switch
    {
        SeccompArchitecture.X64 => "amd64",
        SeccompArchitecture.X86 => "x86",
        SeccompArchitecture.X32 => "x32",
        SeccompArchitecture.Arm64 => "arm64",
        _ => "arm",
    };

    /// <summary>The name of the architecture in a configuration (<c>SCMP_ARCH_…</c>).</summary>
    public static string SpecName(SeccompArchitecture architecture) => architecture switch
    {
        SeccompArchitecture.X64 => "SCMP_ARCH_X86_64",
        SeccompArchitecture.X86 => "SCMP_ARCH_X86",
        SeccompArchitecture.X32 => "SCMP_ARCH_X32",
        SeccompArchitecture.Arm64 => "SCMP_ARCH_AARCH64",
        _ => "SCMP_ARCH_ARM",
    };

    /// <summary>Names that a configuration may have (<c>SCMP_ARCH_…</c>), but for that of whatever the machine is.</summary>
    public static IEnumerable<string> Accepted => Enumerable.Range(0, Count).Select(index => SpecName((SeccompArchitecture)index)).Concat(Others);

    private static string[] Others =>
    [
        "SCMP_ARCH_MIPS", "SCMP_ARCH_MIPS64", "SCMP_ARCH_MIPS64N32", "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPSEL64",
        "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64", "SCMP_ARCH_PPC64LE", "SCMP_ARCH_S390", "SCMP_ARCH_S390X",
        "SCMP_ARCH_PARISC", "SCMP_ARCH_PARISC64", "SCMP_ARCH_RISCV64", "SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_M68K",
        "SCMP_ARCH_SH", "SCMP_ARCH_SHEB",
    ];

    /// <summary>Reads a name of a configuration.</summary>
    /// <param name="name"><c>SCMP_ARCH_…</c>.</param>
    /// <param name="architecture">
    /// The architecture, or <see langword="null"/> for one whose programs the processors of the table cannot run: its calls
    /// never reach the filter.
    /// </param>
    /// <returns>Whether the name is one of the specification's.</returns>
    public static bool TryParse(string name, out SeccompArchitecture? architecture)
    {
        for (int index = 0; index < Count; index++)
        {
            architecture = (SeccompArchitecture)index;
            if (SpecName((SeccompArchitecture)index) == name)
                return true;
        }
        architecture = name == "SCMP_ARCH_NATIVE" ? Native : null;
        return name == "SCMP_ARCH_NATIVE" || Array.IndexOf(Others, name) >= 0;
    }
}
