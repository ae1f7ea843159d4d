namespace System.Runtime;

/// <summary>Tells the NativeAOT compiler to give a method a symbol; it knows the attribute by name, its own is not public.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeExportAttribute(string entryPoint) : Attribute
{
    /// <summary>The symbol.</summary>
    public string EntryPoint { get; } = entryPoint;
}
