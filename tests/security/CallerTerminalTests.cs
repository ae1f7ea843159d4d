using PSContainer.Tests;

namespace PSContainer.Security.Tests;

/// <summary>B-46, C-24: the caller's terminal is none of the container's, which can neither type into it nor read from it later.</summary>
[Trait("Category", "Container")]
public sealed class CallerTerminalTests
{
    private const long Ioctl = 16, TIOCSTI = 0x5412, TIOCLINUX = 0x541C, UpperBits = 1L << 32;

    [RootCommandTheory("script")]
    [Trait("Attack", "B-46")]
    [Trait("CVE", "CVE-2017-5226")]
    [InlineData("run", TIOCSTI)]
    [InlineData("run", TIOCSTI | UpperBits)]
    [InlineData("run", TIOCLINUX)]
    [InlineData("run", TIOCLINUX | UpperBits)]
    [InlineData("exec", TIOCSTI)]
    [InlineData("exec", TIOCSTI | UpperBits)]
    public void CVE_2017_5226_nothing_is_pushed_into_the_terminal_of_the_caller(string verb, long request)
    {
        using var bundle = new TestBundle(ownRoot: true);
        // The argument of TIOCSTI is the address of the byte; where the program is loaded there are some.
        SyscallProgram.Write(bundle.Rootfs + "/push", SyscallProgram.ThisMachine, Ioctl, 0, request, 0x400000);
        const string Look = "[ -t 0 ] && echo has-the-terminal; /push; echo push $?; (: </dev/tty) 2>/dev/null && echo controls; cut -d' ' -f7 /proc/self/stat";
        if (verb == "exec")
            bundle.Start("sleep", "1000");
        bundle.Process = bundle.Process with { Args = ["/bin/sh", "-c", Look] };
        bundle.Write();
        string command = verb == "run"
            ? $"{TestRepository.Executable} --root {bundle.StateRoot} run -b {bundle.Bundle} {bundle.Id}"
            : $"{TestRepository.Executable} --root {bundle.StateRoot} exec {bundle.Id} /bin/sh -c '{Look.Replace("'", "'\\''", StringComparison.Ordinal)}'";
        string[] lines = HostCommand.Run("script", "-qec", command, "/dev/null").Replace("\r", "", StringComparison.Ordinal).Split('\n');
        Assert.DoesNotContain("has-the-terminal", lines);
        Assert.DoesNotContain("push 0", lines);
        Assert.Contains(lines, static line => line.StartsWith("push ", StringComparison.Ordinal));
        Assert.DoesNotContain("controls", lines);
        // No controlling terminal at all.
        Assert.Equal("0", lines[^1]);
    }

    [RootCommandTheory("script")]
    [Trait("Attack", "C-24")]
    [InlineData("run")]
    [InlineData("run --detach")]
    [InlineData("exec")]
    public void What_the_command_leaves_behind_has_no_terminal(string verb)
    {
        using var bundle = new TestBundle();
        // Standard input is kept open: a shell gives what it runs in the background another one.
        const string Leave = "exec 3<&0; (while :; do read -t 1 password <&3; sleep 1; done) & :";
        // A pid namespace would end it with the command: here it is an executed command's, or one that goes on.
        if (verb == "exec")
            bundle.Start("sleep", "1000");
        bundle.Process = bundle.Process with { Args = ["/bin/sh", "-c", verb == "run" ? "ls -l /proc/self/fd" : $"{Leave}; sleep 1000"] };
        bundle.Write();
        string command = verb == "exec"
            ? $"exec {bundle.Id} /bin/sh -c '{Leave}'"
            : $"{verb} -b {bundle.Bundle} {bundle.Id}";
        string shown = HostCommand.Run("script", "-qec", $"{TestRepository.Executable} --root {bundle.StateRoot} {command}", "/dev/null");
        string held = verb == "run" ? shown : bundle.Exec("/bin/sh", "-c", "ls -l /proc/[0-9]*/fd").Output;
        Assert.Contains(" 0 -> ", held, StringComparison.Ordinal);
        Assert.DoesNotContain("/dev/pts/", held, StringComparison.Ordinal);
        Assert.DoesNotContain("/dev/tty", held, StringComparison.Ordinal);
    }
}
