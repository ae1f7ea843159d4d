namespace PSContainer.Native.Tests.Headers;

/// <summary>A processor that the module is built for.</summary>
public enum TargetMachine
{
    X64,
    Arm64,
}
