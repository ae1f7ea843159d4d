using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using PSContainer.Security;
using PSContainer.Security.Seccomp;
using PSContainer.Spec;
using Processor = System.Runtime.InteropServices.Architecture;

namespace PSContainer.Native.Tests.Security;

public sealed class DefaultSeccompProgramTests
{
    private static SeccompSpec Spec(Processor processor) => SeccompProfile.Default.Resolve(CapabilitySets.Default, processor, new Version(6, 1));

    [Fact]
    public void Is_what_the_compiler_makes_of_the_default_profile()
    {
        (byte[] x64Text, byte[] x64) = Compile(Processor.X64);
        (byte[] arm64Text, byte[] arm64) = Compile(Processor.Arm64);
        if (x64Text.AsSpan().SequenceEqual(DefaultSeccompProgram.TextOfX64)
            && x64.AsSpan().SequenceEqual(MemoryMarshal.AsBytes(DefaultSeccompProgram.WordsOfX64))
            && arm64Text.AsSpan().SequenceEqual(DefaultSeccompProgram.TextOfArm64)
            && arm64.AsSpan().SequenceEqual(MemoryMarshal.AsBytes(DefaultSeccompProgram.WordsOfArm64)))
            return;
        string path = Path.Combine(Directory.CreateTempSubdirectory("psc-test-").FullName, "DefaultSeccompProgram.Data.cs");
        File.WriteAllText(path,
            "namespace PSContainer.Security.Seccomp;\n\n/// <content>Written by the test of this class; see there when it is out of date.</content>\n"
            + "internal static partial class DefaultSeccompProgram\n{\n"
            + $"{Source("X64", x64Text, x64)}\n{Source("Arm64", arm64Text, arm64)}}}\n");
        Assert.Fail(
            "The default profile or the compiler has changed. If the compiler has: raise SeccompText.CompilerVersion, and run again. "
            + $"Then put {path} in place of the file of that name.");
    }

    [Fact]
    public void Is_loaded_with_the_flags_of_a_filter_that_names_none() =>
        Assert.Equal(SeccompProgram.Compile(Spec(RuntimeInformation.ProcessArchitecture)).Flags, DefaultSeccompProgram.Create().Flags);

    [Fact]
    public void Is_of_the_processor_that_it_runs_on()
    {
        (byte[] text, byte[] program) = Compile(RuntimeInformation.ProcessArchitecture);
        Assert.Equal(text, DefaultSeccompProgram.Text);
        Assert.Equal(program, DefaultSeccompProgram.Instructions);
    }

    private static (byte[] Text, byte[] Program) Compile(Processor processor)
    {
        SeccompArchitecture architecture = SeccompArchitectures.FromProcessor(processor);
        return (SeccompText.Write(Spec(processor), architecture)!, SeccompCompiler.Compile(Spec(processor), architecture));
    }

    private static string Source(string processor, byte[] text, byte[] program)
    {
        var source = new StringBuilder();
        source.Append(CultureInfo.InvariantCulture, $"    internal static ReadOnlySpan<byte> TextOf{processor} => \"\"\"\n");
        foreach (string line in Encoding.ASCII.GetString(text).Split('\n'))
            source.Append("        ").Append(line).Append('\n');
        source.Append(CultureInfo.InvariantCulture, $"        \"\"\"u8;\n\n    internal static ReadOnlySpan<ulong> WordsOf{processor} =>\n    [\n");
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(program);
        for (int index = 0; index < words.Length; index++)
        {
            source.Append(index % 6 == 0 ? "        " : " ").Append("0x").Append(words[index].ToString("x16", CultureInfo.InvariantCulture));
            source.Append(index % 6 == 5 || index == words.Length - 1 ? ",\n" : ",");
        }
        return source.Append("    ];\n").ToString();
    }
}
