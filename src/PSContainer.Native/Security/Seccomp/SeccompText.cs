using PSContainer.Spec;

namespace PSContainer.Security.Seccomp;

/// <summary>
/// Writes all of a specification that decides its program as one text, so that two can be compared byte by byte. Words apart
/// by white space; the first tells the version of the compiler and the processor.
/// </summary>
internal sealed class SeccompText
{
    /// <summary>Raised with every change of what the compiler writes, so that no cache gives out older programs.</summary>
    public const string CompilerVersion = "4";

    private const int LongestLine = 110;

    private byte[] buffer = new byte[8 << 10];
    private int length;
    private int column;
    private bool plain = true;

    /// <summary>The text of a specification.</summary>
    /// <returns>
    /// ASCII, or <see langword="null"/> for a specification with a word that is not letters, digits and underscores: it
    /// could be mistaken for another's.
    /// </returns>
    public static byte[]? Write(SeccompSpec spec, SeccompArchitecture native)
    {
        var text = new SeccompText();
        text.Mark(":seccomp");
        text.Word(CompilerVersion);
        text.Word(SeccompArchitectures.ProfileName(native));
        text.Mark(":default");
        text.Word(spec.DefaultAction);
        text.Number(spec.DefaultErrnoRet);
        text.List(":architectures", spec.Architectures);
        text.List(":flags", spec.Flags);
        if (!string.IsNullOrEmpty(spec.ListenerPath))
            text.Mark(":listener");
        for (int index = 0; text.plain && index < (spec.Syscalls?.Count ?? 0); index++)
            text.Rule(spec.Syscalls![index]);
        return text.plain ? text.buffer[..text.length] : null;
    }

    private void Rule(SeccompRuleSpec? rule)
    {
        // JSON can have null anywhere; the compiler says where.
        plain &= rule?.Names is not null;
        if (!plain)
            return;
        Mark(":rule");
        Word(rule!.Action);
        Number(rule.ErrnoRet);
        for (int index = 0; index < rule.Names.Count; index++)
            Word(rule.Names[index]);
        for (int index = 0; index < (rule.Args?.Count ?? 0); index++)
        {
            SeccompArgSpec? condition = rule.Args![index];
            plain &= condition is not null;
            Mark(":if");
            Number(condition?.Index);
            Word(condition?.Op);
            Number(condition?.Value);
            Number(condition?.ValueTwo);
        }
    }

    private void List(string mark, IReadOnlyList<string>? words)
    {
        if (words is null)
            return;
        Mark(mark);
        for (int index = 0; index < words.Count; index++)
            Word(words[index]);
    }

    private void Number(ulong? number)
    {
        if (number is not { } value)
        {
            Mark("-");
            return;
        }
        Separate(20);
        value.TryFormat(buffer.AsSpan(length), out int written);
        length += written;
        column += written;
    }

    private void Word(string? word)
    {
        plain &= !string.IsNullOrEmpty(word);
        word ??= "";
        foreach (char letter in word)
            plain &= char.IsAsciiLetterOrDigit(letter) || letter == '_';
        Mark(word);
    }

    /// <summary>A word that no specification can contain.</summary>
    private void Mark(string word)
    {
        Separate(word.Length);
        foreach (char letter in word)
            buffer[length++] = (byte)letter;
        column += word.Length;
    }

    private void Separate(int wordLength)
    {
        if (length + wordLength + 1 > buffer.Length)
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + wordLength + 1));
        if (length == 0)
            return;
        bool wraps = column + 1 + wordLength > LongestLine;
        buffer[length++] = wraps ? (byte)'\n' : (byte)' ';
        column = wraps ? 0 : column + 1;
    }
}
