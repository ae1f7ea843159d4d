using System.Text.Json;
using PSContainer.Kernel;

namespace PSContainer.Security.Seccomp;

/// <summary>A value of a profile's JSON that knows where it stands, so that every error names it.</summary>
internal readonly struct SeccompProfileMember(JsonElement element, string document, string path)
{
    /// <summary>An error about this value.</summary>
    public InvalidSpecException Error(string problem, string recommendation) =>
        new($"{document}{(path.Length == 0 ? "" : $": {path}")} {problem}.", recommendation);

    /// <summary>Refuses members that have no meaning here, and ones that come twice.</summary>
    public void CheckMembers(params ReadOnlySpan<string> known)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Error("is not an object", "Compare it with a profile that Docker or Podman accepts.");
        uint seen = 0;
        foreach (JsonProperty property in element.EnumerateObject())
        {
            int index = known.IndexOf(property.Name);
            if (index < 0)
                throw Error($"has a member '{property.Name}' that means nothing", "Check its spelling, or remove it.");
            if ((seen & (1u << index)) != 0)
                throw Error($"has the member '{property.Name}' twice", "Remove one of them.");
            seen |= 1u << index;
        }
    }

    /// <summary>A member that must be there.</summary>
    public SeccompProfileMember Required(string name) =>
        Optional(name) ?? throw Error($"has no member '{name}'", "Add it.");

    /// <summary>A member, or <see langword="null"/> when it is missing or null.</summary>
    public SeccompProfileMember? Optional(string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? new SeccompProfileMember(value, document, path.Length == 0 ? name : $"{path}.{name}")
            : null;

    /// <summary>The items of a member that is an array, or <see langword="null"/> when it is missing or null.</summary>
    public IReadOnlyList<T>? List<T>(string name, Func<SeccompProfileMember, T> read)
    {
        if (Optional(name) is not { } member)
            return null;
        return member.Items(read);
    }

    /// <summary>A text.</summary>
    public string Text() =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Error("is not a string", "Write it in quotes.");

    /// <summary>A whole number from 0 to a limit.</summary>
    public ulong Number(ulong limit) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetUInt64(out ulong value) && value <= limit
            ? value
            : throw Error("is not a whole number in range", $"Use one from 0 to {limit}.");

    /// <summary>A system call's name; whether an architecture has the call is another matter.</summary>
    public string Syscall()
    {
        string name = Text();
        bool plain = name.Length is > 0 and <= 64;
        foreach (char letter in name)
            plain &= char.IsAsciiLetterOrDigit(letter) || letter == '_';
        return plain ? name : throw Error("is not the name of a system call", "Use names as in syscalls(2).");
    }

    /// <summary>An action.</summary>
    public string Action()
    {
        string name = Text();
        return SeccompAction.Parse(name) is not null
            ? name
            : throw Error($"is '{name}', which is not an action", "Use SCMP_ACT_ALLOW, SCMP_ACT_ERRNO or another.");
    }

    /// <summary>A comparison.</summary>
    public string Comparison()
    {
        string name = Text();
        return SeccompCondition.Parse(name) is not null
            ? name
            : throw Error($"is '{name}', which is not a comparison", "Use SCMP_CMP_EQ, _NE, _LT, _LE, _GE, _GT or _MASKED_EQ.");
    }

    /// <summary>An architecture.</summary>
    public string Architecture()
    {
        string name = Text();
        return SeccompArchitectures.TryParse(name, out _)
            ? name
            : throw Error($"is '{name}', which is not an architecture", "Use names such as SCMP_ARCH_X86_64.");
    }

    /// <summary>A capability.</summary>
    public Capability Capability()
    {
        string name = Text();
        return CapabilityName.TryParse(name, out Capability capability)
            ? capability
            : throw Error($"is '{name}', which is not a capability", "Use the names of capabilities(7).");
    }

    /// <summary>A kernel's version: major and minor.</summary>
    public Version KernelVersion()
    {
        string text = Text();
        return Version.TryParse(text, out Version? version)
            ? version
            : throw Error($"is '{text}', which is not the version of a kernel", "Write major and minor, as in 4.8.");
    }

    /// <summary>The number of an error that is given by name.</summary>
    public uint ErrnoName()
    {
        string name = Text();
        for (uint number = 1; number < 200; number++)
        {
            if (Kernel.Errno.Name((int)number) == name)
                return number;
        }
        throw Error($"is '{name}', which is not the name of an error", "Use names of errno(3), such as EPERM.");
    }

    private IReadOnlyList<T> Items<T>(Func<SeccompProfileMember, T> read)
    {
        if (element.ValueKind != JsonValueKind.Array)
            throw Error("is not an array", "Write it in brackets.");
        var items = new List<T>(element.GetArrayLength());
        foreach (JsonElement item in element.EnumerateArray())
            items.Add(read(new SeccompProfileMember(item, document, $"{path}[{items.Count}]")));
        return items;
    }
}
