using PSContainer.Tests;

namespace PSContainer.Runtime.Tests.Containers;

/// <summary>At a pipe of the caller's that has O_NONBLOCK, a command waits all the same.</summary>
[Trait("Category", "Container")]
public sealed class NonBlockingStreamTests
{
    // The output is read once its pipe is full, and the input comes once the command asked for it.
    private const string Caller = """
        import fcntl, os, select, subprocess, sys, threading, time
        (source, feed), (drain, target) = os.pipe(), os.pipe()
        for end in (source, target):
            fcntl.fcntl(end, fcntl.F_SETFL, fcntl.fcntl(end, fcntl.F_GETFL) | os.O_NONBLOCK)
        process = subprocess.Popen(sys.argv[1:], stdin=source, stdout=target)
        os.close(source)
        while not select.select([drain], [], [], 0.01)[0] and process.poll() is None:
            pass
        def write():
            with open(feed, "wb") as pipe:
                pipe.write(b"x" * 1000000)
        writer = threading.Thread(target=write)
        writer.start()
        while select.select([], [target], [], 0)[1] and process.poll() is None:
            time.sleep(0.01)
        os.close(target)
        with open(drain, "rb") as pipe:
            taken = len(pipe.read())
        writer.join()
        print(process.wait(), taken)
        """;

    [RootCommandTheory("python3")]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_is_lost(bool isEntered)
    {
        using var bundle = new TestBundle();
        string[] runtime = [TestRepository.Executable, "--root", bundle.StateRoot];
        string[] inside = ["/bin/sh", "-c", "echo asks; exec cat"];
        if (isEntered)
        {
            bundle.Start("sleep", "1000");
            Assert.Equal("0 1000005", HostCommand.Run(["python3", "-c", Caller, .. runtime, "exec", bundle.Id, .. inside]));
            return;
        }
        bundle.Process = bundle.Process with { Args = inside };
        bundle.Write();
        Assert.Equal("0 1000005", HostCommand.Run(["python3", "-c", Caller, .. runtime, "run", "-b", bundle.Bundle, bundle.Id]));
    }
}
