using PSContainer.Kernel;
using PSContainer.Spec;

namespace PSContainer.Plan;

/// <summary>Whether the kernel has the security modules that a process asks for, before anything is made.</summary>
internal static class SecurityModuleCheck
{
    private const string AppArmorProfiles = "/sys/kernel/security/apparmor/profiles";

    /// <summary>Refuses labels and rules that nothing would enforce.</summary>
    /// <exception cref="SecurityModuleException">The kernel lacks a module, or has it switched off.</exception>
    /// <exception cref="InvalidSpecException">AppArmor has no such profile.</exception>
    public static void Require(ProcessSpec? process, PlanContext context)
    {
        if (context is { LandlockRules: not null, LandlockVersion: 0 })
        {
            throw new SecurityModuleException(
                "The kernel does not enforce path rules: Landlock is missing or was not switched on at boot.",
                "Boot a kernel with CONFIG_SECURITY_LANDLOCK and lsm=landlock,..., or leave the rules out.")
            { Target = "Landlock" };
        }
        if (!string.IsNullOrEmpty(process?.ApparmorProfile))
            RequireAppArmor(process.ApparmorProfile);
        RequireSelinux(process?.SelinuxLabel);
    }

    /// <summary>Refuses an SELinux label that nothing would enforce.</summary>
    /// <exception cref="SecurityModuleException">The kernel lacks SELinux, or has it switched off.</exception>
    public static void RequireSelinux(string? label)
    {
        if (!string.IsNullOrEmpty(label) && !HasSelinux)
        {
            throw new SecurityModuleException(
                $"The kernel does not enforce the SELinux label '{label}': SELinux is missing or switched off.",
                "Boot with selinux=1 security=selinux, or leave the label out.")
            { Target = label };
        }
    }

    private static bool HasAppArmor => ProcFile.Read("/sys/module/apparmor/parameters/enabled")?.StartsWith('Y') == true;

    // The file system is registered only where SELinux was switched on.
    private static bool HasSelinux => ProcFile.Read("/proc/filesystems")?.Contains("\tselinuxfs\n", StringComparison.Ordinal) == true;

    private static void RequireAppArmor(string profile)
    {
        if (!HasAppArmor)
        {
            throw new SecurityModuleException(
                $"The kernel does not enforce the AppArmor profile '{profile}': AppArmor is missing or switched off.",
                "Boot with apparmor=1 security=apparmor, or leave the profile out.")
            { Target = profile };
        }
        // Only root may read the list, and a stack or a namespace of profiles is not in it by its name.
        if (profile == "unconfined" || profile.Contains("//", StringComparison.Ordinal) || profile.StartsWith(':')
            || ProcFile.Read(AppArmorProfiles) is not { Length: > 0 } loaded)
            return;
        if (!loaded.Split('\n').Any(line => line.StartsWith($"{profile} (", StringComparison.Ordinal)))
        {
            throw new InvalidSpecException(
                $"AppArmor has no profile '{profile}'.", "Load it with: apparmor_parser --replace FILE")
            { Target = profile };
        }
    }
}
