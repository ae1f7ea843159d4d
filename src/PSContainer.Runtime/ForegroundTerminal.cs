using PSContainer.Kernel;
using PSContainer.Steps.Parent;

namespace PSContainer.Runtime;

/// <summary>A foreground process with a terminal of its own, joined to the caller's.</summary>
internal static class ForegroundTerminal
{
    public static int WaitFor(InitProcess process, FileHandle master, FileHandle signals) => throw new NotSupportedException();
}
