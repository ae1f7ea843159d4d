using System.Reflection;
using PSContainer.Containers.Compose;
using PSContainer.Containers.Options;
using PSContainer.Machine;
using PSContainer.Spec;

namespace PSContainer.Native.Tests.Spec;

/// <summary>Records of the specification filled by reflection, so that a member that is added later is covered too.</summary>
internal static class SpecSamples
{
    /// <summary>A configuration with every member of every record set, none to its default.</summary>
    public static ContainerSpec Full() => (ContainerSpec)Fill(typeof(ContainerSpec), new Random(1), share: 1);

    /// <summary>A configuration with some members set.</summary>
    public static ContainerSpec Some(int seed)
    {
        var random = new Random(seed);
        return (ContainerSpec)Fill(typeof(ContainerSpec), random, random.NextDouble());
    }

    /// <summary>What the module composes for a container without options.</summary>
    public static ContainerSpec Default()
    {
        var facts = new HostFacts
        {
            OnlineCpus = "0-1", UserId = 0, GroupId = 0, HostName = "machine", CapabilityBits = (1UL << 41) - 1,
        };
        var options = new ContainerOptions { Rootfs = RootfsSource.Host, Command = ["/bin/sh"], Hostname = "sample" };
        return SpecComposer.Compose(options, "sample", facts, _ => 0);
    }

    /// <summary>All members of a record.</summary>
    public static IEnumerable<PropertyInfo> Members(Type record) =>
        record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(member => member.CanWrite);

    /// <summary>The type of the items of a list, or <see langword="null"/>.</summary>
    public static Type? ItemType(Type type) => Argument(type, typeof(IReadOnlyList<>), 0);

    /// <summary>The type of the values of a map, or <see langword="null"/>.</summary>
    public static Type? ValueType(Type type) => Argument(type, typeof(IReadOnlyDictionary<,>), 1);

    private static Type? Argument(Type type, Type definition, int index) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == definition ? type.GetGenericArguments()[index] : null;

    private static object Fill(Type record, Random random, double share)
    {
        object filled = Activator.CreateInstance(record)!;
        foreach (PropertyInfo member in Members(record))
        {
            if (random.NextDouble() < share)
            {
                Type type = Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType;
                member.SetValue(filled, Value(type, random, share));
            }
        }
        return filled;
    }

    private static object Value(Type type, Random random, double share)
    {
        if (ItemType(type) is { } item)
        {
            Array list = Array.CreateInstance(item, random.Next(1, 4));
            for (int i = 0; i < list.Length; i++)
                list.SetValue(Value(item, random, share), i);
            return list;
        }
        if (ValueType(type) is { } value)
        {
            Type mapType = typeof(Dictionary<,>).MakeGenericType(typeof(string), value);
            var map = (System.Collections.IDictionary)Activator.CreateInstance(mapType)!;
            for (int i = random.Next(1, 4); i > 0; i--)
                map[Text(random)] = Value(value, random, share);
            return map;
        }
        return type == typeof(string) ? Text(random)
            : type == typeof(bool) ? true
            : type == typeof(ushort) ? (ushort)random.Next(1, ushort.MaxValue + 1)
            : type == typeof(int) ? random.Next(2) == 0 ? int.MinValue : random.Next(1, int.MaxValue)
            : type == typeof(uint) ? random.Next(2) == 0 ? uint.MaxValue : (uint)random.Next(1, int.MaxValue)
            : type == typeof(long) ? random.Next(2) == 0 ? long.MinValue : random.NextInt64(1, long.MaxValue)
            : type == typeof(ulong) ? random.Next(2) == 0 ? ulong.MaxValue : (ulong)random.NextInt64(1, long.MaxValue)
            : Fill(type, random, share);
    }

    private static string Text(Random random)
    {
        string[] pieces = ["a", "Z", "/", ".", "\"", "\\", "\n", "\t", "\u0001", "é", "中", "😀", "\u2028", "=", " ", "'", "<"];
        return string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
    }
}
