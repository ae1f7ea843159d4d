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
    private static readonly SeccompSpec Spec =
        SeccompProfile.Default.Resolve(CapabilitySets.Default, Processor.X64, new Version(6, 1));

    [Fact]
    public void Is_what_the_compiler_makes_of_the_default_profile()
    {
        byte[] text = SeccompText.Write(Spec, SeccompArchitecture.X64)!;
        byte[] program = SeccompCompiler.Compile(Spec, SeccompArchitecture.X64);
        bool same = text.AsSpan().SequenceEqual(DefaultSeccompProgram.Text) && program.AsSpan().SequenceEqual(DefaultSeccompProgram.Instructions);
        if (same)
            return;
        string path = Path.Combine(Directory.CreateTempSubdirectory("psc-test-").FullName, "DefaultSeccompProgram.Data.cs");
        File.WriteAllText(path, Source(text, program));
        Assert.Fail(
            "The default profile or the compiler has changed. If the compiler has: raise SeccompText.CompilerVersion, and run again. "
            + $"Then put {path} in place of the file of that name.");
    }

    [Fact]
    public void Is_loaded_with_the_flags_of_a_filter_that_names_none() =>
        Assert.Equal(SeccompProgram.Compile(Spec).Flags, DefaultSeccompProgram.Create().Flags);

    private static string Source(byte[] text, byte[] program)
    {
        var source = new StringBuilder();
        source.Append(
            """
            namespace PSContainer.Security;

            /// <content>Written by the test of this class; see there when it is out of date.</content>
            internal static partial class DefaultSeccompProgram
            {
                private static ReadOnlySpan<byte> TextOfSpec => ""\"

            """.Replace("\\", "", StringComparison.Ordinal));
        foreach (string line in Encoding.ASCII.GetString(text).Split('\n'))
            source.Append("        ").Append(line).Append('\n');
        source.Append("        \"\"\"u8;\n\n    private static ReadOnlySpan<ulong> Words =>\n    [\n");
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(program);
        for (int index = 0; index < words.Length; index++)
        {
            source.Append(index % 6 == 0 ? "        " : " ").Append("0x").Append(words[index].ToString("x16", CultureInfo.InvariantCulture));
            source.Append(index % 6 == 5 || index == words.Length - 1 ? ",\n" : ",");
        }
        return source.Append("    ];\n}\n").ToString();
    }
}
