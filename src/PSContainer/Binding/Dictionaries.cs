using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security;

namespace PSContainer.Binding;

/// <summary>Hashtables of a caller as dictionaries of text.</summary>
internal static class Dictionaries
{
    /// <summary>Keys and values as texts; a <see langword="null"/> stays one, a SecureString is opened.</summary>
    internal static Dictionary<string, string?> Texts(IDictionary? pairs)
    {
        var texts = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (pairs is null)
            return texts;
        foreach (DictionaryEntry pair in pairs)
            texts[SourceText.Of(pair.Key)] = Text(pair.Value);
        return texts;
    }

    /// <summary>As <see cref="Texts"/>, with no <see langword="null"/>.</summary>
    /// <exception cref="InvalidSpecException">A value is <see langword="null"/>.</exception>
    internal static Dictionary<string, string> Values(IDictionary? pairs)
    {
        RequireValues(pairs);
        return Texts(pairs).ToDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.Ordinal);
    }

    /// <summary>Refuses a hashtable in which a value is nothing, on whatever level.</summary>
    /// <exception cref="InvalidSpecException">A value is <see langword="null"/>.</exception>
    internal static void RequireValues(IDictionary? pairs)
    {
        foreach (DictionaryEntry pair in pairs ?? new Hashtable())
        {
            object? value = SourceText.Bare(pair.Value);
            if (Nothing.Is(value) || value is IEnumerable list and not string && list.Cast<object?>().Any(Nothing.Is))
            {
                throw new InvalidSpecException(
                    $"The value of '{SourceText.Of(pair.Key)}' is $null.", "Look where it comes from, or leave the pair out.");
            }
            foreach (IDictionary inner in value is IDictionary one ? [one] : (value as IEnumerable)?.OfType<IDictionary>() ?? [])
                RequireValues(inner);
        }
    }

    private static string? Text(object? value) => SourceText.Bare(value) switch
    {
        null => null,
        SecureString secret => new NetworkCredential("", secret).Password,
        bool flag => flag ? "true" : "false",
        _ => SourceText.Of(value!),
    };
}

/// <summary>Reads pairs: a hashtable, or texts as <c>NAME=value</c>.</summary>
public sealed class PairsTransformationAttribute : ReadingTransformationAttribute
{
    /// <summary>Whether a value may be <see langword="null"/>, and means that there is to be none of this name.</summary>
    public bool NullRemoves { get; set; }

    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine)
    {
        IDictionary pairs = ReadPairs(value);
        if (!NullRemoves)
            Dictionaries.RequireValues(pairs);
        return pairs;
    }

    private static IDictionary ReadPairs(object value)
    {
        if (SourceText.Bare(value) is IDictionary pairs)
            return pairs;
        var read = new Hashtable(StringComparer.Ordinal);
        foreach (object element in SourceText.Flatten(value))
        {
            if (SourceText.Bare(element) is IDictionary more)
            {
                foreach (DictionaryEntry pair in more)
                    read[pair.Key] = pair.Value;
                continue;
            }
            string text = SourceText.Of(element);
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw new InvalidSpecException(
                    $"'{text}' is not a pair.", "Give a hashtable, as @{ NAME = 'value' }, or texts as 'NAME=value'.");
            }
            read[text[..equals]] = text[(equals + 1)..];
        }
        return read;
    }
}
