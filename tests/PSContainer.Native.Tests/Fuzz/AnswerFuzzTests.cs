using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PSContainer.Cgroups.Devices;
using PSContainer.Monitor;
using PSContainer.Security.Seccomp;
using PSContainer.Systemd;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Fuzz;

/// <summary>What other programs answer or leave behind: a message bus, a cache, a caller of the monitor, a table of the kernel's.</summary>
public sealed class AnswerFuzzTests : IDisposable
{
    private readonly TestDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void AMessageOfTheBusIsReadOrRefused()
    {
        byte[] answer = Message(DBusMessage.Return, 5, static field => field.UInt32(7), "u", static body => body.Text("/job/42"));
        byte[] signal = Message(DBusMessage.Signal, 3, static field => field.Text("JobRemoved"), "s", static body => { body.UInt32(1); body.Text("done"); });
        // Lengths that nobody has bytes for.
        byte[] endless = Message(DBusMessage.Return, 5, static field => field.UInt32(7), "u", static body => { body.UInt32(int.MaxValue); body.UInt32(uint.MaxValue); });
        FuzzRun.ReadsOrRefuses(Damage.Of([answer, signal, endless], "u", "s", "o", "g", "v"), static bytes =>
        {
            if (bytes.Length < DBusMessage.FixedHeader || DBusMessage.LengthOf(bytes) != bytes.Length)
                return;
            var message = new DBusMessage(bytes);
            if (message.Type == DBusMessage.Signal)
                message.UInt32();
            Assert.True(message.Text().Length < bytes.Length && message.Member.Length < bytes.Length);
        });
    }

    [Fact]
    public void ADamagedFilterIsNeverLoaded()
    {
        string root = directory.MakeDirectory("state");
        File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        byte[] text = "a specification"u8.ToArray();
        var program = new SeccompProgram(Enumerable.Range(0, 64).Select(static one => (byte)one).ToArray(), 2);
        SeccompCacheFile.TryWrite(root, text, program);
        string file = Path.Combine(SeccompCacheFile.DirectoryOf(root), SeccompCacheFile.NameOf(text));
        int same = 0, refused = 0;
        FuzzRun.Holds(Damage.Of([File.ReadAllBytes(file)]), damage =>
        {
            File.WriteAllBytes(file, damage.Bytes);
            SeccompProgram? read = SeccompCacheFile.Read(root, text);
            if (read is not null)
                Assert.Equal(program.Instructions, read.Instructions);
            same += read is null ? 0 : 1;
            refused += read is null ? 1 : 0;
        });
        Assert.True(same > 0 && refused > 0, $"{same} read, {refused} refused");
    }

    [Fact]
    public unsafe void ACommandLineOfTheMonitorIsWholeOrItsWrongWordIsNamed()
    {
        Gen<string> word = Gen.Elements(
            "--state-dir", "/state", "--sync-fd", "3", "--session-fd", "--stdin-fd", "2", "2147483648", "99999999999999999999", "-1", "--interactive",
            "--terminal", "--remove", "--timeout", "0", "30", "--pid-file", "a/b", "--log-path", "log", "/log", "--log-max", "16384", "1", "", "--", "self", "run");
        Gen<string[]> whole = word.ArrayOf().Select(static words => (string[])["--state-dir", "/state", "--sync-fd", "3", .. words, "--", "self"]);
        int read = 0, refused = 0;
        FuzzRun.Holds(Gen.OneOf(word.ArrayOf(), whole).ToArbitrary(), words =>
        {
            byte** arguments = stackalloc byte*[words.Length + 1];
            for (int i = 0; i < words.Length; i++)
                arguments[i] = (byte*)Marshal.StringToCoTaskMemUTF8(words[i]);
            arguments[words.Length] = null;
            MonitorArguments parsed;
            byte* wrong = MonitorArguments.Parse(arguments, &parsed);
            if (wrong == null)
            {
                read++;
                Assert.True(parsed.SyncFd > 2 && parsed.StateDirectory != null && *parsed.Runtime != null);
                Assert.True(parsed.SessionFd is -1 or > 2 && parsed.StdinFd is -1 or > 2);
                Assert.True(parsed.Timeout >= 0 && parsed.LogMax is 0 or >= MonitorArguments.SmallestLogMax);
                Assert.True(parsed.LogPath == null || *parsed.LogPath == (byte)'/');
                Assert.DoesNotContain('/', Marshal.PtrToStringUTF8((nint)parsed.PidFile)!);
            }
            else
            {
                refused++;
                Assert.Contains(Marshal.PtrToStringUTF8((nint)wrong)!, words.Append("--"));
            }
            for (int i = 0; i < words.Length; i++)
                Marshal.FreeCoTaskMem((nint)arguments[i]);
        });
        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }

    [Fact]
    public void DriversAreThoseOfTheirOwnPartOfTheTable()
    {
        const string Table = "Character devices:\n  1 mem\n  5 /dev/tty\n136 pts\n\nBlock devices:\n  7 loop\n253 device-mapper\n";
        int found = 0;
        FuzzRun.Holds(Damage.Of([Table], "Block", "devices:", "1 mem\n"), damage =>
        {
            string text = Encoding.UTF8.GetString(damage.Bytes);
            foreach (((DeviceKind kind, long major), string name) in DeviceDrivers.Parse(text))
            {
                found++;
                string number = major.ToString(CultureInfo.InvariantCulture);
                Assert.Contains(text.Split('\n'), line => line.Contains(number, StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal));
                Assert.True(kind != DeviceKind.Block || text.Contains("Block", StringComparison.Ordinal));
            }
        });
        Assert.True(found > 0);
    }

    private static byte[] Message(byte type, byte field, Action<DBusWriter> value, string signature, Action<DBusWriter> body)
    {
        var content = new DBusWriter();
        body(content);
        var message = new DBusWriter();
        foreach (byte one in (byte[])[(byte)'l', type, 0, 1])
            message.Byte(one);
        message.UInt32((uint)content.Length);
        message.UInt32(1);
        message.Array(8, () =>
        {
            message.Byte(field);
            message.Signature(signature);
            value(message);
        });
        message.Align(8);
        message.Raw(content.Written);
        return message.Written.ToArray();
    }
}
