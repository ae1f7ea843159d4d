using PSContainer.Security.Landlock;
using PSContainer.Words;

namespace PSContainer.Containers.Compose;

/// <summary>The wall of path rules.</summary>
internal static class LandlockComposer
{
    private static readonly string[] KernelPaths = ["/proc", "/sys", "/dev"];

    /// <summary>
    /// The rules asked for, and unless one of them is about /dev, reading and writing there: it holds nothing but harmless
    /// devices and what -Device gave, and no shell can do without.
    /// </summary>
    internal static IEnumerable<LandlockRule> Compose(IReadOnlyList<LandlockRule> rules) =>
        rules.Any(static rule => PathWord.IsBelow(rule.Path, "/dev"))
            ? rules
            : rules.Append(new LandlockRule("/dev", LandlockAccess.Read | LandlockAccess.Write));

    /// <summary>Refuses a rule about a path that the root filesystem does not have.</summary>
    /// <exception cref="InvalidSpecException">There is one.</exception>
    internal static void RequirePaths(Composition composition)
    {
        foreach (LandlockRule rule in composition.Options.Landlock)
        {
            bool isMounted = composition.IsMountedOver(rule.Path) || KernelPaths.Any(path => PathWord.IsBelow(rule.Path, path));
            if (!isMounted && !composition.Root.Exists(rule.Path))
            {
                throw new InvalidSpecException(
                    $"The rule '{rule}' of Landlock is about a path that is not in the root filesystem '{composition.Root.Path}'.",
                    "Make it there, or leave the rule out.")
                { Target = rule.Path };
            }
        }
    }
}
