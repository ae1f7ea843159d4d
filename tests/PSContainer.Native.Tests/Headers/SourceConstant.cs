using System.Globalization;
using System.Text.RegularExpressions;

namespace PSContainer.Native.Tests.Headers;

/// <summary>
/// A number that the sources name: a constant, also one inside a method, or a property that chooses by architecture.
/// </summary>
/// <param name="File">The source file, from the root of the checkout.</param>
/// <param name="Type">The file's name without its extension, which is that of its first type.</param>
/// <param name="Name">Its name.</param>
/// <param name="X64">Its value on x86-64.</param>
/// <param name="Arm64">Its value on arm64.</param>
internal sealed partial record SourceConstant(string File, string Type, string Name, long X64, long Arm64)
{
    /// <summary>As tables and messages have it.</summary>
    public string FullName => $"{Type}.{Name}";

    /// <summary>Whether it is a name of C's headers, which alone are written in capitals here.</summary>
    public bool HasHeaderName => HeaderName().IsMatch(Name);

    /// <summary>Its value on one of the two.</summary>
    public long On(TargetMachine machine) => machine == TargetMachine.Arm64 ? Arm64 : X64;

    /// <summary>Reads all of a project's sources.</summary>
    public static IReadOnlyList<SourceConstant> Read()
    {
        var found = new List<SourceConstant>();
        foreach (string project in (string[])["src/PSContainer.Native", "src/PSContainer.Runtime"])
        {
            string root = Path.Combine(TestRepository.Root, project);
            foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                if (!file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
                    AddAllOf(file, found);
            }
        }
        return found;
    }

    private static void AddAllOf(string file, List<SourceConstant> found)
    {
        string text = System.IO.File.ReadAllText(file), type = Path.GetFileName(file).Split('.')[0];
        string shown = Path.GetRelativePath(TestRepository.Root, file);
        foreach (Match declaration in Declaration().Matches(text))
        {
            foreach (Match one in Declarator().Matches(declaration.Groups[1].Value))
            {
                if (Evaluate(one.Groups[2].Value) is { } value)
                    found.Add(new SourceConstant(shown, type, one.Groups[1].Value, value, value));
            }
        }
        foreach (Match choice in Choice().Matches(text))
        {
            found.Add(new SourceConstant(shown, type, choice.Groups[1].Value,
                Evaluate(choice.Groups[3].Value)!.Value, Evaluate(choice.Groups[2].Value)!.Value));
        }
    }

    /// <summary>The value of numbers joined by + | and &lt;&lt;, from left to right.</summary>
    /// <returns>The value, or <see langword="null"/> for one that names others, which are read where they are declared.</returns>
    internal static long? Evaluate(string expression)
    {
        string plain = expression.Replace("unchecked((int)", "", StringComparison.Ordinal).TrimEnd(')').Trim();
        if (plain == "ulong.MaxValue")
            return -1;
        long? sum = null;
        string operation = "+";
        foreach (string word in plain.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word is "+" or "|" or "<<")
            {
                operation = word;
                continue;
            }
            if (Number(word) is not { } number)
                return null;
            sum = operation switch
            {
                "<<" => sum << (int)number,
                "|" => (sum ?? 0) | number,
                _ => (sum ?? 0) + number,
            };
        }
        return sum;
    }

    private static long? Number(string word)
    {
        string digits = word.Replace("_", "", StringComparison.Ordinal).TrimEnd('U', 'L', 'u', 'l');
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return unchecked((long)ulong.Parse(digits.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        return long.TryParse(digits, CultureInfo.InvariantCulture, out long number) ? number : null;
    }

    [GeneratedRegex(@"\bconst (?:int|uint|long|ulong|short|ushort|byte|nint)\s+([^;]*);")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"(\w+)\s*=\s*([^,]+)")]
    private static partial Regex Declarator();

    [GeneratedRegex(@"\bstatic \w+ (\w+) => Processor\.IsArm64 \? ([^;:]+) : ([^;:]+);")]
    private static partial Regex Choice();

    [GeneratedRegex("^[A-Z][A-Z0-9_]*$")]
    private static partial Regex HeaderName();
}
