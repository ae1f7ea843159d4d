using PSContainer.Freestanding;

namespace PSContainer.Runtime;

internal static class Program
{
    private static int Main() => 64;
}
