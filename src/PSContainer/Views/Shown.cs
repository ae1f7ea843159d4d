using System.Collections;
using System.Dynamic;
using System.Globalization;
using System.Management.Automation;
using PSContainer.Binding;
using PSContainer.Cgroups;
using PSContainer.Cgroups.Limits;
using PSContainer.Containers;
using PSContainer.Security.Seccomp;

namespace PSContainer.Views;

/// <summary>
/// What views show of an object: <c>[PSContainer.Views.Shown]::Of[$_].State</c>, and of one of its properties, as
/// <c>[PSContainer.Views.Shown]::Of[$_].Size.MemoryMax</c>. A session in ConstrainedLanguage calls no method, but reads
/// properties.
/// </summary>
public sealed class Shown : DynamicObject
{
    private const int ShortIdLength = 12;

    private static readonly Dictionary<string, Func<PSObject, string>> OfObjects = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Branch"] = one =>
            one.BaseObject is Cgroup cgroup ? CgroupTree.Branch(cgroup) : ViewText.Plain(Text(one, nameof(Cgroup.Path))),
        ["CurrentLimits"] = one => one.BaseObject is Cgroup cgroup ? ViewText.Limits(cgroup.ReadLimits()) : "",
        ["Labels"] = Labels,
        ["Memory"] = ViewText.Memory,
        ["OtherCalls"] = OtherCalls,
        ["Processes"] = one => one.BaseObject is Cgroup cgroup ? CgroupTree.Processes(cgroup) : "",
        ["ShortId"] = one => Text(one, nameof(Container.Id)) is var id && id.Length > ShortIdLength ? id[..ShortIdLength] : id,
        ["State"] = ViewText.State,
        ["Uptime"] = ViewText.Uptime,
    };

    private static readonly Dictionary<string, Func<object?, string>> OfValues = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Coloured"] = Taking<string>(ViewText.Coloured),
        ["CommandLine"] = Taking<string[]>(words => ViewText.CommandLine(words ?? [])),
        ["Commas"] = Joined(","),
        ["Limits"] = Taking<CgroupLimit>(ViewText.Limits),
        ["List"] = Joined(", "),
        ["Microseconds"] = Taking<DateTime?>(
            time => time?.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture) ?? ""),
        ["Plain"] = Taking<string>(ViewText.Plain),
        ["Seconds"] = Taking<TimeSpan?>(ViewText.Seconds),
        ["Size"] = Taking<long?>(ViewText.Size),
        ["Span"] = Taking<TimeSpan?>(ViewText.Span),
        ["ToWhole"] = Taking<double?>(number => ViewText.Number(number, "0")),
        ["ToTenths"] = Taking<double?>(number => ViewText.Number(number, "0.0")),
        ["ToHundredths"] = Taking<double?>(number => ViewText.Number(number, "0.##")),
        ["ToTenThousandths"] = Taking<double?>(number => ViewText.Number(number, "0.####")),
        ["Words"] = Joined(" "),
    };

    private readonly PSObject _object;
    private readonly Func<object?, string>? _ofValue;

    private Shown(PSObject shown, Func<object?, string>? ofValue) => (_object, _ofValue) = (shown, ofValue);

    /// <summary>What is shown of an object, by the object.</summary>
    public static Objects Of { get; } = new();

    /// <inheritdoc/>
    public override bool TryGetMember(GetMemberBinder binder, out object? result)
    {
        ArgumentNullException.ThrowIfNull(binder);
        if (_ofValue is not null)
            result = _ofValue(_object.Properties[binder.Name]?.Value);
        else if (OfObjects.TryGetValue(binder.Name, out Func<PSObject, string>? ofObject))
            result = ofObject(_object);
        else
            result = OfValues.TryGetValue(binder.Name, out Func<object?, string>? ofValue) ? new Shown(_object, ofValue) : null;
        return result is not null;
    }

    private static Func<object?, string> Taking<T>(Func<T?, string> show) =>
        value => show(LanguagePrimitives.TryConvertTo(value, out T found) ? found : default);

    private static Func<object?, string> Joined(string separator) =>
        Taking<string[]>(words => ViewText.Plain(string.Join(separator, words ?? [])));

    private static string Text(PSObject one, string property) => one.Properties[property]?.Value?.ToString() ?? "";

    private static string Labels(PSObject container)
    {
        IEnumerable<string> labels = SourceText.Bare(container.Properties[nameof(Container.Labels)]?.Value) switch
        {
            IReadOnlyDictionary<string, string> live => live.Select(one => $"{one.Key}={one.Value}"),
            IDictionary copied => copied.Keys.Cast<object>().Select(key => $"{key}={copied[key]}"),
            _ => [],
        };
        return string.Join(", ", labels.Select(ViewText.Plain));
    }

    private static string OtherCalls(PSObject profile)
    {
        IEnumerable<string> calls = SourceText.Flatten(profile.Properties[nameof(SeccompProfile.Syscalls)]?.Value)
            .Select(PSObject.AsPSObject)
            .Where(rule => Text(rule, nameof(SeccompProfileRule.Action)) != "SCMP_ACT_ALLOW")
            .SelectMany(rule => SourceText.Flatten(rule.Properties[nameof(SeccompProfileRule.Names)]?.Value))
            .Select(SourceText.Of);
        return ViewText.Plain(string.Join(' ', calls.Distinct(StringComparer.OrdinalIgnoreCase)));
    }

    /// <summary>Every object, by itself.</summary>
    public sealed class Objects
    {
        internal Objects()
        {
        }

        /// <summary>What is shown of an object.</summary>
        public object this[PSObject shown] => new Shown(shown, null);
    }
}
