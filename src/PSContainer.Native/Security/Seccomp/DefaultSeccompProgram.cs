using System.Runtime.InteropServices;
using PSContainer.Kernel;

namespace PSContainer.Security.Seccomp;

/// <summary>
/// The program of <see cref="SeccompProfile.Default"/> with <see cref="CapabilitySets.Default"/> for each processor, compiled beforehand:
/// a container that asks for nothing special waits for no compiler. A test holds both against the compiler.
/// </summary>
internal static partial class DefaultSeccompProgram
{
    /// <summary>The specification that the program is of, as <see cref="SeccompText"/> writes it.</summary>
    public static ReadOnlySpan<byte> Text => Processor.IsArm64 ? TextOfArm64 : TextOfX64;

    /// <summary>The program.</summary>
    public static ReadOnlySpan<byte> Instructions => MemoryMarshal.AsBytes(Processor.IsArm64 ? WordsOfArm64 : WordsOfX64);

    /// <summary>The program with the flags of a specification that has none.</summary>
    public static SeccompProgram Create() => new(Instructions.ToArray(), SeccompCalls.SECCOMP_FILTER_FLAG_SPEC_ALLOW);
}
