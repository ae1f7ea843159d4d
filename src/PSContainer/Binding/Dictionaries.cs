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

    /// <summary>As <see cref="Texts"/>, with no <see langword="null"/>: that is an empty text.</summary>
    internal static Dictionary<string, string> Values(IDictionary? pairs) =>
        Texts(pairs).ToDictionary(pair => pair.Key, pair => pair.Value ?? "", StringComparer.Ordinal);

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
    /// <inheritdoc/>
    protected override object Read(object value, EngineIntrinsics engine)
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
