using PSContainer.Kernel;
using PSContainer.Security.Seccomp;

namespace PSContainer.Native.Tests.Headers;

/// <summary>
/// Every number of the kernel that the sources name, against C's headers for each processor. What is new is found by itself: it has a
/// header's name or is in <see cref="HeaderNames"/>.
/// </summary>
public sealed class HeaderTests
{
    private static readonly IReadOnlyList<SourceConstant> All = SourceConstant.Read();

    [HeaderFact(TargetMachine.X64)]
    public void Numbers_on_x64_are_those_of_the_headers() => Compare(TargetMachine.X64);

    [HeaderFact(TargetMachine.Arm64)]
    public void Numbers_on_arm64_are_those_of_the_headers() => Compare(TargetMachine.Arm64);

    [Fact]
    public void Every_number_in_Kernel_is_one_of_a_header_or_named_as_our_own()
    {
        Assert.Contains(All, one => one.FullName == "SyscallNumber.openat" && one.X64 != one.Arm64);
        Assert.Contains(All, one => one.FullName == "Termios.TIOCGPGRP");
        string[] unexplained =
        [
            .. All.Where(one => one.File.StartsWith("src/PSContainer.Native/Kernel/", StringComparison.Ordinal)
                    && ExpressionOf(one) is null && !HeaderNames.Own.Contains(one.FullName) && !IsUnknown(one))
                .Select(one => $"{one.File}: {one.Name}"),
        ];
        Assert.Empty(unexplained);
        HashSet<string> names = [.. All.Select(one => one.FullName), .. All.Where(one => one.HasHeaderName).Select(one => one.Name)];
        string[] stale = [.. HeaderNames.Expressions.Keys.Concat(HeaderNames.Own).Concat(HeaderNames.Unknown.Keys).Where(name => !names.Contains(name))];
        Assert.Empty(stale);
    }

    [Fact]
    public void Every_structure_in_Kernel_is_compared()
    {
        HashSet<Type> compared = [.. HeaderStructure.All.Select(one => one.Type)];
        Type[] forgotten =
        [
            .. typeof(Syscall).Assembly.GetTypes().Where(type => type.Namespace == typeof(Syscall).Namespace && type.IsValueType
                && !type.IsEnum && !type.IsByRefLike && !type.Name.StartsWith('<') && !compared.Contains(type) && type != typeof(ProcessExit)),
        ];
        Assert.Empty(forgotten);
    }

    [Fact]
    public void System_calls_are_those_of_the_filters_table()
    {
        foreach (SourceConstant call in All.Where(one => one.Type == "SyscallNumber"))
        {
            Assert.True(SyscallTable.TryFind(call.Name, out SyscallNumbers numbers), call.Name);
            Assert.True(numbers.TryGet(SeccompArchitecture.X64, out uint x64) && x64 == call.X64, call.Name);
            Assert.True(numbers.TryGet(SeccompArchitecture.Arm64, out uint arm64) && arm64 == call.Arm64, call.Name);
        }
    }

    private static void Compare(TargetMachine machine)
    {
        (SourceConstant Constant, string Expression)[] asked =
        [
            .. All.Where(one => ExpressionOf(one) is not null && !IsUnknown(one)).Select(one => (one, ExpressionOf(one)!)),
        ];
        Assert.True(asked.Length > 700, $"only {asked.Length} numbers were found");
        ILookup<string, long> answers = HeaderProgram.Ask(machine, [.. asked.Select(one => one.Expression).Concat(HeaderNames.Rooms.Values)
            .Concat(HeaderStructure.All.SelectMany(one => one.Expect()).Select(one => one.Expression)).Distinct()]);
        List<string> wrong = [];
        foreach ((SourceConstant constant, string expression) in asked)
        {
            long ours = constant.On(machine);
            bool isNewCall = constant.Type == "SyscallNumber" && constant.X64 == constant.Arm64 && ours > HeaderNames.LastKnownCall;
            if (!answers.Contains(expression))
            {
                if (!isNewCall)
                    wrong.Add($"{constant.File}: no header knows {expression}");
            }
            else if (!answers[expression].Any(theirs => IsSame(theirs, ours)))
                wrong.Add($"{constant.File}: {constant.Name} is {ours}, and {expression} is {answers[expression].First()}");
        }
        foreach ((string expression, long ours) in HeaderStructure.All.SelectMany(one => one.Expect()))
        {
            if (!answers[expression].Contains(ours))
                wrong.Add($"{expression} is {ours} here, and {string.Join(" or ", answers[expression])} there");
        }
        foreach ((string name, string expression) in HeaderNames.Rooms)
        {
            if (All.Single(one => one.FullName == name).On(machine) is var room && !answers[expression].All(size => size <= room))
                wrong.Add($"{name} is {room}, and {expression} is {answers[expression].Max()}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    // Unsigned 32 bits of the one are often signed ones of the other.
    private static bool IsSame(long theirs, long ours) => theirs == ours || (ours >> 32 is 0 or -1 && (uint)theirs == (uint)ours);

    private static bool IsUnknown(SourceConstant constant) =>
        HeaderNames.Unknown.ContainsKey(constant.HasHeaderName ? constant.Name : constant.FullName);

    private static string? ExpressionOf(SourceConstant constant)
    {
        if (constant.Type == "SyscallNumber")
            return $"__NR_{constant.Name}";
        return HeaderNames.Expressions.GetValueOrDefault(constant.FullName) ?? (constant.HasHeaderName ? constant.Name : null);
    }
}
