using System.Text.Json;
using PSContainer.Rooted;
using PSContainer.Spec;

namespace PSContainer.Security.Seccomp;

/// <summary>Reads profiles in the JSON of Docker and Podman, which may come from anywhere.</summary>
/// <remarks>
/// A member that is not known is an error, and so is one that comes twice: a filter that leaves out what somebody wrote would
/// admit more than they meant.
/// </remarks>
internal static class SeccompProfileReader
{
    /// <summary>The largest profile in bytes; Docker's own has 13,000.</summary>
    public const int LargestSize = 1 << 20;

    private const int DeepestNesting = 8;

    /// <summary>Reads a file.</summary>
    public static SeccompProfile Read(string path)
    {
        byte[] json = InputFile.Read(path, LargestSize, "The seccomp profile", "Give the path of a file of JSON.");
        return Parse(json, $"The seccomp profile '{path}'", ReadProfile);
    }

    /// <summary>Reads a stream to its end.</summary>
    public static SeccompProfile Read(Stream stream, string what) => Parse(ReadAll(stream, what), what, ReadProfile);

    /// <summary>Reads a rule alone.</summary>
    public static SeccompProfileRule ReadRule(string json, string what) => Parse(System.Text.Encoding.UTF8.GetBytes(json), what, ReadRule);

    private static T Parse<T>(byte[] json, string what, Func<SeccompProfileMember, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = DeepestNesting });
            return read(new SeccompProfileMember(document.RootElement, what, ""));
        }
        // A text that is not UTF-8, or half of a surrogate pair, is found when it is read.
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidSpecException(
                $"{what} is not JSON: {error.Message}", "Compare it with a profile that Docker or Podman accepts.");
        }
    }

    private static byte[] ReadAll(Stream stream, string what)
    {
        byte[] buffer = new byte[16 << 10];
        int length = 0;
        while (true)
        {
            int got = stream.Read(buffer, length, buffer.Length - length);
            if (got == 0)
                return buffer[..length];
            length += got;
            if (length > LargestSize)
                throw new InvalidSpecException($"{what} is larger than {LargestSize} bytes.", "A profile has about 13,000.");
            if (length == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    private static SeccompProfile ReadProfile(SeccompProfileMember root)
    {
        root.CheckMembers(
            "defaultAction", "defaultErrnoRet", "defaultErrno", "archMap", "architectures", "flags", "listenerPath",
            "listenerMetadata", "syscalls", "comment");
        var profile = new SeccompProfile
        {
            DefaultAction = root.Required("defaultAction").Action(),
            DefaultErrnoRet = ReadErrno(root, "defaultErrnoRet", "defaultErrno"),
            ArchMap = root.List("archMap", ReadArchitecture) ?? [],
            Architectures = root.List("architectures", item => item.Architecture()) ?? [],
            Flags = root.List("flags", item => item.Text()),
            ListenerPath = root.Optional("listenerPath")?.Text(),
            ListenerMetadata = root.Optional("listenerMetadata")?.Text(),
            Syscalls = root.List("syscalls", ReadRule) ?? [],
        };
        return profile.ArchMap.Count == 0 || profile.Architectures.Count == 0
            ? profile
            : throw root.Error("has both archMap and architectures", "Remove one of them.");
    }

    private static SeccompProfileArchitecture ReadArchitecture(SeccompProfileMember member)
    {
        member.CheckMembers("architecture", "subArchitectures");
        return new SeccompProfileArchitecture
        {
            Architecture = member.Required("architecture").Architecture(),
            SubArchitectures = member.List("subArchitectures", item => item.Architecture()) ?? [],
        };
    }

    private static SeccompProfileRule ReadRule(SeccompProfileMember member)
    {
        member.CheckMembers(
            "name", "names", "action", "errnoRet", "errno", "args", "includes", "excludes", "comment");
        return new SeccompProfileRule
        {
            Names = ReadNames(member),
            Action = member.Required("action").Action(),
            ErrnoRet = ReadErrno(member, "errnoRet", "errno"),
            Args = member.List("args", ReadCondition),
            Includes = ReadFilter(member.Optional("includes")),
            Excludes = ReadFilter(member.Optional("excludes")),
        };
    }

    private static IReadOnlyList<string> ReadNames(SeccompProfileMember member)
    {
        string? name = member.Optional("name")?.Syscall();
        IReadOnlyList<string>? names = member.List("names", item => item.Syscall());
        if (name is null)
            return names ?? throw member.Error("has no names", "List the system calls that the rule is about.");
        return names is null or { Count: 0 } ? [name] : throw member.Error("has both name and names", "Use names alone.");
    }

    private static SeccompArgSpec ReadCondition(SeccompProfileMember member)
    {
        member.CheckMembers("index", "value", "valueTwo", "op");
        return new SeccompArgSpec
        {
            Index = (uint)member.Required("index").Number(5),
            Value = member.Required("value").Number(ulong.MaxValue),
            ValueTwo = member.Optional("valueTwo")?.Number(ulong.MaxValue) ?? 0,
            Op = member.Required("op").Comparison(),
        };
    }

    private static SeccompProfileFilter? ReadFilter(SeccompProfileMember? given)
    {
        if (given is not { } member)
            return null;
        member.CheckMembers("caps", "arches", "minKernel");
        return new SeccompProfileFilter
        {
            Caps = member.List("caps", item => item.Capability()) ?? [],
            Arches = member.List("arches", item => item.Text()) ?? [],
            MinKernel = member.Optional("minKernel")?.KernelVersion(),
        };
    }

    private static uint? ReadErrno(SeccompProfileMember member, string numberName, string textName)
    {
        uint? number = (uint?)member.Optional(numberName)?.Number(ushort.MaxValue);
        uint? named = member.Optional(textName)?.ErrnoName();
        return number is null || named is null || number == named
            ? number ?? named
            : throw member.Error($"has {numberName} and {textName} for different errors", "Remove one of them.");
    }
}
