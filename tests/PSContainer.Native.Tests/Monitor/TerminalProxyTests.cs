using System.Text;
using PSContainer.Kernel;
using PSContainer.Programs;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Monitor;

/// <summary>The caller's terminal is one pair, the container's another; a program runs on the second.</summary>
public sealed class TerminalProxyTests : IDisposable
{
    private const int TIOCSWINSZ = 0x5414;
    private const uint EchoMode = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Pty _caller = new(), _container = new();

    public void Dispose()
    {
        _caller.Dispose();
        _container.Dispose();
    }

    private SpawnedProcess Start(string command)
    {
        int slave = _container.Slave.Fd;
        SpawnedProcess process = ProcessSpawn.Start(new SpawnRequest
        {
            Path = "/bin/sh",
            Arguments = ["-c", command],
            Descriptors = [(slave, 0), (slave, 1), (slave, 2)],
            NewSession = true,
        });
        _container.Slave.Dispose();
        return process;
    }

    private Task Join(SpawnedProcess process) => Join(process, _caller.Slave.Fd, _caller.Slave.Fd);

    // On a thread of its own: the pool's may all be busy with other tests.
    private Task Join(SpawnedProcess process, int input, int output) => Task.Factory.StartNew(() =>
    {
        using TerminalProxy proxy = new(_container.Master.Fd, process.PidFd, -1, input, output);
        proxy.Run();
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private string ReadUntil(string end)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        while (!text.ToString().Contains(end, StringComparison.Ordinal))
        {
            AwaitInput(_caller.Master, $"'{end}' does not come after '{text}'");
            text.Append(Encoding.UTF8.GetString(buffer, 0, (int)Files.read(_caller.Master.Fd, buffer)));
        }
        return text.ToString();
    }

    private static void AwaitInput(FileHandle terminal, string otherwise)
    {
        PollEntry[] entries = [new PollEntry { Fd = terminal.Fd, Events = PollEntry.In }];
        Assert.True(Poll.Wait(entries, (int)Patience.TotalMilliseconds) > 0, otherwise);
    }

    private void Type(string text) => Files.write(_caller.Master.Fd, Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task What_is_typed_goes_in_and_what_is_written_comes_out()
    {
        Assert.True(Termios.TryGet(_caller.Slave.Fd, out Termios before));
        using SpawnedProcess process = Start("printf 'name? '; read name; echo \"hello $name\"; exit 3");
        Task proxy = Join(process);
        ReadUntil("name? ");
        Assert.True(Termios.TryGet(_caller.Slave.Fd, out Termios during));

        Type("wörld\r");

        // The echo is the container's terminal's: the caller's is raw.
        Assert.Equal("wörld\r\nhello wörld\r\n", ReadUntil("hello wörld\r\n"));
        await proxy.WaitAsync(Patience);
        Assert.Equal(3, process.Wait()?.ExitCode);
        Assert.True(Termios.TryGet(_caller.Slave.Fd, out Termios after));
        Assert.NotEqual(before.LocalModes, during.LocalModes);
        Assert.Equal((before.InputModes, before.OutputModes, before.ControlModes, before.LocalModes),
            (after.InputModes, after.OutputModes, after.ControlModes, after.LocalModes));
    }

    [Fact]
    public async Task Control_C_is_the_containers()
    {
        // The first terminal that a session's leader opens is the session's.
        using SpawnedProcess process = Start("exec 0</proc/self/fd/0; trap 'exit 9' INT; echo ready; while :; do sleep 0.02; done");
        Task proxy = Join(process);
        ReadUntil("ready");

        Type("\u0003");

        await proxy.WaitAsync(Patience);
        Assert.Equal(9, process.Wait()?.ExitCode);
    }

    [Fact]
    public async Task The_size_is_the_callers()
    {
        SetSize(_caller.Master.Fd, rows: 33, columns: 101);
        using SpawnedProcess process = Start("read line; stty size");
        Task proxy = Join(process);

        // Goes through the proxy, which by then has passed the size on.
        Type("go\r");

        Assert.Contains("33 101", ReadUntil("101"));
        await proxy.WaitAsync(Patience);
    }

    [Fact]
    [Trait("Attack", "C-39")]
    public async Task What_is_typed_after_the_end_stays_the_callers_however_much_is_written()
    {
        using SpawnedProcess process = Start("(while echo flood; do :; done) & exit 0");
        Assert.True(Pidfd.WaitForEnd(process.PidFd, (int)Patience.TotalMilliseconds));
        Type("secret\r");
        // The kernel takes what is typed to the terminal in its own time; as a line only for as long as it is not raw.
        AwaitInput(_caller.Slave, "no line was typed");
        using FileStream nowhere = new("/dev/null", FileMode.Open, FileAccess.Write);

        await Join(process, _caller.Slave.Fd, (int)nowhere.SafeFileHandle.DangerousGetHandle()).WaitAsync(Patience);

        byte[] line = new byte[64];
        Assert.Equal("secret\n", Encoding.UTF8.GetString(line, 0, (int)Files.read(_caller.Slave.Fd, line)));
    }

    [Fact]
    public async Task Much_output_is_all_there()
    {
        using SpawnedProcess process = Start("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo $i; done");
        Task proxy = Join(process);

        string text = ReadUntil("\n20000\r\n");

        Assert.Equal(string.Concat(Enumerable.Range(1, 20000).Select(i => $"{i}\r\n")), text);
        await proxy.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_pipe_ends_in_an_end_of_file()
    {
        using Pipe input = new(), output = new();
        Assert.True(Termios.TryGet(_container.Slave.Fd, out Termios settings));
        settings.LocalModes &= ~EchoMode;
        Assert.Equal(0, Termios.Set(_container.Slave.Fd, settings));
        using SpawnedProcess process = Start("cat; echo end");
        Files.write(input.Writer.Fd, "unfinished"u8);
        input.Writer.Dispose();

        await Join(process, input.Reader.Fd, output.Writer.Fd).WaitAsync(Patience);

        output.Writer.Dispose();
        Assert.Equal("unfinishedend\r\n", ProcessSpawnTests.ReadAll(output));
    }

    private static unsafe void SetSize(int terminal, ushort rows, ushort columns)
    {
        ushort* size = stackalloc ushort[] { rows, columns, 0, 0 };
        Syscall.Check(Syscall.Call(SyscallNumber.ioctl, terminal, TIOCSWINSZ, (nint)size), "ioctl TIOCSWINSZ");
    }

    [Fact]
    public async Task An_end_of_input_reaches_a_program_that_changes_the_mode_before_it_reads()
    {
        const int DuplicateCloseOnExec = 1030;
        using TestDirectory directory = new();
        string go = Path.Combine(directory.Root, "go");
        using FileHandle slave = new((int)Syscall.Check(
            Syscall.Call(SyscallNumber.fcntl, _container.Slave.Fd, DuplicateCloseOnExec, 0), "fcntl"));
        using SpawnedProcess process = Start(
            $"until [ -e {go} ]; do sleep 0.01; done; stty -icanon min 1 time 0; printf 'ready '; "
            + "until [ \"$(dd bs=1 count=1 2>/dev/null | od -An -tx1)\" = ' 04' ]; do :; done; exit 5");
        using FileHandle nothing = new((int)Syscall.Check(
            Files.openat(Files.AT_FDCWD, "/dev/null", Files.O_RDWR | Files.O_CLOEXEC), "openat"));
        Task proxy = Join(process, nothing.Fd, _caller.Slave.Fd);
        // The end is there, and the program has not begun to read.
        AwaitInput(slave, "the end does not come");

        File.WriteAllText(go, "");
        ReadUntil("ready ");
        try
        {
            await proxy.WaitAsync(Patience);
        }
        finally
        {
            Pidfd.SendSignal(process.PidFd, 9);
        }
        Assert.Equal(5, process.Wait()?.ExitCode);
    }
}
