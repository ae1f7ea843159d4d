using System.Runtime.Intrinsics.Arm;

namespace PSContainer.Kernel;

/// <summary>The one question by which code differs between the processors that it is compiled for.</summary>
internal static class Processor
{
    /// <summary>Whether this is arm64; else it is x86-64.</summary>
    /// <remarks>
    /// A constant to every compiler (JIT, crossgen, ILC), which leave out the other branch: so the same IL serves both, also where there
    /// is no .NET runtime that could be asked.
    /// </remarks>
    public static bool IsArm64 => ArmBase.IsSupported;
}
