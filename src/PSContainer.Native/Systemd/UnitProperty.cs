namespace PSContainer.Systemd;

/// <summary>A property of a unit, as StartTransientUnit and SetUnitProperties take it.</summary>
/// <param name="Name">Its name (org.freedesktop.systemd1(5)).</param>
/// <param name="Signature">Of its value.</param>
/// <param name="Write">Writes the value.</param>
internal sealed record UnitProperty(string Name, string Signature, Action<DBusWriter> Write)
{
    /// <summary>A text.</summary>
    public static UnitProperty Text(string name, string value) => new(name, "s", writer => writer.Text(value));

    /// <summary>A switch.</summary>
    public static UnitProperty Switch(string name, bool value) => new(name, "b", writer => writer.Boolean(value));

    /// <summary>A number of 64 bits; the largest is no limit.</summary>
    public static UnitProperty Number(string name, ulong value) => new(name, "t", writer => writer.UInt64(value));

    /// <summary>Processes.</summary>
    public static UnitProperty Pids(params uint[] pids) => new("PIDs", "au", writer => writer.Array(4, () => Array.ForEach(pids, writer.UInt32)));

    /// <summary>A set as a bit mask, the lowest byte first.</summary>
    public static UnitProperty Mask(string name, byte[] mask) => new(name, "ay", writer => writer.Array(1, () => writer.Raw(mask)));

    /// <summary>Limits of devices.</summary>
    public static UnitProperty Limits(string name, IReadOnlyList<(string Device, ulong Value)> limits) => new(name, "a(st)", writer => writer.Array(8, () =>
    {
        foreach ((string device, ulong value) in limits)
        {
            writer.Align(8);
            writer.Text(device);
            writer.UInt64(value);
        }
    }));

    /// <summary>Rights to devices.</summary>
    public static UnitProperty Rights(string name, IReadOnlyList<(string Device, string Access)> rights) => new(name, "a(ss)", writer => writer.Array(8, () =>
    {
        foreach ((string device, string access) in rights)
        {
            writer.Align(8);
            writer.Text(device);
            writer.Text(access);
        }
    }));

    /// <summary>Writes a list of properties, <c>a(sv)</c>.</summary>
    public static void WriteAll(DBusWriter writer, IEnumerable<UnitProperty> properties) => writer.Array(8, () =>
    {
        foreach (UnitProperty property in properties)
        {
            writer.Align(8);
            writer.Text(property.Name);
            writer.Signature(property.Signature);
            property.Write(writer);
        }
    });
}
