using System.Text;
using PSContainer.Kernel;
using PSContainer.Programs;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Monitor;

public sealed class RuntimeErrorTests
{
    [Theory]
    [InlineData("ContainerNotFound", typeof(ContainerNotFoundException))]
    [InlineData("ContainerAlreadyExists", typeof(ContainerAlreadyExistsException))]
    [InlineData("ContainerNotRunning", typeof(ContainerStateException))]
    [InlineData("RootfsNotFound", typeof(RootfsNotFoundException))]
    [InlineData("CommandNotFoundInContainer", typeof(CommandNotFoundInContainerException))]
    [InlineData("ContainerStartFailed", typeof(ContainerStartException))]
    [InlineData("InvalidContainerSpec", typeof(InvalidSpecException))]
    [InlineData("ControllerNotDelegated", typeof(ControllerUnavailableException))]
    [InlineData("PermissionDenied", typeof(ContainerPermissionException))]
    [InlineData("SomethingNew", typeof(ContainerException))]
    public void An_id_becomes_its_type(string id, Type type)
    {
        ContainerException? error = RuntimeError.Parse(
            $$"""{"level":"error","msg":"m","errorId":"{{id}}","step":"s","call":"c","errno":13,"target":"t","recommendation":"r"}""");

        Assert.IsType(type, error);
        Assert.Equal(("s", "c", 13, "t"), (error.Step, error.Call, error.Errno, error.Target));
        Assert.Equal(id == "SomethingNew" ? "ContainerOperationFailed" : id, error.ErrorId);
    }

    [Fact]
    public void Without_words_the_call_speaks()
    {
        ContainerException error = RuntimeError.Parse("""{"level":"error","errorId":"ContainerStartFailed","step":"OpenLog","call":"openat","errno":28,"target":"/x"}""")!;

        Assert.Equal("OpenLog: openat '/x': ENOSPC (no space left on device)", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"level":"warning","msg":"m"}""")]
    [InlineData("""{"level":1,"msg":2}""")]
    public void Other_lines_are_no_errors(string line) => Assert.Null(RuntimeError.Parse(line));

    [Fact]
    public void The_first_error_with_an_id_counts_else_the_last()
    {
        string foreign = """{"level":"error","msg":"first"}""" + "\nnoise\n" + """{"level":"error","msg":"last"}""" + "\n";
        string ours = """{"level":"error","msg":"ours","errorId":"RootfsNotFound","errno":"wrong"}""" + "\n";

        Assert.Equal("last", RuntimeError.Find(Encoding.UTF8.GetBytes(foreign))?.Message);
        Assert.Equal("ours", RuntimeError.Find(Encoding.UTF8.GetBytes(foreign + ours + foreign))?.Message);
        Assert.Null(RuntimeError.Find([0xFF, 0xFE, (byte)'\n']));
    }

    [Fact]
    public void A_command_is_run_to_its_end()
    {
        using TestDirectory directory = new();
        string script = directory["runtime"];
        ProgramFile.Write(script, """
            #!/bin/sh
            echo "$5"; echo complaint >&2
            [ "$5" = good ] && exit 0
            echo '{"level":"error","msg":"bad word","errorId":"InvalidContainerSpec"}' > "$2"
            exit 6
            """);

        Assert.Equal(new RuntimeResult(0, "good\n", "complaint\n", null), RuntimeCommand.Run(script, "good").EnsureSuccess());

        RuntimeResult result = RuntimeCommand.Run(script, "bad");
        Assert.Equal((6, "bad\n"), (result.ExitCode, result.Output));
        Assert.Equal("bad word", Assert.Throws<InvalidSpecException>(() => result.EnsureSuccess()).Message);
    }

    [Fact]
    public void A_program_that_is_missing_is_named()
    {
        var error = Assert.Throws<ContainerException>(() => RuntimeCommand.Run("/nonexistent/program"));

        Assert.Equal(("posix_spawn", Errno.ENOENT, "/nonexistent/program"), (error.Call, error.Errno, error.Target));
    }
}
