using System.Management.Automation;
using PSContainer.Cgroups.Limits;
using PSContainer.Words;

namespace PSContainer.Binding;

/// <summary>
/// Reads a size in bytes: <c>512MB</c>, <c>'512M'</c>, <c>'1.5g'</c>, <c>max</c>; all units are powers of 1024.
/// </summary>
public sealed class ByteSizeTransformationAttribute : ReadingTransformationAttribute
{
    /// <summary>What <c>max</c> becomes.</summary>
    internal const long Max = CgroupLimit.Max;

    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine)
    {
        string text = SourceText.Of(value);
        return ByteSizeWord.IsMax(text) ? Max : ByteSizeWord.Parse(text);
    }
}

/// <summary>
/// Reads a time span: a number is seconds; <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>1.5h</c>, <c>1d</c>, a TimeSpan.
/// </summary>
public sealed class DurationTransformationAttribute : ReadingTransformationAttribute
{
    /// <summary>Whether a minus sign before it is taken.</summary>
    public bool CanBeNegative { get; set; }

    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) =>
        CanBeNegative && SourceText.Bare(value) is not TimeSpan && SourceText.Of(value) is ['-', .. var rest]
            ? -DurationWord.Parse(rest)
            : Parse(value);

    internal static TimeSpan Parse(object value) => SourceText.Bare(value) switch
    {
        TimeSpan span => span,
        // Outside of an argument 1d is a decimal 1 and 1l a long: the unit is lost where PowerShell took it for a type.
        decimal when !SourceText.HasToken(value) => throw new InvalidSpecException(
            $"{SourceText.Of(value)} is a decimal, as PowerShell reads a bare 1d in a hashtable or a variable.",
            "Put it in quotes for days ('1d'), or give seconds as a whole number."),
        _ => DurationWord.Parse(SourceText.Of(value)),
    };
}

/// <summary>Reads an amount of CPU time: <c>0.5</c> CPUs, <c>50%</c> of one, <c>'50000 100000'</c>, <c>max</c>.</summary>
public sealed class CpuTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => CpuWord.Parse(SourceText.Of(value));
}

/// <summary>
/// Reads a set of CPUs or memory nodes: <c>0-3,5</c>, which arrives as a list, or <c>'0-3,5'</c>; <c>max</c> for all.
/// </summary>
public sealed class CpuSetTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine)
    {
        string text = string.Join(',', SourceText.Flatten(value).Select(SourceText.Of));
        return ByteSizeWord.IsMax(text) ? CgroupLimit.MaxWord : CpuListWord.Parse(text);
    }
}

/// <summary>Reads permission bits in octal, as they are written: <c>0755</c>, <c>'u=rwx'</c> is not one.</summary>
public sealed class ModeTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => ModeWord.Parse(SourceText.Of(value));
}

/// <summary>Reads a point in time: a DateTime, a text of one, or how long ago, as <c>5m</c>.</summary>
public sealed class MomentTransformationAttribute : ReadingTransformationAttribute
{
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine) => SourceText.Bare(value) switch
    {
        DateTimeOffset moment => moment.LocalDateTime,
        DateTime moment => moment,
        TimeSpan ago => Ago(ago),
        // 5m and 1.5h are also half of a date to .NET; a date has two separators.
        string text when text.Length >= 8 && LanguagePrimitives.TryConvertTo(text, out DateTime moment) => moment,
        _ => Ago(DurationTransformationAttribute.Parse(value)),
    };

    // Local times cannot be reckoned with where clocks were put forward or back in between.
    private static DateTime Ago(TimeSpan time) => (DateTime.UtcNow - time).ToLocalTime();
}

/// <summary>Reads a number of entries: <c>64</c>, <c>max</c>.</summary>
public sealed class EntryCountTransformationAttribute : CountTransformationAttribute
{
    /// <inheritdoc/>
    protected override string Things => "entries";
}

/// <summary>Reads a number of processes: <c>64</c>, <c>max</c>.</summary>
public class CountTransformationAttribute : ReadingTransformationAttribute
{
    /// <summary>What is counted.</summary>
    protected virtual string Things => "processes";

    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine)
    {
        string text = SourceText.Of(value);
        if (ByteSizeWord.IsMax(text))
            return ByteSizeTransformationAttribute.Max;
        return long.TryParse(text, System.Globalization.NumberStyles.None, null, out long count) && count > 0
            ? count
            : throw new InvalidSpecException($"'{text}' is not a number of {Things}.", "Write a whole number above 0, or max.");
    }
}
