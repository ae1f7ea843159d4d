using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PSContainer.Kernel;
using PSContainer.Spec;
using PSContainer.Tests;

namespace PSContainer.Native.Tests.Spec;

/// <summary>What is no configuration is refused with the member, the line, and what was expected and found.</summary>
public sealed class SpecReaderRefusalTests
{
    public static TheoryData<string, string, string> WrongValues()
    {
        var data = new TheoryData<string, string, string>();
        AddMembers(data, typeof(ContainerSpec), "", value => value);
        return data;
    }

    [Theory]
    [MemberData(nameof(WrongValues))]
    public void AWrongTypeNamesItsMember(string json, string path, string expected)
    {
        string message = Refuse(json);
        Assert.Contains($": {path} must be {expected}", message);
    }

    [Fact]
    public void TheTableReachesTheInnermostMembers()
    {
        string all = string.Join('\n', WrongValues().Select(row => (string)((object[])row)[1]));
        foreach (string member in (string[])[
            "linux.seccomp.syscalls[0].args[0].valueTwo", "linux.resources.rdma.x.hcaHandles", "hooks.poststop[0].timeout",
            "linux.resources.blockIO.throttleReadIOPSDevice[0].rate", "process.execCPUAffinity.final",
            "linux.timeOffsets.x.nanosecs"])
        {
            Assert.Contains(member, all);
        }
    }

    [Theory]
    [InlineData("", "at the document: the end of the file does not belong there")]
    [InlineData("   ", "at the document: the end of the file")]
    [InlineData("null", "the document must be an object, but is null")]
    [InlineData("[1]", "the document must be an object, but is an array")]
    [InlineData("{}x", "at the document: 'x' does not belong there")]
    [InlineData("{} {}", "at the document: '{' does not belong there")]
    [InlineData("{\"hostname\":\"a\",}", "at hostname: '}' does not belong there")]
    [InlineData("{/* */}", "'/' does not belong there")]
    [InlineData("{\"linux\":{\"sysctl\" \"a\"}}", "at linux: '\"' does not belong there")]
    [InlineData("\uFEFF{}", "the byte 0xef does not belong there")]
    [InlineData("{\"hostname\":\"a\u0001\"}", "at hostname: the byte 0x01")]
    [InlineData("{\"hostname\":\"\\ud800\"}", "hostname must be text without half a surrogate pair")]
    [InlineData("{\"a\\udc00\":1}", "must be text without half a surrogate pair")]
    [InlineData("{\"process\":{\"args\":[\"a\",null]}}", "process.args[1] must be a string, but is null")]
    [InlineData("{\"mounts\":[null]}", "mounts[0] must be an object, but is null")]
    [InlineData("{\"annotations\":{\"a.b\":null}}", "annotations[\"a.b\"] must be a string, but is null")]
    [InlineData("{\"hooks\":{\"poststop\":[{},{\"args\":[\"a\",5]}]}}", "hooks.poststop[1].args[1] must be a string, but is 5")]
    public void WhatIsWrongIsSaid(string json, string expected) => Assert.Contains(expected, Refuse(json));

    [Fact]
    public void TheLineIsThatOfTheValue()
    {
        Assert.Contains("in line 4: linux.resources.memory.limit must be a whole number",
            Refuse("{\n\"linux\": {\"resources\":\n{\"memory\": {\n\"limit\": \"1G\"\n}}}}"));
        Assert.Contains("in line 3: not valid JSON at hostname", Refuse("{\n\"hostname\":\n oops}"));
    }

    [Theory]
    [InlineData("\"" + "\\u001b[31m" + "\"", "\\u001b[31m")]
    [InlineData("\"\u009b31m\"", "\\x9b31m")]
    public void WhatIsShownCannotDriveATerminal(string value, string shown)
    {
        string message = Refuse($$"""{"linux":{{value}}}""");
        Assert.Contains(shown, message);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.DoesNotContain(Refuse("{\"annotations\":{\"\\u001b\u009b\":1}}"), char.IsControl);
    }

    [Fact]
    public void AHugeValueIsShownShort() =>
        Assert.InRange(Refuse($$"""{"linux":"{{new string('x', 1_000_000)}}"}""").Length, 40, 300);

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void DeepNestingIsRefused(string open, string close)
    {
        string deep = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));
        Assert.Contains("nested more than 32 deep", Refuse($$"""{"unknown":{{deep}}}"""));
        Assert.Contains("nested more than 32 deep", Refuse($$"""{"unknown":{{deep[..(open.Length * 50_000)]}}"""));
    }

    [Fact]
    public void InvalidUtf8IsRefusedWhereverItIs()
    {
        foreach (byte[] bad in (byte[][])[[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]])
        {
            byte[] json = [.. "{\"linux\":{\n\"unknown\":\""u8, .. bad, .. "\"}}"u8];
            string message = Refuse(json);
            Assert.Contains($"in line 2: not valid UTF-8 at linux.unknown: byte 0x{bad[0]:x2}", message);
        }
    }

    [Fact]
    public void AFileOf100MegabytesIsRefusedUnread()
    {
        using var directory = new TestDirectory();
        string path = directory["config.json"];
        using (FileStream file = File.Create(path))
            file.SetLength(100_000_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = RefuseFile(path);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Contains("is larger than 4194304 bytes", message);
    }

    [Fact]
    public void AFileThatIsNoneIsRefused()
    {
        using var directory = new TestDirectory();
        Assert.Contains("There is no file", RefuseFile(directory["config.json"]));
        Assert.Contains("is not a regular file", RefuseFile(directory.Root));
        string pipe = directory["pipe"];
        Assert.Equal(0, Files.mknodat(Files.AT_FDCWD, pipe, Files.S_IFIFO | 0x180, 0));
        Assert.Contains("is not a regular file", RefuseFile(pipe));
    }

    [Fact]
    public void AProcessIsReadAlone()
    {
        using var directory = new TestDirectory();
        string path = directory["process.json"];
        File.WriteAllText(path, """{"args":["/bin/ls","-l"],"user":{"uid":7,"additionalGids":[1,2]}}""");
        ProcessSpec process = SpecReader.ReadProcess(path);
        Assert.Equal(["/bin/ls", "-l"], process.Args!);
        Assert.Equal(7u, process.User!.Uid);
        Assert.Equal([1u, 2u], process.User.AdditionalGids!);
    }

    private static string RefuseFile(string path) =>
        Assert.Throws<InvalidSpecException>(() => SpecReader.Read(path, out _)).Message;

    private static string Refuse(string json) => Refuse(Encoding.UTF8.GetBytes(json));

    private static string Refuse(byte[] json)
    {
        var failure = Assert.Throws<InvalidSpecException>(() => SpecReader.Parse<ContainerSpec>(json, "the file"));
        Assert.StartsWith("'the file' is wrong in line ", failure.Message);
        Assert.Equal("the file", failure.Target);
        Assert.NotNull(failure.Recommendation);
        return failure.Message;
    }

    private static void AddMembers(TheoryData<string, string, string> data, Type record, string path, Func<string, string> wrap)
    {
        foreach (PropertyInfo member in SpecSamples.Members(record))
        {
            string name = member.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
                ?? JsonNamingPolicy.CamelCase.ConvertName(member.Name);
            Type type = Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType;
            string memberPath = path.Length == 0 ? name : $"{path}.{name}";
            AddValues(data, type, memberPath, value => wrap($$"""{"{{name}}":{{value}}}"""));
        }
    }

    private static void AddValues(TheoryData<string, string, string> data, Type type, string path, Func<string, string> wrap)
    {
        (string expected, string[] wrong) = Wrong(type);
        foreach (string value in wrong)
            data.Add(wrap(value), path, expected);
        if (SpecSamples.ItemType(type) is { } item)
            AddValues(data, item, path + "[0]", value => wrap($"[{value}]"));
        else if (SpecSamples.ValueType(type) is { } mapped)
            AddValues(data, mapped, path + ".x", value => wrap($$"""{"x":{{value}}}"""));
        else if (type.Namespace == typeof(ContainerSpec).Namespace)
            AddMembers(data, type, path, wrap);
    }

    private static (string Expected, string[] Wrong) Wrong(Type type)
    {
        if (type == typeof(string))
            return ("a string", ["1", "true", "[]", "{}"]);
        if (type == typeof(bool))
            return ("true or false", ["0", "\"true\"", "[]", "{}"]);
        if (SpecSamples.ItemType(type) is not null)
            return ("an array of", ["1", "\"a\"", "{}", "false"]);
        if (!type.IsPrimitive)
            return ("an object", ["1", "\"a\"", "[]", "true"]);
        string least = type.GetField("MinValue")!.GetValue(null)!.ToString()!;
        string most = type.GetField("MaxValue")!.GetValue(null)!.ToString()!;
        string tooSmall = least == "0" ? "-1" : least + "0";
        return ($"a whole number from {least} to {most}",
            ["\"1\"", "true", "[]", "{}", "1.5", "1e400", most + "0", tooSmall, new string('9', 1000)]);
    }
}
