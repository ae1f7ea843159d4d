using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace PSContainer.Native.Tests.Headers;

/// <summary>The same numbers against a second source that knows nothing of the first: those which Tmds.LibC has for each processor.</summary>
public sealed class LibraryTests
{
    [Theory]
    [InlineData(TargetMachine.X64, "linux-x64")]
    [InlineData(TargetMachine.Arm64, "linux-arm64")]
    public void Numbers_are_those_of_the_library(TargetMachine machine, string runtime)
    {
        Type library = Load(runtime).GetType("Tmds.Linux.LibC", throwOnError: true)!;
        int compared = 0;
        foreach (SourceConstant ours in SourceConstant.Read().Where(one => one.HasHeaderName))
        {
            if (library.GetProperty(ours.Name)?.GetValue(null) is not IConvertible theirs)
                continue;
            compared++;
            Assert.True(unchecked((uint)Convert.ToInt64(theirs, CultureInfo.InvariantCulture)) == unchecked((uint)ours.On(machine)),
                $"{ours.File}: {ours.Name} is {ours.On(machine)}, and {theirs} in Tmds.LibC for {runtime}");
        }
        Assert.True(compared > 200, $"only {compared} numbers are in both");
    }

    [Theory]
    [InlineData(TargetMachine.X64, "linux-x64")]
    [InlineData(TargetMachine.Arm64, "linux-arm64")]
    public void Members_of_stat_are_where_the_library_has_them(TargetMachine machine, string runtime)
    {
        Type stat = Load(runtime).GetType("Tmds.Linux.stat", throwOnError: true)!;
        foreach ((string ours, string theirs) in ((string, string)[])[
            ("ModeOffset", "st_mode"), ("OwnerOffset", "st_uid"), ("GroupOffset", "st_gid"), ("DeviceOffset", "st_rdev"), ("SizeOffset", "st_size"),
            ("AccessTimeOffset", "st_atim"), ("ModificationTimeOffset", "st_mtim")])
        {
            long offset = SourceConstant.Read().Single(one => one.FullName == $"Stat.{ours}").On(machine);
            Assert.Equal(Marshal.OffsetOf(stat, theirs), (nint)offset);
        }
    }

    // By path: each file has the same name, and the one of the other processor is only read.
    private static Assembly Load(string runtime) => Assembly.LoadFile(Path.Combine(AppContext.BaseDirectory, "LibC", runtime, "Tmds.LibC.dll"));
}
