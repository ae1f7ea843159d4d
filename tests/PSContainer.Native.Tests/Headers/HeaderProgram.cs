using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace PSContainer.Native.Tests.Headers;

/// <summary>What C's headers say that an expression is, by a program that is compiled and run.</summary>
internal static partial class HeaderProgram
{
    // Two sets, since the kernel's headers and those of the C library declare some things both.
    private static readonly string[] OfLibrary =
    [
        "stddef.h", "errno.h", "fcntl.h", "sched.h", "signal.h", "poll.h", "dirent.h", "spawn.h", "regex.h", "elf.h", "unistd.h", "time.h",
        "sys/auxv.h", "sys/file.h", "sys/inotify.h", "sys/eventfd.h", "sys/ioctl.h", "sys/mman.h", "sys/mount.h", "sys/personality.h",
        "sys/prctl.h", "sys/resource.h", "sys/signalfd.h", "sys/socket.h", "sys/stat.h", "sys/statfs.h", "sys/statvfs.h", "sys/timerfd.h",
        "sys/uio.h", "sys/un.h", "sys/wait.h", "sys/xattr.h", "asm/unistd.h", "linux/audit.h", "linux/bpf.h", "linux/capability.h",
        "linux/filter.h", "linux/landlock.h", "linux/magic.h", "linux/nsfs.h", "linux/openat2.h", "linux/netlink.h", "linux/rtnetlink.h",
        "linux/if_addr.h", "linux/if_link.h", "linux/if.h", "linux/seccomp.h",
    ];

    private static readonly string[] OfKernel =
    [
        "stddef.h", "errno.h", "linux/mount.h", "linux/fs.h", "linux/stat.h", "linux/sched.h", "linux/termios.h", "asm/termbits.h",
        "asm/stat.h", "asm/statfs.h", "asm/signal.h", "asm/fcntl.h", "linux/pidfd.h", "linux/prctl.h",
    ];

    /// <summary>Why it cannot be asked here, or <see langword="null"/>.</summary>
    public static string? WhyNot(TargetMachine machine) => Tools(machine).Select(Needs.Command).FirstOrDefault(static reason => reason is not null);

    /// <summary>Evaluates expressions for a machine.</summary>
    /// <returns>The values that headers of either set know; where both do, the kernel's come last.</returns>
    public static ILookup<string, long> Ask(TargetMachine machine, IReadOnlyCollection<string> expressions)
    {
        using var directory = new TestDirectory();
        return new[] { OfLibrary, OfKernel }.SelectMany(headers => Ask(directory.Root, machine, headers, expressions))
            .ToLookup(answer => answer.Expression, answer => answer.Value);
    }

    private static string[] Tools(TargetMachine machine) => IsOwn(machine)
        ? ["gcc"]
        : machine == TargetMachine.Arm64 ? ["aarch64-linux-gnu-gcc", "qemu-aarch64"] : ["x86_64-linux-gnu-gcc", "qemu-x86_64"];

    private static bool IsOwn(TargetMachine machine) => $"{RuntimeInformation.ProcessArchitecture}" == $"{machine}";

    private static List<(string Expression, long Value)> Ask(
        string directory, TargetMachine machine, string[] headers, IReadOnlyCollection<string> expressions)
    {
        string program = Path.Combine(directory, "headers");
        var known = expressions.ToList();
        // An error names the line, and so the expression that these headers do not know.
        string errors = Compile(machine, program, headers, known, out bool isCompiled);
        if (!isCompiled)
        {
            var unknown = ErrorLine().Matches(errors).Select(error => int.Parse(error.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).ToHashSet();
            Assert.True(unknown.Count > 0, errors);
            known = known.Where((_, line) => !unknown.Contains(line + 1)).ToList();
            errors = Compile(machine, program, headers, known, out isCompiled);
            Assert.True(isCompiled, errors);
        }
        string output = IsOwn(machine) ? HostCommand.Run(program) : HostCommand.Run(Tools(machine)[1], program);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select((line, index) => (known[index], long.Parse(line, CultureInfo.InvariantCulture))).ToList();
    }

    private static string Compile(TargetMachine machine, string program, string[] headers, List<string> expressions, out bool isCompiled)
    {
        var text = new StringBuilder("#define _GNU_SOURCE\n#include <stdio.h>\n");
        foreach (string header in headers)
            text.Append(CultureInfo.InvariantCulture, $"#if __has_include(<{header}>)\n#include <{header}>\n#endif\n");
        // A function each: of one function, a name that is not known is told only once.
        for (int i = 0; i < expressions.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"#line {i + 1} \"expressions\"\nstatic long long e{i}(void) {{ return (long long)({expressions[i]}); }}\n");
        text.Append("int main(void) {\n");
        for (int i = 0; i < expressions.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"printf(\"%lld\\n\", e{i}());\n");
        text.Append("return 0; }\n");
        File.WriteAllText($"{program}.c", text.ToString());
        Outcome outcome = HostCommand.Try("env", "LC_ALL=C", Tools(machine)[0], "-static", "-Werror=implicit-function-declaration", "-o", program, $"{program}.c");
        isCompiled = outcome.Code == 0;
        return outcome.Error;
    }

    [GeneratedRegex(@"^expressions:(\d+):\d+: error:", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();
}

/// <summary>A test that compiles a C program for a machine and runs it; without a compiler it is shown as skipped, with the reason.</summary>
public sealed class HeaderFactAttribute : FactAttribute
{
    public HeaderFactAttribute(TargetMachine machine) => Skip = HeaderProgram.WhyNot(machine);
}
