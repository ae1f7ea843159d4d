using System.Reflection;
using System.Text.RegularExpressions;
using PSContainer.Plan;

namespace PSContainer.Native.Tests.Architecture;

/// <summary>
/// The rooms of <c>src/PSContainer.Native</c> stand on floors, and the table of <c>docs/design.md</c> says on which. A room is a folder,
/// and its namespace is its path.
/// </summary>
/// <remarks>Constants cannot be followed: the compiler writes their values.</remarks>
public sealed class FloorTests
{
    private const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private const string Root = "PSContainer";

    // Rooms that know one another.
    private static readonly string[][] Suites =
    [
        // An error says which call failed, and what to do about it; every call can fail.
        ["Errors", "Kernel", "Kernel/Netlink", "Freestanding"],
        // A container is one object, and these are what it does.
        ["Containers", "Containers/Audit", "Containers/Exec", "Containers/Host", "Containers/Insight", "Containers/Start", "Containers/Wait"],
    ];

    // Each with its reason.
    private static readonly (string From, string To, string Why)[] Exceptions =
    [
        ("Images", "Mapped", "unpacking begins in the caller's process, and a process that is mapped does the rest by the same code"),
        ("Containers/Audit", "Namespaces", "what a kernel parameter is inside, only a process in the container's namespaces can read"),
    ];

    private static readonly string[][] Floors = ReadFloors();

    [Fact]
    public void A_room_refers_only_to_rooms_below_it()
    {
        var floorOf = Floors.SelectMany((rooms, floor) => rooms.Select(room => (room, floor))).ToDictionary(one => one.room, one => one.floor);
        var broken = new SortedSet<string>(StringComparer.Ordinal);
        var needed = new HashSet<(string, string)>();
        foreach (Type type in Types())
        {
            string room = RoomOf(type);
            foreach (Type used in UsedBy(type))
            {
                string other = RoomOf(used);
                if (other == room || Suites.Any(suite => suite.Contains(room) && suite.Contains(other)))
                    continue;
                if (floorOf[other] < floorOf[room])
                    continue;
                if (Exceptions.Any(one => (one.From, one.To) == (room, other)))
                    needed.Add((room, other));
                else
                    broken.Add($"{room} knows {other}: {type.Name} uses {used.Name}");
            }
        }
        Assert.True(broken.Count == 0, string.Join('\n', broken));
        Assert.Equal(Exceptions.Select(one => (one.From, one.To)).ToHashSet(), needed);
    }

    [Fact]
    public void Every_room_has_one_floor_and_every_floor_has_rooms()
    {
        Assert.Equal(Types().Select(RoomOf).Distinct().Order(StringComparer.Ordinal), Floors.SelectMany(rooms => rooms).Order(StringComparer.Ordinal));
        Assert.All(Suites.SelectMany(suite => suite), room => Assert.Contains(Floors, floor => floor.Contains(room)));
    }

    [Fact]
    public void A_namespace_is_the_path_of_its_folder()
    {
        string sources = Path.Combine(PSContainer.Tests.TestRepository.Root, "src", "PSContainer.Native");
        var wrong = new List<string>();
        foreach (string file in Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories))
        {
            string folder = Path.GetRelativePath(sources, Path.GetDirectoryName(file)!);
            if (folder.Split('/')[0] is "obj" or "bin")
                continue;
            string expected = folder == "Errors" ? Root : $"{Root}.{folder.Replace('/', '.')}";
            string found = Regex.Match(File.ReadAllText(file), @"^namespace ([\w.]+);", RegexOptions.Multiline).Groups[1].Value;
            if (found != expected)
                wrong.Add($"{Path.GetRelativePath(sources, file)}: {found}, not {expected}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Native_knows_no_PowerShell() =>
        Assert.DoesNotContain(typeof(Planner).Assembly.GetReferencedAssemblies(), name => name.Name!.Contains("Management.Automation", StringComparison.Ordinal));

    // Rows of the table "| `Room` `Room` | what they hold |", the ground first.
    private static string[][] ReadFloors()
    {
        string design = File.ReadAllText(Path.Combine(PSContainer.Tests.TestRepository.Root, "docs", "design.md"));
        string table = design[design.IndexOf("| floor |", StringComparison.Ordinal)..];
        string[] rows = [.. table.Split('\n').TakeWhile(line => line.StartsWith('|')).Skip(2)];
        Assert.True(rows.Length > 5, "docs/design.md has no table of floors");
        return [.. rows.Select(row => Regex.Matches(row.Split('|')[2], "`([^`]+)`").Select(match => match.Groups[1].Value).ToArray())];
    }

    private static IEnumerable<Type> Types() =>
        typeof(Planner).Assembly.GetTypes().Where(type => type.Namespace is { } space && (space == Root || space.StartsWith(Root + ".", StringComparison.Ordinal)));

    private static string RoomOf(Type type) => type.Namespace == Root ? "Errors" : type.Namespace![(Root.Length + 1)..].Replace('.', '/');

    private static IEnumerable<Type> UsedBy(Type type)
    {
        var used = new HashSet<Type>();
        Add(type.BaseType);
        foreach (Type implemented in type.GetInterfaces())
            Add(implemented);
        foreach (FieldInfo field in type.GetFields(All))
            Add(field.FieldType);
        foreach (MethodBase method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        {
            foreach (ParameterInfo parameter in method.GetParameters())
                Add(parameter.ParameterType);
            Add((method as MethodInfo)?.ReturnType);
            foreach (LocalVariableInfo local in method.GetMethodBody()?.LocalVariables ?? [])
                Add(local.LocalType);
            foreach (Instruction instruction in MethodBody.Read(method))
                Add(instruction.Member as Type ?? instruction.Member?.DeclaringType);
        }
        return used;

        void Add(Type? one)
        {
            if (one is null)
                return;
            if (one.HasElementType)
                Add(one.GetElementType());
            foreach (Type argument in one.IsGenericType ? one.GetGenericArguments() : [])
                Add(argument);
            if (one.Assembly == type.Assembly && !one.IsGenericParameter && one.Namespace is not null && one.Namespace.StartsWith(Root, StringComparison.Ordinal))
                used.Add(one.IsGenericType ? one.GetGenericTypeDefinition() : one);
        }
    }
}
